#include "base/judge_wire.h"

#include <stdlib.h>
#include <string.h>

void
wire_put_reason(struct buffer *b, const struct reason *r)
{
	wire_put_u32(b, r->code);
	wire_put_str(b, r->text);
}

void
wire_get_reason(struct wire *w, struct reason *out)
{
	char text[REASON_TEXT_MAX + 1];

	out->code = (enum reason_code)wire_get_max(w, REASON_COUNT - 1);
	wire_get_str(w, text, sizeof text);
	/* Through reason_set(), which cleans what a taken-over one wrote. */
	reason_set(out, out->code, "%s", text);
}

static void
authentication_put(struct buffer *b, const struct authentication *a)
{
	wire_put_u32(b, a->dmarc);
	wire_put_u32(b, a->dkim);
	wire_put_str(b, a->dkim_domain);
}

static void
authentication_get(struct wire *w, struct authentication *out)
{
	out->dmarc = (enum authentication_result)wire_get_max(
	    w, AUTHENTICATION_RESULTS - 1);
	out->dkim = (enum authentication_result)wire_get_max(
	    w, AUTHENTICATION_RESULTS - 1);
	wire_get_str(w, out->dkim_domain, sizeof out->dkim_domain);
}

void
wire_put_harvest(struct buffer *b, const struct harvest *h)
{
	unsigned i;

	wire_put_str(b, h->address);
	wire_put_str(b, h->name);
	wire_put_str(b, h->phrase);
	authentication_put(b, &h->authentication);
	wire_put_u32(b, h->bulk);
	wire_put_span(b, span_bytes(&h->certificate));
	wire_put_span(b, span_bytes(&h->signer));
	wire_put_u32(b, h->n_others);
	for (i = 0; i < h->n_others; i++)
		wire_put_span(b, span_bytes(&h->others[i]));
	wire_put_span(b, span_bytes(&h->capabilities));
	wire_put_reason(b, &h->why);
	wire_put_reason(b, &h->chain);
	wire_put_str(b, h->message_id);
	wire_put_str(b, h->queue_id);
	wire_put_i64(b, h->received);
	wire_put_i64(b, h->signing_time);
}

struct harvest *
wire_get_harvest(struct wire *w)
{
	struct harvest *h = harvest_new();
	uint32_t n;

	if (h == NULL) {
		w->bad = true;
		return NULL;
	}
	wire_get_str(w, h->address, sizeof h->address);
	wire_get_str(w, h->name, sizeof h->name);
	wire_get_str(w, h->phrase, sizeof h->phrase);
	authentication_get(w, &h->authentication);
	h->bulk = (enum bulk)wire_get_max(w, BULKS - 1);
	wire_get_bytes(w, LIMIT_CERTIFICATE, &h->certificate);
	wire_get_bytes(w, LIMIT_CERTIFICATE, &h->signer);
	for (n = wire_get_max(w, LIMIT_CERTIFICATES); n > 0; n--)
		wire_get_bytes(w, LIMIT_CERTIFICATE, &h->others[h->n_others++]);
	wire_get_bytes(w, LIMIT_CAPABILITIES, &h->capabilities);
	wire_get_reason(w, &h->why);
	wire_get_reason(w, &h->chain);
	wire_get_str(w, h->message_id, sizeof h->message_id);
	wire_get_str(w, h->queue_id, sizeof h->queue_id);
	h->received = wire_get_i64(w);
	h->signing_time = wire_get_i64(w);
	if (!wire_ok(w)) {
		harvest_free(h);
		h = NULL;
	}
	return h;
}

void
wire_put_facts(struct buffer *b, const struct facts *f)
{
	unsigned i;

	wire_put_span(b, (struct span){f->sha256, DIGEST_LEN});
	wire_put_span(b, (struct span){f->issuer_sha256, DIGEST_LEN});
	wire_put_span(b, (struct span){f->subject_sha256, DIGEST_LEN});
	wire_put_span(b, (struct span){f->key_sha256, DIGEST_LEN});
	wire_put_str(b, f->subject);
	wire_put_str(b, f->issuer);
	wire_put_str(b, f->serial);
	wire_put_i64(b, f->not_before);
	wire_put_i64(b, f->not_after);
	wire_put_u32(b, f->key);
	wire_put_u32(b, f->bits);
	wire_put_u32(b, f->usage);
	wire_put_u32(b, f->extended_usage);
	wire_put_u32(b,
	    (uint32_t)f->ca | (uint32_t)f->can_sign << 1 |
		(uint32_t)f->can_receive << 2 | (uint32_t)f->malformed << 3);
	wire_put_str(b, f->name);
	wire_put_str(b, f->given_name);
	wire_put_str(b, f->surname);
	wire_put_str(b, f->organization);
	wire_put_u32(b, f->validation);
	wire_put_u32(b, f->n_addresses);
	for (i = 0; i < f->n_addresses; i++)
		wire_put_str(b, f->addresses[i]);
	wire_put_str(b, f->subject_address);
	wire_put_u32(b, f->n_domains);
	for (i = 0; i < f->n_domains; i++)
		wire_put_str(b, f->domains[i]);
}

void
wire_get_facts(struct wire *w, struct facts *out)
{
	uint32_t flags;
	unsigned i;

	memset(out, 0, sizeof *out);
	wire_get_fixed(w, out->sha256, DIGEST_LEN);
	wire_get_fixed(w, out->issuer_sha256, DIGEST_LEN);
	wire_get_fixed(w, out->subject_sha256, DIGEST_LEN);
	wire_get_fixed(w, out->key_sha256, DIGEST_LEN);
	wire_get_str(w, out->subject, sizeof out->subject);
	wire_get_str(w, out->issuer, sizeof out->issuer);
	wire_get_str(w, out->serial, sizeof out->serial);
	out->not_before = wire_get_i64(w);
	out->not_after = wire_get_i64(w);
	out->key = (enum key_kind)wire_get_max(w, KEY_KINDS - 1);
	out->bits = wire_get_u32(w);
	out->usage = wire_get_u32(w);
	out->extended_usage = wire_get_u32(w);
	flags = wire_get_max(w, 15);
	out->ca = flags & 1;
	out->can_sign = flags >> 1 & 1;
	out->can_receive = flags >> 2 & 1;
	out->malformed = flags >> 3 & 1;
	wire_get_str(w, out->name, sizeof out->name);
	wire_get_str(w, out->given_name, sizeof out->given_name);
	wire_get_str(w, out->surname, sizeof out->surname);
	wire_get_str(w, out->organization, sizeof out->organization);
	out->validation = (enum validation)wire_get_max(w, VALIDATIONS - 1);
	out->n_addresses = wire_get_max(w, FACTS_ADDRESSES);
	for (i = 0; i < out->n_addresses; i++)
		wire_get_str(w, out->addresses[i], sizeof out->addresses[i]);
	wire_get_str(w, out->subject_address, sizeof out->subject_address);
	out->n_domains = wire_get_max(w, FACTS_DOMAINS);
	for (i = 0; i < out->n_domains; i++)
		wire_get_str(w, out->domains[i], sizeof out->domains[i]);
}

static void
candidates_put(struct buffer *b, const struct judgement *j)
{
	unsigned i;

	wire_put_u32(b, j->n_candidates);
	for (i = 0; i < j->n_candidates; i++) {
		wire_put_facts(b, &j->candidates[i].facts);
		wire_put_u32(b, j->candidates[i].known);
		wire_put_reason(b, &j->candidates[i].why);
	}
}

static void
candidates_get(struct wire *w, struct judgement *out)
{
	unsigned i, n = wire_get_max(w, LIMIT_CANDIDATES);

	if (n == 0)
		return;
	out->candidates = calloc(n, sizeof *out->candidates);
	if (out->candidates == NULL) {
		w->bad = true;
		return;
	}
	out->n_candidates = n;
	for (i = 0; i < n && wire_ok(w); i++) {
		wire_get_facts(w, &out->candidates[i].facts);
		out->candidates[i].known = wire_get_max(w, 1) == 1;
		wire_get_reason(w, &out->candidates[i].why);
	}
}

void
wire_put_judgement(struct buffer *b, const struct judgement *j)
{
	wire_put_u32(b, j->outcome);
	wire_put_reason(b, &j->why);
	wire_put_u32(b, j->signature);
	wire_put_u32(b, j->malformed);
	wire_put_u32(b, j->partner);
	wire_put_str(b, j->address);
	wire_put_str(b, j->message_id);
	authentication_put(b, &j->authentication);
	wire_put_u32(b, j->bulk);
	wire_put_span(b, (struct span){j->signer, DIGEST_LEN});
	wire_put_span(b, (struct span){j->certificate, DIGEST_LEN});
	wire_put_u32(b, j->harvest != NULL);
	if (j->harvest != NULL)
		wire_put_harvest(b, j->harvest);
	wire_put_u32(b, j->facts != NULL);
	if (j->facts != NULL)
		wire_put_facts(b, j->facts);
	wire_put_u32(b, j->hash);
	candidates_put(b, j);
}

void
wire_get_judgement(struct wire *w, struct judgement *out)
{
	memset(out, 0, sizeof *out);
	out->outcome = (enum outcome)wire_get_max(w, BROKEN);
	wire_get_reason(w, &out->why);
	out->signature = (enum signature)wire_get_max(w, SIGNATURE_INVALID);
	out->malformed = wire_get_max(w, 1) == 1;
	out->partner = wire_get_max(w, 1) == 1;
	wire_get_str(w, out->address, sizeof out->address);
	wire_get_str(w, out->message_id, sizeof out->message_id);
	authentication_get(w, &out->authentication);
	out->bulk = (enum bulk)wire_get_max(w, BULKS - 1);
	wire_get_fixed(w, out->signer, DIGEST_LEN);
	wire_get_fixed(w, out->certificate, DIGEST_LEN);
	if (wire_get_max(w, 1) == 1)
		out->harvest = wire_get_harvest(w);
	if (wire_get_max(w, 1) == 1) {
		out->facts = malloc(sizeof *out->facts);
		if (out->facts == NULL)
			w->bad = true;
		else
			wire_get_facts(w, out->facts);
	}
	out->hash = (enum hash_kind)wire_get_max(w, HASH_KINDS - 1);
	candidates_get(w, out);
	/* A harvest comes with DONE and with nothing else. */
	if ((out->outcome == DONE) != (out->harvest != NULL))
		w->bad = true;
}

void
wire_put_admission(struct buffer *b, const struct admission *a)
{
	unsigned i;

	wire_put_u32(b, a->outcome);
	wire_put_reason(b, &a->why);
	wire_put_facts(b, &a->facts);
	wire_put_u32(b, a->public_ca);
	wire_put_u32(b, a->scoped);
	wire_put_span(b, (struct span){a->anchor, DIGEST_LEN});
	wire_put_u32(b, a->authority.kind);
	wire_put_span(b, (struct span){a->authority.sha256, DIGEST_LEN});
	wire_put_str(b, a->authority.name);
	wire_put_str(b, a->origin);
	wire_put_u32(b, a->n_chain);
	for (i = 0; i < a->n_chain; i++)
		wire_put_str(b, a->chain[i]);
}

void
wire_get_admission(struct wire *w, struct admission *out)
{
	unsigned i;

	memset(out, 0, sizeof *out);
	out->outcome = (enum outcome)wire_get_max(w, BROKEN);
	wire_get_reason(w, &out->why);
	wire_get_facts(w, &out->facts);
	out->public_ca = wire_get_max(w, 1) == 1;
	out->scoped = wire_get_max(w, 1) == 1;
	wire_get_fixed(w, out->anchor, DIGEST_LEN);
	out->authority.kind =
	    (enum authority_kind)wire_get_max(w, AUTHORITY_KINDS - 1);
	wire_get_fixed(w, out->authority.sha256, DIGEST_LEN);
	wire_get_str(w, out->authority.name, sizeof out->authority.name);
	wire_get_str(w, out->origin, sizeof out->origin);
	out->n_chain = wire_get_max(w, LIMIT_CHAIN + 2);
	for (i = 0; i < out->n_chain; i++)
		wire_get_str(w, out->chain[i], sizeof out->chain[i]);
}

static void
head_put(struct buffer *b, enum judge_kind kind, uint32_t id)
{
	wire_put_u32(b, JUDGE_PROTOCOL);
	wire_put_u32(b, kind);
	wire_put_u32(b, id);
}

void
judge_put_answer(struct buffer *b, enum judge_kind kind, uint32_t id)
{
	head_put(b, kind, id);
}

uint32_t
judge_peek_kind(struct span frame)
{
	struct wire w;
	uint32_t kind;

	wire_init(&w, frame);
	(void)wire_get_u32(&w);
	kind = wire_get_u32(&w);
	return wire_ok(&w) ? kind : 0;
}

enum outcome
judge_get_answer(
    struct wire *w, enum judge_kind kind, uint32_t id, struct reason *why)
{
	uint32_t version = wire_get_u32(w), k = wire_get_u32(w),
		 i = wire_get_u32(w);

	if (wire_ok(w) && version == JUDGE_PROTOCOL && k == kind && i == id)
		return DONE;
	return reason_set(why, REASON_PROTOCOL,
	    "an answer of protocol %u, kind %u, id %u to %u, %u, %u", version,
	    k, i, JUDGE_PROTOCOL, kind, id);
}

static void
policy_put(struct buffer *b, const struct judge_policy *p)
{
	unsigned i;

	wire_put_i64(b, p->now);
	wire_put_u32(b, p->message_size);
	wire_put_u32(b, p->subject_address);
	wire_put_u32(b, p->sha1);
	wire_put_u32(b, p->hashes);
	for (i = 0; i < KEY_KINDS; i++)
		wire_put_u32(b, p->key_bits[i]);
	wire_put_str(b, p->authserv_id);
	wire_put_u32(b, p->explain);
}

static void
policy_get(struct wire *w, struct judge_policy *out)
{
	unsigned i;

	out->now = wire_get_i64(w);
	out->message_size = wire_get_u32(w);
	out->subject_address = wire_get_max(w, 1) == 1;
	out->sha1 = wire_get_max(w, 1) == 1;
	out->hashes = wire_get_max(w, (1u << HASH_KINDS) - 1);
	for (i = 0; i < KEY_KINDS; i++)
		out->key_bits[i] = wire_get_max(w, LIMIT_RSA_MAX);
	wire_get_str(w, out->authserv_id, sizeof out->authserv_id);
	out->explain = wire_get_max(w, 1) == 1;
}

void
judge_put_question(struct buffer *b, const struct judge_question *q)
{
	unsigned i;

	head_put(b, q->kind, q->id);
	policy_put(b, &q->policy);
	wire_put_u32(b, q->may_ask);
	if (q->kind == JUDGE_HARVEST)
		wire_put_harvest(b, q->harvest);
	wire_put_u32(b, q->n_der);
	for (i = 0; i < q->n_der; i++)
		wire_put_span(b, q->der[i]);
}

enum outcome
judge_get_question(
    struct span frame, struct judge_question *q, struct reason *why)
{
	struct wire w;
	uint32_t version;

	memset(q, 0, sizeof *q);
	wire_init(&w, frame);
	version = wire_get_u32(&w);
	if (version != JUDGE_PROTOCOL) {
		reason_set(
		    why, REASON_PROTOCOL, "a question of protocol %u", version);
		return REFUSED;
	}
	q->kind = (enum judge_kind)wire_get_max(&w, JUDGE_SHADOW);
	q->id = wire_get_u32(&w);
	policy_get(&w, &q->policy);
	q->may_ask = wire_get_max(&w, 1) == 1;
	if (q->kind == JUDGE_HARVEST)
		q->harvest = wire_get_harvest(&w);
	q->n_der = 0;
	for (version = wire_get_max(&w, LIMIT_VALUES_READ); version > 0;
	     version--)
		q->der[q->n_der++] = wire_get_span(&w, LIMIT_FRAME);
	if (wire_end(&w) && q->kind != 0 && q->kind != JUDGE_KNOWN &&
	    (q->kind != JUDGE_SHADOW || q->n_der == 1))
		return DONE;
	judge_question_clear(q);
	reason_set(why, REASON_PROTOCOL, "a question that is cut off");
	return REFUSED;
}

void
judge_question_clear(struct judge_question *q)
{
	harvest_free(q->harvest);
	q->harvest = NULL;
}
