#include "pki/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "base/clock.h"
#include "pki/binding.h"
#include "pki/certificate.h"
#include "pki/chain.h"
#include "pki/crypto.h"
#include "pki/pool.h"
#include "pki/usage.h"

/* So much too early is worth waiting for. */
#define SOON 86400

struct pki {
	const struct trust *trust;
	struct pool *pool;
	struct revocation *revocation;
	struct rejected rejected;
	unsigned work; /* spent on chains */
	bool message;  /* in one message, for all of it */
};

enum outcome
pki_open(const struct trust *trust, struct pki **out, struct reason *why)
{
	struct pki *p = calloc(1, sizeof *p);
	enum outcome o = DONE;
	unsigned i;

	if (p != NULL) {
		p->trust = trust;
		p->pool = pool_new();
	}
	if (p == NULL || p->pool == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	/* One that cannot be used is as good as absent: anchors_load() is
	 * where the operator is told. */
	for (i = 0; i < trust->n_anchors && o != LATER; i++)
		o = pool_add(p->pool, span_bytes(&trust->anchors[i].der),
		    &trust->anchors[i], why);
	for (i = 0; i < trust->n_known && o != LATER; i++)
		o = pool_add(p->pool, span_bytes(&trust->known[i]), NULL, why);
	if (o != LATER)
		o = authority_read_rejected(trust, &p->rejected, why);
	if (o != LATER)
		o = revocation_new(trust, &p->revocation, why);
	/* What could not be read was no mail. */
	(void)crypto_complained();
	if (o != DONE)
		goto out;
	*out = p;
	p = NULL; /* the caller owns it now */
out:
	pki_close(p);
	return o;
}

void
pki_close(struct pki *p)
{
	if (p == NULL)
		return;
	revocation_free(p->revocation);
	pool_free(p->pool);
	free(p);
}

unsigned
pki_known_count(const struct pki *p)
{
	return p->trust->n_known;
}

struct span
pki_peek_known(const struct pki *p, unsigned i)
{
	return span_bytes(&p->trust->known[i]);
}

bool
pki_is_partner(const struct pki *p, const char *address)
{
	return trust_is_partner(p->trust, address);
}

void
pki_start_message(struct pki *p)
{
	p->message = true;
	p->work = 0;
}

void
pki_end_message(struct pki *p)
{
	p->message = false;
}

/* A question by itself may spend all of it. */
static void
work_start(struct pki *p)
{
	if (!p->message)
		p->work = 0;
}

/* One question: what is judged, and with what. */
struct question {
	struct pki *pki;
	unsigned purposes;
	const char *address;
	const struct span *others;
	unsigned n_others;
	const struct judge_policy *policy;
	bool authority; /* tell of the unknown CA */
};

static enum outcome
validity_check(const struct facts *f, const struct judge_policy *policy,
    struct reason *why)
{
	char text[CLOCK_TEXT];

	if (policy->now > f->not_after) {
		clock_format(f->not_after, text);
		return reason_set(
		    why, REASON_CERT_EXPIRED, "expired since %s", text);
	}
	if (policy->now >= f->not_before)
		return DONE;
	clock_format(f->not_before, text);
	return reason_set(why,
	    f->not_before - policy->now < SOON ? REASON_CERT_SOON
					       : REASON_CERT_NOT_YET,
	    "valid from %s", text);
}

/* What the certificate says of itself, cheapest first. */
static enum outcome
facts_check(const struct facts *f, const struct question *q, struct reason *why)
{
	enum outcome o;

	o = validity_check(f, q->policy, why);
	if (o == DONE)
		o = algorithm_check_key(q->policy, f->key, f->bits, why);
	if (o == DONE && (q->purposes & PKI_SIGN) != 0)
		o = usage_sign(f, why);
	if (o == DONE && (q->purposes & PKI_RECEIVE) != 0)
		o = usage_receive(f, why);
	if (o == DONE)
		o = binding_check(
		    f, q->address, q->policy->subject_address, why);
	return o;
}

/* The chain, and what only it can tell. */
static enum outcome
chain_find(X509 *x, const struct question *q, struct admission *out)
{
	const struct trust_anchor *anchor;
	struct chain_found found = {.n = 0};
	struct pool *message = NULL;
	enum outcome o = DONE;
	unsigned i;

	message = pool_new();
	if (message == NULL)
		return reason_set(&out->why, REASON_MEMORY, "out of memory");
	/* What cannot be read does not help; the chain says what is missing. */
	for (i = 0; i < q->n_others && i < 2 * LIMIT_CERTIFICATES; i++)
		if (pool_add(message, q->others[i], NULL, &out->why) == LATER)
			o = LATER;
	if (o == DONE)
		o = chain_verify(
		    &(struct chain_request){
			.leaf = x,
			.address = q->address,
			.issued = out->facts.not_before,
			.message = message,
			.trust = q->pki->pool,
			.believed = q->pki->trust,
			.rejected = &q->pki->rejected,
			.revocation = q->pki->revocation,
			.work = &q->pki->work,
			.policy = q->policy,
			.authority = q->authority,
		    },
		    &found, &out->why);
	pool_free(message);
	if (out->why.code == REASON_CHAIN_UNKNOWN ||
	    out->why.code == REASON_CA_REJECTED)
		out->authority = found.authority;
	out->n_chain = found.n;
	memcpy(out->chain, found.subjects, found.n * sizeof out->chain[0]);
	if (o != DONE)
		return o;
	anchor = found.anchor;
	if (q->policy->explain)
		strcpy(out->origin, anchor->origin);
	digest_sha256(span_bytes(&anchor->der), out->anchor);
	out->public_ca = anchor->public_ca;
	out->scoped = !anchor->everywhere;
	/* Public CAs put every address that they have checked into the SAN. */
	if (anchor->public_ca && !facts_has_address(&out->facts, q->address))
		return reason_set(&out->why, REASON_NO_ADDRESS,
		    "a public CA's certificate with the address in the "
		    "subject alone");
	return DONE;
}

static enum outcome
judge(const struct question *q, struct span certificate, struct admission *out)
{
	X509 *x = NULL;
	enum outcome o;

	memset(out, 0, sizeof *out);
	o = certificate_decode(certificate, &x, &out->why);
	if (o == DONE)
		o = certificate_facts(x, &out->facts, &out->why);
	if (o != DONE) {
		certificate_describe(certificate, &out->facts);
		goto out;
	}
	o = facts_check(&out->facts, q, &out->why);
	if (o == DONE)
		o = chain_find(x, q, out);
	if (o == DONE)
		reason_clear(&out->why);
out:
	X509_free(x);
	crypto_forget_errors();
	out->outcome = o;
	return o;
}

enum outcome
pki_judge(struct pki *p, unsigned purposes, struct span certificate,
    const char *address, const struct span *others, unsigned n,
    const struct judge_policy *policy, struct admission *out)
{
	const struct question q = {
	    .pki = p,
	    .purposes = purposes,
	    .address = address,
	    .others = others,
	    .n_others = n,
	    .policy = policy,
	};

	work_start(p);
	return judge(&q, certificate, out);
}

enum outcome
pki_judge_harvest(struct pki *p, const struct harvest *h,
    const struct judge_policy *policy, struct admission *out)
{
	struct span others[LIMIT_CERTIFICATES + 2];
	struct span signer = span_bytes(&h->signer);
	struct span certificate = span_bytes(&h->certificate);
	struct question q = {.pki = p,
	    .purposes = PKI_SIGN,
	    .address = h->address,
	    .others = others,
	    .policy = policy,
	    .authority = true};
	enum outcome o;
	unsigned i;

	work_start(p);
	for (i = 0; i < h->n_others; i++)
		others[q.n_others++] = span_bytes(&h->others[i]);
	others[q.n_others++] = signer;
	others[q.n_others++] = certificate;
	if (span_equal(signer, certificate)) {
		q.purposes |= PKI_RECEIVE;
		return judge(&q, certificate, out);
	}
	o = judge(&q, signer, out);
	if (o != DONE) {
		/* The facts are of the other one, whatever comes. */
		certificate_describe(certificate, &out->facts);
		return o;
	}
	q.purposes = PKI_RECEIVE;
	return judge(&q, certificate, out);
}

struct span
pki_peek_trust(const struct pki *p)
{
	return (struct span){p->trust->digest, sizeof p->trust->digest};
}
