#include "base/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/frame.h"
#include "base/judge_wire.h"

void
judgement_clear(struct judgement *j)
{
	harvest_free(j->harvest);
	free(j->facts);
	free(j->candidates);
	j->harvest = NULL;
	j->facts = NULL;
	j->candidates = NULL;
	j->n_candidates = 0;
}

static const char *const authorities[AUTHORITY_KINDS] = {
    [AUTHORITY_NONE] = "",
    [AUTHORITY_ROOT] = "root",
    [AUTHORITY_INTERMEDIATE] = "intermediate",
    [AUTHORITY_LEAF] = "leaf",
    [AUTHORITY_ABSENT] = "absent",
};

const char *
authority_name(enum authority_kind kind)
{
	return authorities[kind];
}

enum authority_kind
authority_parse(const char *word)
{
	unsigned i;

	for (i = 0; i < AUTHORITY_KINDS; i++)
		if (strcmp(authorities[i], word) == 0)
			return (enum authority_kind)i;
	return AUTHORITY_NONE;
}

const char *
signature_name(enum signature s)
{
	static const char *const names[] = {
	    [SIGNATURE_NONE] = "none",
	    [SIGNATURE_VALID] = "valid",
	    [SIGNATURE_INVALID] = "invalid",
	};

	return names[s];
}

/* An empty frame is its last word; by its end its status is settled. */
static enum outcome
without_memory(
    int socket, struct buffer *in, int64_t deadline, struct reason *why)
{
	struct reason end;

	if (frame_receive(socket, in, NULL, deadline, &end) == DONE)
		return reason_set(
		    why, REASON_PROTOCOL, "words after the last one");
	return reason_set(why, REASON_WORKER_MEMORY,
	    "the worker needed more memory than it may have");
}

/* One frame to the worker and what it says to that, which is in *in. */
static enum outcome
exchange(int socket, const struct buffer *out, int fd, int64_t deadline,
    struct buffer *in, struct reason *why)
{
	enum outcome o;

	if (!wire_complete(out))
		return reason_set(why, REASON_PROTOCOL,
		    "a question of more than %u bytes", LIMIT_FRAME);
	o = frame_send(socket, span_buffer(out), fd, deadline, why);
	if (o == DONE)
		o = frame_receive(socket, in, NULL, deadline, why);
	if (o == NOTHING)
		o = reason_set(why, REASON_IO, "the worker died");
	if (o == DONE && in->len == 0)
		o = without_memory(socket, in, deadline, why);
	return o;
}

/*
 * One question and the start of its answer.  On DONE *in holds the answer
 * and w stands behind its head.
 */
static enum outcome
ask(int socket, const struct judge_question *q, int64_t deadline,
    struct buffer *in, struct wire *w, struct reason *why)
{
	struct buffer out;
	enum outcome o;

	buffer_init(&out, LIMIT_FRAME);
	judge_put_question(&out, q);
	o = exchange(socket, &out, -1, deadline, in, why);
	if (o == DONE) {
		wire_init(w, span_buffer(in));
		o = judge_get_answer(w, q->kind, q->id, why);
	}
	buffer_clear(&out);
	return o;
}

static enum outcome
nonsense(struct reason *why)
{
	return reason_set(why, REASON_PROTOCOL, "the worker talks nonsense");
}

enum outcome
judge_hello(int socket, uint32_t id, int64_t deadline, struct reason *why)
{
	struct judge_question *q = NULL;
	struct reason inner;
	struct buffer in;
	enum outcome o;
	struct wire w;

	buffer_init(&in, LIMIT_FRAME);
	q = calloc(1, sizeof *q);
	if (q == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	q->kind = JUDGE_HELLO;
	q->id = id;
	o = ask(socket, q, deadline, &in, &w, &inner);
	if (o == BROKEN || o == REFUSED || (o == DONE && !wire_end(&w)))
		o = reason_set(why, REASON_WORKER_BROKEN,
		    "the worker did not start: %s", inner.text);
	else if (o != DONE)
		*why = inner;
out:
	free(q);
	buffer_clear(&in);
	return o;
}

/* What a worker asked on the way to its answer, and was told. */
struct inquiry {
	bool asked;
	bool told; /* that it is known */
	uint8_t digest[DIGEST_LEN];
};

/* In *in the worker asks, which it may once, about the message in hand. */
static enum outcome
look_up(const struct judge_request *r, struct buffer *in, struct inquiry *q,
    struct reason *why)
{
	struct buffer out;
	enum outcome o;
	struct wire w;

	wire_init(&w, span_buffer(in));
	o = judge_get_answer(&w, JUDGE_KNOWN, r->id, why);
	if (o != DONE)
		return o;
	wire_get_fixed(&w, q->digest, DIGEST_LEN);
	if (!wire_end(&w))
		return nonsense(why);
	q->asked = true;
	q->told = r->known->look(r->known->arg, q->digest);
	buffer_init(&out, LIMIT_FRAME);
	judge_put_answer(&out, JUDGE_KNOWN, r->id);
	wire_put_u32(&out, q->told);
	o = exchange(r->socket, &out, -1, r->deadline, in, why);
	buffer_clear(&out);
	return o;
}

/* Put the question; on DONE the last frame, which is to be the answer, is in
 * *in. */
static enum outcome
message_ask(const struct judge_request *r, struct buffer *in,
    struct inquiry *inquiry, struct reason *why)
{
	struct judge_question *q = calloc(1, sizeof *q);
	struct buffer out;
	enum outcome o;

	buffer_init(&out, LIMIT_FRAME);
	if (q == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	q->kind = JUDGE_MESSAGE;
	q->id = r->id;
	q->policy = *r->policy;
	q->may_ask = r->known != NULL;
	judge_put_question(&out, q);
	o = exchange(r->socket, &out, r->fd, r->deadline, in, why);
	if (o == DONE && q->may_ask &&
	    judge_peek_kind(span_buffer(in)) == JUDGE_KNOWN)
		o = look_up(r, in, inquiry, why);
out:
	free(q);
	buffer_clear(&out);
	return o;
}

enum outcome
judge_message(
    const struct judge_request *r, struct judgement *out, struct reason *why)
{
	struct inquiry inquiry;
	struct buffer in;
	enum outcome o;
	struct wire w;

	memset(out, 0, sizeof *out);
	memset(&inquiry, 0, sizeof inquiry);
	buffer_init(&in, LIMIT_FRAME);
	o = message_ask(r, &in, &inquiry, why);
	if (o != DONE)
		goto out;
	wire_init(&w, span_buffer(&in));
	o = judge_get_answer(&w, JUDGE_MESSAGE, r->id, why);
	if (o != DONE)
		goto out;
	wire_get_judgement(&w, out);
	out->asked = inquiry.asked;
	memcpy(out->known, inquiry.digest, sizeof out->known);
	/* Who was told so, and nobody else, says that the signer is known. */
	if (!wire_end(&w) ||
	    inquiry.told != (out->why.code == REASON_KNOWN_SIGNER)) {
		judgement_clear(out);
		memset(out, 0, sizeof *out);
		o = nonsense(why);
	}
out:
	buffer_clear(&in);
	return o;
}

enum outcome
judge_harvest(int socket, uint32_t id, const struct harvest *h,
    const struct judge_policy *policy, int64_t deadline, struct admission *out,
    struct reason *why)
{
	struct judge_question *q = NULL;
	struct buffer in;
	enum outcome o;
	struct wire w;

	buffer_init(&in, LIMIT_FRAME);
	q = calloc(1, sizeof *q);
	if (q == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	q->kind = JUDGE_HARVEST;
	q->id = id;
	q->policy = *policy;
	/* Only read, but the question of the worker's side owns its own. */
	memcpy(&q->harvest, &h, sizeof h);
	o = ask(socket, q, deadline, &in, &w, why);
	if (o != DONE)
		goto out;
	wire_get_admission(&w, out);
	/* By it the contact's values are marked as ours: see facts_get(). */
	digest_sha256(span_bytes(&h->certificate), out->facts.sha256);
	if (!wire_end(&w))
		o = nonsense(why);
out:
	free(q);
	buffer_clear(&in);
	return o;
}

/*
 * The answer to JUDGE_FACTS: exactly one for each question's certificate.  By
 * the digest it is known which values of a contact are ours, so that a judge
 * whom a certificate took over is not asked for it.
 */
static enum outcome
facts_get(struct wire *w, const struct judge_question *q, struct facts *out,
    struct reason *why)
{
	unsigned i;

	if (wire_get_u32(w) != q->n_der)
		w->bad = true;
	for (i = 0; i < q->n_der && wire_ok(w); i++) {
		wire_get_facts(w, &out[i]);
		digest_sha256(q->der[i], out[i].sha256);
	}
	return wire_end(w) ? DONE : nonsense(why);
}

/* So many values of LIMIT_VALUE bytes fit into a frame, and their facts. */
#define FACTS_BATCH 24

enum outcome
judge_facts(int socket, uint32_t id, const struct span *der, unsigned n,
    const struct judge_policy *policy, int64_t deadline, struct facts **out,
    struct reason *why)
{
	struct judge_question *q = NULL;
	struct facts *f = NULL;
	enum outcome o = DONE;
	struct buffer in;
	unsigned at = 0;
	struct wire w;

	buffer_init(&in, LIMIT_FRAME);
	if (n > LIMIT_VALUES_READ)
		return reason_set(why, REASON_TOO_MANY_VALUES,
		    "%u values, more than %d", n, LIMIT_VALUES_READ);
	q = calloc(1, sizeof *q);
	f = calloc(n == 0 ? 1 : n, sizeof *f);
	if (q == NULL || f == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	q->kind = JUDGE_FACTS;
	q->id = id;
	q->policy = *policy;
	for (at = 0; at < n; at += q->n_der) {
		q->n_der = n - at < FACTS_BATCH ? n - at : FACTS_BATCH;
		memcpy(q->der, der + at, q->n_der * sizeof *der);
		o = ask(socket, q, deadline, &in, &w, why);
		if (o == DONE)
			o = facts_get(&w, q, f + at, why);
		if (o != DONE)
			goto out;
	}
	*out = f;
	f = NULL; /* the caller owns it now */
out:
	free(q);
	free(f);
	buffer_clear(&in);
	return o;
}

/*
 * The answer to JUDGE_SHADOW: how many certificates, then for each where it
 * lies in the value, its length, and its facts.
 */
static enum outcome
shadow_get(struct wire *w, struct span value, struct facts **out, unsigned *n,
    struct reason *why)
{
	unsigned count = wire_get_max(w, LIMIT_CERTIFICATES), i;
	struct facts *f = NULL;
	struct span der;
	uint32_t at;

	if (count > 0)
		f = calloc(count, sizeof *f);
	if (count > 0 && f == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; i < count && wire_ok(w); i++) {
		at = wire_get_max(w, (uint32_t)value.len);
		der.len = wire_get_max(w, (uint32_t)(value.len - at));
		der.data = value.data + at;
		wire_get_facts(w, &f[i]);
		digest_sha256(der, f[i].sha256);
	}
	if (!wire_end(w)) {
		free(f);
		return nonsense(why);
	}
	*out = f;
	*n = count;
	return DONE;
}

enum outcome
judge_shadow(int socket, uint32_t id, struct span value,
    const struct judge_policy *policy, int64_t deadline, struct facts **out,
    unsigned *n, struct reason *why)
{
	struct judge_question *q = NULL;
	struct buffer in;
	enum outcome o;
	struct wire w;

	*out = NULL;
	*n = 0;
	if (value.len == 0 || value.len > LIMIT_VALUE)
		return DONE; /* no directory that we know has such a one */
	buffer_init(&in, LIMIT_FRAME);
	q = calloc(1, sizeof *q);
	if (q == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	q->kind = JUDGE_SHADOW;
	q->id = id;
	q->policy = *policy;
	q->n_der = 1;
	q->der[0] = value;
	o = ask(socket, q, deadline, &in, &w, why);
	if (o == DONE)
		o = shadow_get(&w, value, out, n, why);
	free(q);
	buffer_clear(&in);
	return o;
}
