#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge.h"
#include "tests/unit/mails.h"

/*
 * What a judge costs a message of a signer that is known and of one that is
 * not: processor time of the confined worker, and of us who ask it.  To be
 * run in the build folder after make check: tests/bench/known_bench [N].
 */
static const char *const names[] = {"plain", "chain", "ec"};

struct bench {
	pid_t pid;
	int socket;
	uint32_t id;
	bool known;
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static bool
look(void *arg, const uint8_t digest[DIGEST_LEN])
{
	const struct bench *b = arg;

	(void)digest;
	return b->known;
}

static void
start(struct bench *b)
{
	const char *argv[] = {"certharvest-judge", NULL};
	struct trust *trust = mails_trust();
	int pair[2], fds[2];
	struct child_spec spec = {.program = "./certharvest-judge",
	    .argv = argv,
	    .fds = fds,
	    .n_fds = 2};
	struct reason why;

	must(trust != NULL, "tests/mails: run make check");
	must(trust_seal(trust, &fds[1], &why) == DONE, "trust");
	must(frame_pair(pair, &why) == DONE, "socket");
	fds[0] = pair[1];
	must(child_start(&spec, &b->pid, &why) == DONE, "certharvest-judge");
	file_close(&fds[0]);
	file_close(&fds[1]);
	trust_free(trust);
	b->socket = pair[0];
	must(judge_hello(b->socket, ++b->id, clock_ms() + 10000, &why) == DONE,
	    "hello");
}

/* Processor time in microseconds. */
static double
cpu(clockid_t clock)
{
	struct timespec ts;

	must(clock_gettime(clock, &ts) == 0, "clock");
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void
judge(struct bench *b, int fd)
{
	const struct judge_policy policy = mails_policy();
	const struct judge_known known = {look, b};
	struct judgement j;
	struct reason why;

	must(judge_message(&(struct judge_request){.socket = b->socket,
			       .id = ++b->id,
			       .fd = fd,
			       .policy = &policy,
			       .known = &known,
			       .deadline = clock_ms() + 5000},
		 &j, &why) == DONE,
	    "judge_message");
	must(j.outcome == (b->known ? NOTHING : DONE), "another verdict");
	judgement_clear(&j);
}

/* Returns the worker's time for one. */
static double
measure(struct bench *b, int fd, unsigned n, double *ours)
{
	clockid_t theirs;
	double before, own;
	unsigned i;

	must(clock_getcpuclockid(b->pid, &theirs) == 0, "clock");
	before = cpu(theirs);
	own = cpu(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < n; i++)
		judge(b, fd);
	*ours = (cpu(CLOCK_PROCESS_CPUTIME_ID) - own) / n;
	return (cpu(theirs) - before) / n;
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 2000;
	struct bytes mail = {NULL, 0};
	double full, cut, ours, ours_cut;
	struct bench b = {.known = false};
	size_t i;
	int fd;

	start(&b);
	printf("%-8s %8s %12s %12s %7s %10s\n", "mail", "bytes", "verified us",
	    "known us", "ratio", "parent us");
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		must(mails_read(names[i], ".eml", &mail), names[i]);
		fd = memfd_create("mail", MFD_CLOEXEC);
		must(file_write_all(fd, mail.data, mail.len), "memfd");
		b.known = false;
		full = measure(&b, fd, n, &ours);
		b.known = true;
		cut = measure(&b, fd, n, &ours_cut);
		printf("%-8s %8zu %12.1f %12.1f %7.1f %4.1f %5.1f\n", names[i],
		    mail.len, full, cut, full / cut, ours, ours_cut);
		bytes_clear(&mail);
		close(fd);
	}
	child_kill(b.pid);
	return 0;
}
