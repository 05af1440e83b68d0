#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/judge_wire.h"

static struct bytes
some(size_t len)
{
	struct bytes b = {malloc(len), len};

	memset(b.data, (int)len, len);
	return b;
}

static struct harvest *
sample(void)
{
	struct harvest *h = harvest_new();

	strcpy(h->address, "bob@example.org");
	strcpy(h->name, "Bob");
	strcpy(h->phrase, "Bobby");
	h->authentication.dmarc = AUTHENTICATION_PASS;
	h->authentication.dkim = AUTHENTICATION_FAIL;
	h->bulk = BULK_AUTO;
	h->certificate = some(900);
	h->signer = some(901);
	h->others[0] = some(LIMIT_CERTIFICATE);
	h->others[1] = some(1);
	h->n_others = 2;
	h->capabilities = some(30);
	reason_set(&h->chain, REASON_CHAIN_UNKNOWN, "by %s", "X");
	strcpy(h->message_id, "<1@example.org>");
	strcpy(h->queue_id, "4XyZ");
	h->received = 1795467900;
	h->signing_time = -1;
	return h;
}

static struct judgement
sample_judgement(void)
{
	struct judgement j = {.outcome = DONE, .signature = SIGNATURE_VALID};

	strcpy(j.address, "bob@example.org");
	memset(j.signer, 7, sizeof j.signer);
	j.harvest = sample();
	j.facts = calloc(1, sizeof *j.facts);
	strcpy(j.facts->subject, "CN=Bob");
	j.facts->not_after = 99;
	j.facts->key = KEY_EC;
	j.facts->validation = VALIDATION_SPONSOR;
	j.facts->can_receive = true;
	j.facts->n_addresses = 1;
	strcpy(j.facts->addresses[0], "J\xc3\xb6rg@example.org");
	j.facts->n_domains = FACTS_DOMAINS;
	strcpy(j.facts->domains[FACTS_DOMAINS - 1], "example.org");
	j.hash = HASH_SHA384;
	j.n_candidates = 2;
	j.candidates = calloc(2, sizeof *j.candidates);
	j.candidates[0].facts = *j.facts;
	reason_set(&j.candidates[0].why, REASON_CHOSEN, "named");
	j.candidates[1].known = true;
	reason_set(&j.candidates[1].why, REASON_NOT_FROM, "for %s", "X");
	return j;
}

static void
judgement_round_trip(void **state)
{
	struct judgement j = sample_judgement(), back;
	char a[DIGEST_HEX], b[DIGEST_HEX];
	struct buffer out;
	struct wire w;

	(void)state;
	buffer_init(&out, LIMIT_FRAME);
	wire_put_judgement(&out, &j);
	assert_true(wire_complete(&out));
	wire_init(&w, span_buffer(&out));
	wire_get_judgement(&w, &back);
	assert_true(wire_end(&w));
	assert_int_equal(back.outcome, DONE);
	assert_int_equal(back.signature, SIGNATURE_VALID);
	assert_memory_equal(back.facts, j.facts, sizeof *j.facts);
	assert_int_equal(back.hash, HASH_SHA384);
	assert_int_equal(back.n_candidates, 2);
	assert_memory_equal(&back.candidates[0].facts, &j.candidates[0].facts,
	    sizeof back.candidates[0].facts);
	assert_string_equal(back.candidates[0].why.text, "named");
	assert_true(back.candidates[1].known);
	assert_int_equal(back.candidates[1].why.code, REASON_NOT_FROM);
	harvest_digest(j.harvest, a);
	harvest_digest(back.harvest, b);
	assert_string_equal(a, b);
	assert_string_equal(back.harvest->phrase, "Bobby");
	assert_true(back.harvest->received == 1795467900);
	assert_true(back.harvest->signing_time == -1);
	assert_string_equal(back.harvest->chain.text, "by X");
	judgement_clear(&j);
	judgement_clear(&back);
	buffer_clear(&out);
}

/* Every cut and every flipped byte: an error or a value, never a crash. */
static void
hostile_judgement(void **state)
{
	struct judgement j = sample_judgement(), back;
	struct buffer out;
	struct wire w;
	size_t i;

	(void)state;
	bytes_clear(&j.harvest->others[0]);
	j.harvest->others[0] = some(20);
	buffer_init(&out, LIMIT_FRAME);
	wire_put_judgement(&out, &j);
	for (i = 0; i < out.len; i++) {
		wire_init(&w, (struct span){out.data, i});
		wire_get_judgement(&w, &back);
		assert_false(wire_end(&w));
		judgement_clear(&back);
		out.data[i] ^= 0xff;
		wire_init(&w, span_buffer(&out));
		wire_get_judgement(&w, &back);
		judgement_clear(&back);
		out.data[i] ^= 0xff;
	}
	judgement_clear(&j);
	buffer_clear(&out);
}

static void
question_round_trip(void **state)
{
	struct judge_question *q = calloc(1, sizeof *q),
			      *back = calloc(1, sizeof *back);
	struct buffer out;
	struct reason why;
	size_t i;

	(void)state;
	buffer_init(&out, LIMIT_FRAME);
	q->kind = JUDGE_FACTS;
	q->id = 77;
	q->policy.now = 1795467900;
	q->policy.sha1 = true;
	q->policy.hashes = 1u << HASH_SHA512;
	q->policy.key_bits[KEY_ED448] = 456;
	q->der[0] = span_str("abc");
	q->n_der = 1;
	judge_put_question(&out, q);
	assert_int_equal(
	    DONE, judge_get_question(span_buffer(&out), back, &why));
	assert_int_equal(back->id, 77);
	assert_memory_equal(&back->policy, &q->policy, sizeof q->policy);
	assert_int_equal(back->n_der, 1);
	assert_true(span_equal(back->der[0], span_str("abc")));
	for (i = 0; i < out.len; i++)
		assert_int_equal(REFUSED,
		    judge_get_question((struct span){out.data, i}, back, &why));
	free(q);
	free(back);
	buffer_clear(&out);
}

/* A worker that was taken over could name one certificate as another. */
static void
digests_are_our_own(void **state)
{
	struct judge_policy policy = {0};
	struct facts lie = {.malformed = true}, *f = NULL;
	struct admission a;
	struct harvest *h;
	uint8_t sha256[DIGEST_LEN];
	struct buffer out;
	struct reason why;
	int pair[2];

	(void)state;
	assert_int_equal(DONE, frame_pair(pair, &why));
	buffer_init(&out, LIMIT_FRAME);
	memset(lie.sha256, 7, sizeof lie.sha256);
	judge_put_answer(&out, JUDGE_FACTS, 5);
	wire_put_u32(&out, 1);
	wire_put_facts(&out, &lie);
	assert_int_equal(DONE,
	    frame_send(pair[1], span_buffer(&out), -1, FRAME_FOREVER, &why));
	assert_int_equal(DONE,
	    judge_facts(pair[0], 5, (struct span[]){span_str("x")}, 1, &policy,
		clock_ms() + 60000, &f, &why));
	digest_sha256(span_str("x"), sha256);
	assert_memory_equal(f[0].sha256, sha256, DIGEST_LEN);
	free(f);
	/* the same in the verdict on a harvest */
	h = harvest_new();
	assert_non_null(h);
	assert_true(bytes_dup(span_str("x"), &h->certificate));
	memset(&a, 0, sizeof a);
	a.facts = lie;
	buffer_reset(&out);
	judge_put_answer(&out, JUDGE_HARVEST, 6);
	wire_put_admission(&out, &a);
	assert_int_equal(DONE,
	    frame_send(pair[1], span_buffer(&out), -1, FRAME_FOREVER, &why));
	assert_int_equal(DONE,
	    judge_harvest(
		pair[0], 6, h, &policy, clock_ms() + 60000, &a, &why));
	assert_memory_equal(a.facts.sha256, sha256, DIGEST_LEN);
	harvest_free(h);
	close(pair[0]);
	close(pair[1]);
	buffer_clear(&out);
}

/* A judge that says what is inside of a shadow: only what lies in it counts,
 * and by its own bytes. */
static void
shadows_are_our_own(void **state)
{
	static const struct {
		uint32_t at, len;
		enum outcome outcome;
	} rows[] = {
	    {1, 2, DONE},
	    {0, 6, DONE},
	    {0, 7, BROKEN},
	    {6, 1, BROKEN},
	    {7, 0, BROKEN},
	    {1, UINT32_MAX, BROKEN},
	};
	struct span value = span_str("shadow");
	struct judge_policy policy = {0};
	struct facts lie = {.ca = true}, *f = NULL;
	uint8_t sha256[DIGEST_LEN];
	struct buffer out;
	struct reason why;
	int pair[2];
	unsigned n;
	size_t i;

	(void)state;
	assert_int_equal(DONE, frame_pair(pair, &why));
	memset(lie.sha256, 7, sizeof lie.sha256);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buffer_init(&out, LIMIT_FRAME);
		judge_put_answer(&out, JUDGE_SHADOW, 5);
		wire_put_u32(&out, 1);
		wire_put_u32(&out, rows[i].at);
		wire_put_u32(&out, rows[i].len);
		wire_put_facts(&out, &lie);
		assert_int_equal(DONE,
		    frame_send(
			pair[1], span_buffer(&out), -1, FRAME_FOREVER, &why));
		assert_int_equal(rows[i].outcome,
		    judge_shadow(pair[0], 5, value, &policy, clock_ms() + 60000,
			&f, &n, &why));
		if (rows[i].outcome == DONE) {
			digest_sha256(
			    (struct span){value.data + rows[i].at, rows[i].len},
			    sha256);
			assert_int_equal(n, 1);
			assert_memory_equal(f[0].sha256, sha256, DIGEST_LEN);
		} else {
			assert_null(f);
		}
		free(f);
		buffer_clear(&out);
		/* the question */
		buffer_init(&out, LIMIT_FRAME);
		assert_int_equal(DONE,
		    frame_receive(pair[1], &out, NULL, FRAME_FOREVER, &why));
		buffer_clear(&out);
	}
	close(pair[0]);
	close(pair[1]);
}

/* An answer to another question makes the worker unusable. */
static void
other_id(void **state)
{
	struct judge_policy policy = {0};
	struct facts *f = NULL;
	struct buffer out;
	struct reason why;
	int pair[2];

	(void)state;
	assert_int_equal(DONE, frame_pair(pair, &why));
	buffer_init(&out, 1000);
	judge_put_answer(&out, JUDGE_FACTS, 4);
	wire_put_u32(&out, 1);
	assert_int_equal(DONE,
	    frame_send(pair[1], span_buffer(&out), -1, FRAME_FOREVER, &why));
	assert_int_equal(BROKEN,
	    judge_facts(pair[0], 5, (struct span[]){span_str("x")}, 1, &policy,
		clock_ms() + 60000, &f, &why));
	assert_int_equal(why.code, REASON_PROTOCOL);
	assert_null(f);
	close(pair[0]);
	close(pair[1]);
	buffer_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judgement_round_trip),
	    cmocka_unit_test(hostile_judgement),
	    cmocka_unit_test(question_round_trip),
	    cmocka_unit_test(digests_are_our_own),
	    cmocka_unit_test(shadows_are_our_own),
	    cmocka_unit_test(other_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
