/*
 * worst_bench JUDGE ANCHORS KNOWN MAIL...: what each mail costs a confined
 * worker of its own, in processor time and memory.  ANCHORS is PEM, KNOWN a
 * row of DER certificates known from before; - is none.  A line a mail:
 *
 *	NAME CPU-MICROSECONDS KILOBYTES CPU-OF-ADMISSION CODE TEXT
 *
 * The time is that of the worker for this question alone, system time
 * included; the kilobytes are its peak above what it had before.  The second
 * time is what the harvest costs the publisher's worker, 0 without one.  In
 * front stands "calibrate MICROSECONDS": what a fixed piece of arithmetic
 * costs here and now.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

#include <openssl/evp.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge.h"
#include "base/limits.h"
#include "base/trust.h"
#include "pki/anchors.h"
#include "pki/der.h"

/* A worker that takes so long shows what it needs all the same. */
#define PATIENCE 60000

static void
die(const char *what)
{
	fprintf(stderr, "worst_bench: %s\n", what);
	exit(1);
}

static int64_t
cpu(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* As much as the judging of an honest mail of 30 MB, roughly. */
static void
calibrate(void)
{
	enum { SIZE = 1 << 20, TIMES = 30 };
	uint8_t *data = calloc(1, SIZE), md[EVP_MAX_MD_SIZE];
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[128];
	size_t n = sizeof signature;
	int64_t start;
	int i;

	if (data == NULL || key == NULL || ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, signature, &n, data, 32) != 1)
		die("OpenSSL");
	start = cpu(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < TIMES; i++)
		if (EVP_Digest(data, SIZE, md, NULL, EVP_sha256(), NULL) != 1)
			die("SHA-256");
	for (i = 0; i < 8 * TIMES; i++)
		if (EVP_MD_CTX_reset(ctx) != 1 ||
		    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) !=
			1 ||
		    EVP_DigestVerify(ctx, signature, n, data, 32) != 1)
			die("ECDSA");
	printf(
	    "calibrate %" PRId64 "\n", cpu(CLOCK_PROCESS_CPUTIME_ID) - start);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	free(data);
}

/* The peak of its resident memory, in kilobytes. */
static long
peak(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kb;
}

static struct trust *
trust_read_all(const char *anchors, const char *known)
{
	struct trust *t = trust_new();
	struct bytes all = {NULL, 0};
	struct reason why;
	struct span rest;
	struct der d;

	if (t == NULL || anchors_load(t, anchors, NULL, &why) != DONE)
		die(t == NULL ? "memory" : why.text);
	if (strcmp(known, "-") == 0)
		return t;
	if (file_read(known, LIMIT_TRUST, &all, &why) != DONE)
		die(known);
	for (rest = span_bytes(&all); der_next(&rest, &d);)
		if (trust_add_known(t, d.whole, &why) == LATER)
			die(why.text);
	bytes_clear(&all);
	return t;
}

/* One worker, one mail. */
struct trial {
	const char *program;
	int trust_fd;
	pid_t pid;
	int socket;
	clockid_t clock;
};

static void
trial_start(struct trial *t)
{
	const char *const argv[] = {t->program, NULL};
	int pair[2], fds[2];
	struct reason why;

	if (frame_pair(pair, &why) != DONE)
		die(why.text);
	fds[0] = pair[1];
	fds[1] = t->trust_fd;
	if (child_start(&(struct child_spec){.program = t->program,
			    .argv = argv,
			    .fds = fds,
			    .n_fds = 2},
		&t->pid, &why) != DONE)
		die(why.text);
	file_close(&pair[1]);
	t->socket = pair[0];
	if (judge_hello(t->socket, 1, clock_ms() + PATIENCE, &why) != DONE ||
	    clock_getcpuclockid(t->pid, &t->clock) != 0)
		die(why.text);
}

static void
measure(struct trial *t, const char *path)
{
	const struct judge_policy policy = {.now = clock_now(),
	    .message_size = LIMIT_MESSAGE,
	    .authserv_id = "mx.corp.example"};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int64_t before, spent, again = 0;
	const char *name = strrchr(path, '/');
	struct judgement j;
	struct admission a;
	struct reason why;
	enum outcome o;
	long kb;

	if (fd < 0)
		die(path);
	trial_start(t);
	kb = peak(t->pid);
	before = cpu(t->clock);
	o = judge_message(&(struct judge_request){.socket = t->socket,
			      .id = 2,
			      .fd = fd,
			      .policy = &policy,
			      .deadline = clock_ms() + PATIENCE},
	    &j, &why);
	spent = cpu(t->clock) - before;
	kb = peak(t->pid) - kb;
	if (o == DONE)
		why = j.why;
	if (o == DONE && j.harvest != NULL) {
		before = cpu(t->clock);
		o = judge_harvest(t->socket, 3, j.harvest, &policy,
		    clock_ms() + PATIENCE, &a, &why);
		again = cpu(t->clock) - before;
		if (o == DONE)
			why = a.why;
	}
	printf("%s %" PRId64 " %ld %" PRId64 " %s %s\n",
	    name == NULL ? path : name + 1, spent, kb, again,
	    o == DONE ? reason_name(why.code) : "NO-ANSWER", why.text);
	fflush(stdout);
	judgement_clear(&j);
	child_kill(t->pid);
	file_close(&t->socket);
	file_close(&fd);
}

int
main(int argc, char **argv)
{
	struct trial t = {.socket = -1};
	struct trust *trust;
	struct reason why;
	int i;

	if (argc < 5)
		die("JUDGE ANCHORS KNOWN MAIL...");
	calibrate();
	fflush(stdout);
	t.program = argv[1];
	trust = trust_read_all(argv[2], argv[3]);
	if (trust_seal(trust, &t.trust_fd, &why) != DONE)
		die(why.text);
	trust_free(trust);
	for (i = 4; i < argc; i++)
		measure(&t, argv[i]);
	file_close(&t.trust_fd);
	return 0;
}
