#include "config.h"

#include "tests/unit/unit.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/frame.h"
#include "base/judge_process.h"
#include "base/judge_wire.h"
#include "smime/tlv.h"
#include "tests/unit/pki_sample.h"

/* The real worker, through the real door. */

#define PROGRAM "./certharvest-judge"

/* For one question; a worker that has to start has time on a busy machine. */
static unsigned patience = 30000;
static struct judge_process *
start(const char *program, bool confine)
{
	struct trust *t = sample_trust("ca", NULL);
	struct judge_process *p;
	struct reason why;
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	assert_int_equal(trust_seal(t, &fd, &why), DONE);
	trust_free(t);
	assert_int_equal(
	    judge_process_open(&(struct judge_start){.program = program,
				   .trust_fd = fd,
				   .deadline = patience,
				   .confine = confine},
		&p, &why),
	    DONE);
	return p;
}

static struct harvest *
harvest_of(const char *name)
{
	struct harvest *h = harvest_new();

	strcpy(h->address, "bob@example.org");
	h->signer = sample_certificate(name);
	h->certificate = sample_certificate(name);
	return h;
}

static struct judge_policy
policy(void)
{
	return (struct judge_policy){
	    .now = clock_now(), .message_size = LIMIT_MESSAGE};
}

/* Our only child. */
static pid_t
worker_pid(void)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	if (f != NULL) {
		if (fgets(text, sizeof text, f) == NULL)
			text[0] = '\0';
		fclose(f);
	}
	return (pid_t)atol(text);
}

static void
harvests_are_judged(void **state)
{
	struct judge_process *p = start(PROGRAM, true);
	const struct judge_policy now = policy();
	struct harvest *good = harvest_of("bob"), *bad = harvest_of("bob_self");
	struct admission a;
	struct reason why;
	int i;

	(void)state;
	/* More of them than a worker lives for. */
	for (i = 0; i < LIMIT_JUDGE_MESSAGES + 5; i++) {
		assert_int_equal(
		    judge_process_harvest(p, good, &now, &a, &why), DONE);
		assert_int_equal(a.outcome, DONE);
		assert_string_equal(a.facts.name, "Bob Example");
	}
	assert_int_equal(judge_process_harvest(p, bad, &now, &a, &why), DONE);
	assert_int_equal(a.outcome, HELD);
	assert_int_equal(a.why.code, REASON_CHAIN_UNKNOWN);
	harvest_free(good);
	harvest_free(bad);
	judge_process_close(p);
}

/* Nothing is opened or loaded for any of them: the filter would kill. */
static void
all_keys_are_known_in_there(void **state)
{
	static const char *const names[] = {"bob_p384", "bob_p521", "bob_bp256",
	    "bob_bp512", "bob_pss", "bob_ed25519", "bob_ed448", "bob_1024",
	    "bob_p224", "bob_k256", "bob_explicit", "bob_sha1", "bob_critical",
	    "nul", "sans"};
	struct judge_process *p = start(PROGRAM, true);
	const struct judge_policy now = policy();
	struct harvest *h;
	struct admission a;
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		h = harvest_of(names[i]);
		if (judge_process_harvest(p, h, &now, &a, &why) != DONE)
			fail_msg("%s: %s", names[i], why.text);
		harvest_free(h);
	}
	judge_process_close(p);
}

static void
facts_are_told(void **state)
{
	struct judge_process *p = start(PROGRAM, true);
	struct bytes bob = sample_certificate("bob");
	const struct judge_policy now = policy();
	struct span der[60];
	struct facts *f = NULL;
	struct reason why;
	unsigned i;

	(void)state;
	for (i = 0; i < 60; i++)
		der[i] = i % 2 == 0 ? span_bytes(&bob) : span_str("\x01junk");
	assert_int_equal(judge_process_facts(p, der, 60, &now, &f, &why), DONE);
	for (i = 0; i < 60; i++)
		assert_int_equal(f[i].malformed, i % 2 == 1);
	assert_string_equal(f[58].addresses[0], "bob@example.org");
	free(f);
	bytes_clear(&bob);
	judge_process_close(p);
}

/* A CMS of certificates alone, made by hand: their SET in the SignedData. */
static struct buffer
certs_only(const struct bytes *certificate)
{
	static const uint8_t oid[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
	static const uint8_t data[] =
	    "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
	struct buffer set, body, b;

	buffer_init(&set, LIMIT_CMS);
	buffer_init(&body, LIMIT_CMS);
	buffer_init(&b, LIMIT_CMS);
	/* version 1, no digests, no content, the certificates, no signers */
	assert_true(buffer_add(&set, "\x02\x01\x01\x31\x00", 5));
	assert_true(buffer_add(&set, data, sizeof data - 1));
	assert_true(tlv_put(&set, TLV_CONTEXT_0, span_bytes(certificate)));
	assert_true(buffer_add(&set, "\x31\x00", 2));
	assert_true(tlv_put(&body, TLV_SEQUENCE, span_buffer(&set)));
	buffer_reset(&set);
	assert_true(tlv_put(&set, TLV_OID, (struct span){oid, 9}));
	assert_true(tlv_put(&set, TLV_CONTEXT_0, span_buffer(&body)));
	assert_true(tlv_put(&b, TLV_SEQUENCE, span_buffer(&set)));
	buffer_clear(&set);
	buffer_clear(&body);
	return b;
}

/* What is inside of a userSMIMECertificate, and what cannot be read. */
static void
shadows_are_told(void **state)
{
	struct judge_process *p = start(PROGRAM, true);
	struct bytes bob = sample_certificate("bob");
	struct buffer cms = certs_only(&bob);
	const struct judge_policy now = policy();
	const struct {
		struct span value;
		unsigned n;
	} rows[] = {
	    {span_buffer(&cms), 1},
	    {{cms.data, cms.len - 1}, 0},
	    {span_bytes(&bob), 0},
	    {span_str("\x01 Microsoft's own"), 0},
	    {span_str(""), 0},
	};
	uint8_t sha256[DIGEST_LEN];
	struct facts *f = NULL;
	struct reason why;
	unsigned n;
	size_t i;

	(void)state;
	digest_sha256(span_bytes(&bob), sha256);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    judge_process_shadow(p, rows[i].value, &now, &f, &n, &why),
		    DONE);
		assert_int_equal(n, rows[i].n);
		if (n == 1) {
			assert_memory_equal(f->sha256, sha256, DIGEST_LEN);
			assert_string_equal(f->addresses[0], "bob@example.org");
		}
		free(f);
	}
	buffer_clear(&cms);
	bytes_clear(&bob);
	judge_process_close(p);
}

static enum outcome
judge_text(struct judge_process *p, const char *text, struct judgement *j)
{
	const struct judge_policy now = policy();
	int fd = memfd_create("message", MFD_CLOEXEC);
	struct reason why;
	enum outcome o;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	o = judge_process_message(p, fd, &now, j, &why);
	close(fd);
	return o;
}

static void
messages_are_judged(void **state)
{
	static const char plain[] = "From: bob@example.org\r\n\r\nHello\r\n";
	struct judge_process *p = start(PROGRAM, true);
	struct judgement j;

	(void)state;
	assert_int_equal(judge_text(p, plain, &j), DONE);
	assert_int_equal(j.outcome, NOTHING);
	assert_int_equal(j.signature, SIGNATURE_NONE);
	judgement_clear(&j);
	assert_int_equal(judge_text(p, "", &j), DONE);
	assert_int_not_equal(j.outcome, DONE);
	judgement_clear(&j);
	judge_process_close(p);
}

static unsigned
count_descriptors(pid_t pid)
{
	char path[64];
	unsigned n = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	d = opendir(path);
	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
it_is_locked_in(void **state)
{
	struct judge_process *p = start(PROGRAM, true);
	const struct judge_policy now = policy();
	struct harvest *h = harvest_of("bob");
	char path[64], line[256];
	struct admission a;
	struct reason why;
	bool seccomp = false, privileges = false;
	FILE *f;

	(void)state;
#ifdef WITH_SANITIZERS
	harvest_free(h);
	judge_process_close(p);
	skip();
#endif
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), DONE);
	snprintf(path, sizeof path, "/proc/%d/status", worker_pid());
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		seccomp |= strcmp(line, "Seccomp:\t2\n") == 0;
		privileges |= strcmp(line, "NoNewPrivs:\t1\n") == 0;
	}
	fclose(f);
	assert_true(seccomp && privileges);
	/* 0, 1, 2 and its socket; as root alone we may look. */
	if (geteuid() == 0)
		assert_int_equal(count_descriptors(worker_pid()), 4);
	harvest_free(h);
	judge_process_close(p);
}

/* A worker that is gone costs the question at hand and nothing else. */
static void
it_is_replaced(void **state)
{
	struct judge_process *p = start(PROGRAM, true);
	const struct judge_policy now = policy();
	struct harvest *h = harvest_of("bob");
	struct admission a;
	struct reason why;

	(void)state;
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), DONE);
	kill(worker_pid(), SIGKILL);
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), REFUSED);
	assert_int_equal(why.code, REASON_WORKER_DIED);
	assert_non_null(strstr(why.text, "signal 9"));
	judge_process_close(p);
	patience = 8000; /* it starts in that time, too */
	p = start(PROGRAM, true);
	patience = 30000;
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), DONE);
	kill(worker_pid(), SIGSTOP);
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), REFUSED);
	assert_int_equal(why.code, REASON_WORKER_LATE);
	assert_int_equal(judge_process_harvest(p, h, &now, &a, &why), DONE);
	harvest_free(h);
	judge_process_close(p);
	assert_int_equal(worker_pid(), 0);
}

/* One that cannot start is our fault, and no verdict on anything. */
static void
one_that_cannot_start(void **state)
{
	static const char *const programs[] = {
	    "/bin/true", "./no-such-program"};
	const struct judge_policy now = policy();
	struct harvest *h = harvest_of("bob");
	struct judge_process *p;
	struct admission a;
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		p = start(programs[i], true);
		assert_int_equal(
		    judge_process_harvest(p, h, &now, &a, &why), BROKEN);
		assert_int_equal(why.code, REASON_WORKER_BROKEN);
		judge_process_close(p);
	}
	harvest_free(h);
}

/* A worker, and our end of its socket. */
static pid_t
start_bare(int *socket)
{
	const char *argv[] = {"certharvest-judge", NULL};
	struct trust *t = sample_trust("ca", NULL);
	struct reason why;
	int pair[2], fds[2];
	struct child_spec spec = {
	    .program = PROGRAM, .argv = argv, .fds = fds, .n_fds = 2};
	pid_t pid;

	assert_int_equal(trust_seal(t, &fds[1], &why), DONE);
	assert_int_equal(frame_pair(pair, &why), DONE);
	fds[0] = pair[1];
	assert_int_equal(child_start(&spec, &pid, &why), DONE);
	close(fds[0]);
	close(fds[1]);
	trust_free(t);
	*socket = pair[0];
	return pid;
}

/* It ends well whenever the parent does: before it is asked, before it has
 * answered, before its answer is read. */
static void
the_parent_may_go(void **state)
{
	enum { UNASKED, UNANSWERED, UNREAD, WHENS };
	struct judge_question q = {.kind = JUDGE_HELLO};
	struct buffer b;
	struct reason why;
	struct pollfd p = {.events = POLLIN};
	int when, status;
	pid_t pid;

	(void)state;
	buffer_init(&b, LIMIT_FRAME);
	judge_put_question(&b, &q);
	for (when = UNASKED; when < WHENS; when++) {
		pid = start_bare(&p.fd);
		if (when != UNASKED)
			assert_int_equal(frame_send(p.fd, span_buffer(&b), -1,
					     FRAME_FOREVER, &why),
			    DONE);
		if (when == UNREAD)
			assert_int_equal(poll(&p, 1, -1), 1);
		close(p.fd);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	buffer_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(harvests_are_judged),
	    cmocka_unit_test(all_keys_are_known_in_there),
	    cmocka_unit_test(facts_are_told),
	    cmocka_unit_test(shadows_are_told),
	    cmocka_unit_test(messages_are_judged),
	    cmocka_unit_test(it_is_locked_in),
	    cmocka_unit_test(it_is_replaced),
	    cmocka_unit_test(one_that_cannot_start),
	    cmocka_unit_test(the_parent_may_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
