#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge_wire.h"
#include "milter/known.h"
#include "tests/unit/mails.h"

/* The real worker that asks the real table, at a time of our choosing. */
struct house {
	struct known *table;
	int64_t now;
	unsigned asked;
	pid_t pid;
	int socket;
	uint32_t id;
};

static bool
look(void *arg, const uint8_t digest[DIGEST_LEN])
{
	struct house *h = arg;

	h->asked++;
	return known_has(h->table, digest, h->now);
}

static void
worker_start(struct house *h, struct trust *trust)
{
	const char *argv[] = {"certharvest-judge", NULL};
	struct child_spec spec = {
	    .program = "./certharvest-judge", .argv = argv, .n_fds = 2};
	int pair[2], fds[2];
	struct reason why;

	assert_non_null(trust);
	assert_int_equal(trust_seal(trust, &fds[1], &why), DONE);
	assert_int_equal(frame_pair(pair, &why), DONE);
	fds[0] = pair[1];
	spec.fds = fds;
	assert_int_equal(child_start(&spec, &h->pid, &why), DONE);
	file_close(&fds[0]);
	file_close(&fds[1]);
	h->socket = pair[0];
	assert_int_equal(
	    judge_hello(h->socket, ++h->id, clock_ms() + 60000, &why), DONE);
	trust_free(trust);
}

static void
worker_stop(struct house *h)
{
	child_kill(h->pid);
	file_close(&h->socket);
}

static void
house_open(struct house *h)
{
	struct reason why;

	memset(h, 0, sizeof *h);
	assert_int_equal(known_new(100, &h->table, &why), DONE);
	worker_start(h, mails_trust());
}

static void
house_close(struct house *h)
{
	worker_stop(h);
	known_free(h->table);
}

/* As the milter does it: a harvest that is taken makes its signer known.
 * With a header in front that a filter wrote. */
static enum reason_code
judge_with(struct house *h, const char *name, const char *header)
{
	struct judge_policy policy = mails_policy();
	const struct judge_known known = {look, h};
	struct judge_request r = {.socket = h->socket,
	    .id = ++h->id,
	    .policy = &policy,
	    .known = &known,
	    .deadline = clock_ms() + 60000};
	struct bytes mail = {NULL, 0};
	struct judgement j;
	struct reason why;

	assert_true(mails_read(name, ".eml", &mail));
	strcpy(policy.authserv_id, "mx");
	r.fd = memfd_create("mail", MFD_CLOEXEC);
	assert_true(file_write_all(r.fd, header, strlen(header)));
	assert_true(file_write_all(r.fd, mail.data, mail.len));
	assert_int_equal(judge_message(&r, &j, &why), DONE);
	if (j.outcome == DONE) {
		assert_true(j.asked);
		assert_int_equal(j.harvest->chain.code, REASON_OK);
		known_add(h->table, j.known, h->now);
	}
	if (j.why.code == REASON_KNOWN_SIGNER) {
		assert_int_equal(j.outcome, NOTHING);
		assert_int_equal(j.signature, SIGNATURE_NONE);
		assert_null(j.harvest);
	}
	close(r.fd);
	bytes_clear(&mail);
	judgement_clear(&j);
	return j.why.code;
}

static enum reason_code
judge(struct house *h, const char *name)
{
	return judge_with(h, name, "");
}

/* In this order, with what was taken before; time goes on. */
static void
what_is_known(void **state)
{
	static const struct {
		const char *name;
		enum reason_code code;
		int64_t later;
	} rows[] = {
	    {"plain", REASON_OK, 0},
	    {"plain", REASON_KNOWN_SIGNER, 0},
	    {"opaque", REASON_KNOWN_SIGNER, 0},
	    /* a copy of the certificates proves nothing, and counts for it */
	    {"changed", REASON_KNOWN_SIGNER, 0},
	    {"flipped", REASON_KNOWN_SIGNER, 0},
	    {"folded", REASON_KNOWN_SIGNER, 0},
	    /* From:, and whatever decides on it */
	    {"otherfrom", REASON_NOT_FROM, 0},
	    {"twofrom", REASON_MANY_FROM, 0},
	    {"nofrom", REASON_NO_FROM, 0},
	    /* how the signer is named, and what he can read */
	    {"keyid", REASON_OK, 0},
	    {"keyid", REASON_KNOWN_SIGNER, 0},
	    {"noattr", REASON_OK, 0},
	    {"noattr", REASON_KNOWN_SIGNER, 0},
	    /* one more certificate, and its renewal */
	    {"dedicated", REASON_OK, 0},
	    {"dedicated", REASON_KNOWN_SIGNER, 0},
	    {"renewed", REASON_OK, 0},
	    {"renewed", REASON_KNOWN_SIGNER, 0},
	    {"chain", REASON_OK, 0},
	    /* another key preference */
	    {"prefer", REASON_OK, 0},
	    {"prefer", REASON_KNOWN_SIGNER, 0},
	    {"preferms", REASON_OK, 0},
	    {"preferkeyid", REASON_OK, 0},
	    {"preferkeyid", REASON_KNOWN_SIGNER, 0},
	    {"preferabsent", REASON_PREFERRED_ABSENT, 0},
	    {"preferabsent", REASON_PREFERRED_ABSENT, 0},
	    {"prefertwice", REASON_CMS_MALFORMED, 0},
	    {"preferalice", REASON_PREFERRED_UNFIT, 0},
	    /* still known at the last second, and not for longer for that */
	    {"changed", REASON_KNOWN_SIGNER, KNOWN_LIFE - 1},
	    {"changed", REASON_DIGEST_MISMATCH, 1},
	    {"flipped", REASON_BAD_SIGNATURE, 0},
	    {"changed", REASON_DIGEST_MISMATCH, 0},
	    {"plain", REASON_OK, 0},
	    {"changed", REASON_KNOWN_SIGNER, 0},
	};
	struct house h;
	size_t i;

	(void)state;
	house_open(&h);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum reason_code code;

		h.now += rows[i].later;
		code = judge(&h, rows[i].name);
		if (code != rows[i].code)
			fail_msg("row %zu, %s: %s", i, rows[i].name,
			    reason_name(code));
	}
	house_close(&h);
}

#define AR "Authentication-Results: "

/* What the mail server found out is evidence of its own. */
static void
authenticated_is_another(void **state)
{
	static const struct {
		const char *header;
		enum reason_code code;
	} rows[] = {
	    {"", REASON_OK},
	    {AR "evil; dmarc=pass\r\n", REASON_KNOWN_SIGNER},
	    {AR "mx; dmarc=fail\r\n", REASON_OK},
	    {AR "mx; dmarc=pass\r\n", REASON_OK},
	    {AR "mx; dmarc=pass\r\n", REASON_KNOWN_SIGNER},
	    {AR "mx; dmarc=pass; dkim=pass header.d=partner.example\r\n",
		REASON_OK},
	    {"", REASON_KNOWN_SIGNER},
	};
	struct house h;
	size_t i;

	(void)state;
	house_open(&h);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].header);
		assert_int_equal(
		    judge_with(&h, "plain", rows[i].header), rows[i].code);
	}
	house_close(&h);
}

/* A personal mail behind the one of a list makes a contact. */
static void
personal_is_another(void **state)
{
	static const struct {
		const char *header;
		enum reason_code code;
	} rows[] = {
	    {"List-Id: <x.partner.example>\r\n", REASON_OK},
	    {"List-Id: <y.partner.example>\r\n", REASON_KNOWN_SIGNER},
	    {"", REASON_OK},
	    {"Precedence: bulk\r\n", REASON_OK},
	    {"Auto-Submitted: auto-replied\r\n", REASON_OK},
	    {"Auto-Submitted: no\r\n", REASON_KNOWN_SIGNER},
	};
	struct house h;
	size_t i;

	(void)state;
	house_open(&h);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].header);
		assert_int_equal(
		    judge_with(&h, "plain", rows[i].header), rows[i].code);
	}
	house_close(&h);
}

/* What has another verdict with other trust is looked at again. */
static void
not_with_other_trust(void **state)
{
	struct bytes alice = {NULL, 0};
	struct trust *more;
	struct reason why;
	struct house h;

	(void)state;
	house_open(&h);
	assert_int_equal(judge(&h, "plain"), REASON_OK);
	worker_stop(&h);
	more = mails_trust();
	assert_true(mails_read("alice", ".der", &alice));
	assert_int_equal(trust_add_known(more, span_bytes(&alice), &why), DONE);
	bytes_clear(&alice);
	worker_start(&h, more);
	assert_int_equal(judge(&h, "plain"), REASON_OK);
	worker_stop(&h);
	worker_start(&h, mails_trust());
	assert_int_equal(judge(&h, "plain"), REASON_KNOWN_SIGNER);
	house_close(&h);
}

/* Mail that makes no harvest in any case: the parent is not bothered. */
static void
not_asked_for_nothing(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	assert_int_equal(judge(&h, "unsigned"), REASON_UNSIGNED);
	assert_int_equal(judge(&h, "twosigners"), REASON_MANY_SIGNERS);
	assert_int_equal(judge(&h, "nofrom"), REASON_NO_FROM);
	assert_int_equal(h.asked, 0);
	house_close(&h);
}

/* What a worker does that a stranger took over. */
enum manner { TWICE, OTHER_ID, SHORT, UNASKED, CLAIM, DENY, SILENT, MANNERS };

struct hostile {
	pthread_t thread;
	enum manner manner;
	int socket;
};

static bool
say(const struct hostile *h, uint32_t id, size_t len)
{
	static const uint8_t digest[DIGEST_LEN] = {1};
	struct buffer b;
	bool ok;

	buffer_init(&b, LIMIT_FRAME);
	judge_put_answer(&b, JUDGE_KNOWN, id);
	wire_put_span(&b, (struct span){digest, len});
	ok = frame_send(h->socket, span_buffer(&b), -1, FRAME_FOREVER, NULL) ==
	    DONE;
	buffer_clear(&b);
	return ok;
}

static void
conclude(const struct hostile *h, uint32_t id, enum reason_code code)
{
	struct judgement j;
	struct buffer b;

	memset(&j, 0, sizeof j);
	j.outcome = reason_set(&j.why, code, "hostile");
	buffer_init(&b, LIMIT_FRAME);
	judge_put_answer(&b, JUDGE_MESSAGE, id);
	wire_put_judgement(&b, &j);
	(void)!frame_send(h->socket, span_buffer(&b), -1, FRAME_FOREVER, NULL);
	buffer_clear(&b);
}

static void *
misbehave(void *arg)
{
	struct judge_question *q = calloc(1, sizeof *q);
	struct hostile *h = arg;
	struct buffer in;

	buffer_init(&in, LIMIT_FRAME);
	if (frame_receive(h->socket, &in, NULL, FRAME_FOREVER, NULL) != DONE ||
	    judge_get_question(span_buffer(&in), q, NULL) != DONE)
		abort();
	if (h->manner != CLAIM)
		(void)say(h, q->id + (h->manner == OTHER_ID),
		    DIGEST_LEN - (h->manner == SHORT));
	/* What it is told, or the end. */
	if (h->manner != CLAIM)
		(void)!frame_receive(h->socket, &in, NULL, FRAME_FOREVER, NULL);
	if (h->manner == TWICE)
		(void)say(h, q->id, DIGEST_LEN);
	else if (h->manner == SILENT)
		(void)!frame_receive(h->socket, &in, NULL, FRAME_FOREVER, NULL);
	else
		conclude(h, q->id,
		    h->manner == CLAIM ? REASON_KNOWN_SIGNER : REASON_UNSIGNED);
	judge_question_clear(q);
	free(q);
	buffer_clear(&in);
	file_close(&h->socket);
	return NULL;
}

static unsigned lookups;

static bool
always(void *arg, const uint8_t digest[DIGEST_LEN])
{
	(void)arg;
	(void)digest;
	lookups++;
	return true;
}

/* One look-up a question, by its id; no other end than what it was told. */
static void
hostile_workers(void **state)
{
	const struct judge_policy policy = mails_policy();
	const struct judge_known known = {always, NULL};
	struct hostile h;
	struct judgement j;
	struct reason why;
	enum outcome o;
	int pair[2];

	(void)state;
	for (h.manner = 0; h.manner < MANNERS; h.manner++) {
		struct judge_request r = {.id = 7,
		    .policy = &policy,
		    .known = h.manner == UNASKED ? NULL : &known,
		    .deadline =
			clock_ms() + (h.manner == SILENT ? 1000 : 60000)};

		lookups = 0;
		assert_int_equal(frame_pair(pair, &why), DONE);
		h.socket = pair[1];
		assert_int_equal(
		    pthread_create(&h.thread, NULL, misbehave, &h), 0);
		r.socket = pair[0];
		r.fd = memfd_create("mail", MFD_CLOEXEC);
		o = judge_message(&r, &j, &why);
		assert_int_equal(o, h.manner == SILENT ? LATER : BROKEN);
		assert_int_equal(why.code,
		    h.manner == SILENT ? REASON_NO_ANSWER : REASON_PROTOCOL);
		assert_null(j.harvest);
		assert_true(lookups <= 1);
		close(r.fd);
		file_close(&pair[0]);
		assert_int_equal(pthread_join(h.thread, NULL), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_known),
	    cmocka_unit_test(authenticated_is_another),
	    cmocka_unit_test(personal_is_another),
	    cmocka_unit_test(not_with_other_trust),
	    cmocka_unit_test(not_asked_for_nothing),
	    cmocka_unit_test(hostile_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
