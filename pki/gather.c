#include "pki/gather.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "base/scope.h"

/* Whether the anchor counts for that mail and that certificate. */
static bool
covers(const struct trust_anchor *a, const struct gather_scope *s)
{
	if (s->all || scope_covers_address(a->domains, s->address))
		return true;
	return a->everywhere &&
	    (a->distrust_after == 0 || s->issued <= a->distrust_after);
}

static bool
is_taken(const struct gather *w, const X509 *x)
{
	unsigned i;
	int k;

	for (i = 0; i < w->n_anchors; i++)
		if (X509_cmp(w->anchors[i]->x, x) == 0)
			return true;
	for (k = 0; k < sk_X509_num(w->untrusted); k++)
		if (X509_cmp(sk_X509_value(w->untrusted, k), x) == 0)
			return true;
	return false;
}

/* Take e in as an anchor where it counts, else as a certificate like any. */
static bool
take(struct gather *w, const struct pool_entry *e,
    const struct gather_scope *scope)
{
	if (is_taken(w, e->x))
		return true;
	if (e->anchor != NULL && covers(e->anchor, scope)) {
		if (w->n_anchors == LIMIT_ISSUERS)
			return true;
		w->anchors[w->n_anchors++] = e;
		return X509_STORE_add_cert(w->store, e->x) == 1;
	}
	if (e->anchor != NULL)
		w->out_of_scope = true;
	if (!X509_up_ref(e->x))
		return false;
	if (sk_X509_push(w->untrusted, e->x) > 0)
		return true;
	X509_free(e->x);
	return false;
}

/* Whether the key of e made the signature of x; a bounded number of tries in
 * this chain, and in all. */
static bool
has_signed(struct gather *w, const struct chain_request *r,
    const struct pool_entry *e, X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(e->x);

	if (w->tries == LIMIT_ISSUERS || *r->work >= LIMIT_CHAIN_WORK)
		return false;
	w->tries++;
	(*r->work)++;
	return key != NULL && X509_verify(x, key) == 1;
}

/* The order in which issuers are looked for: a stranger may bring, and may
 * have brought, certificates with any name in them. */
enum source { ANCHORS, MESSAGE, KNOWN, SOURCES };

static const enum pool_kind kinds[SOURCES] = {
    [ANCHORS] = POOL_ANCHORS,
    [MESSAGE] = POOL_ALL,
    [KNOWN] = POOL_OTHERS,
};

/*
 * Take in who really issued x.  A certificate that only has the issuer's
 * name is left out: OpenSSL would choose one by its dates and not look
 * back, so that one false CA among the known ones would spoil every chain of
 * the true one.  Where nobody issued x the namesake may stay: if a chain leads
 * from it to an anchor, OpenSSL says that x is forged.
 */
static bool
take_issuers(struct gather *w, const struct chain_request *r, X509 *x,
    const struct gather_scope *scope)
{
	const X509_NAME *name = X509_get_issuer_name(x);
	const struct pool_entry *namesake = NULL;
	struct pool_entry *e;
	bool found = false;
	unsigned at;
	int source;

	for (source = ANCHORS; source < SOURCES; source++) {
		at = 0;
		while ((e = pool_find(source == MESSAGE ? r->message : r->trust,
			    kinds[source], name, &at, r->work)) != NULL) {
			if (has_signed(w, r, e, x)) {
				found = true;
				if (!take(w, e, scope))
					return false;
			} else if (X509_check_issued(e->x, x) == X509_V_OK) {
				w->forged |= source == ANCHORS;
				namesake = namesake == NULL ? e : namesake;
			}
		}
	}
	return found || namesake == NULL || take(w, namesake, scope);
}

bool
gather_issuers(struct gather *w, const struct chain_request *r,
    const struct gather_scope *scope)
{
	struct pool_entry *e;
	unsigned at = 0;
	int i;

	/* The operator may trust one certificate by itself.  Known ones of the
	 * same name, which a gateway gives to all its people, are no matter. */
	while ((e = pool_find(r->trust, POOL_ANCHORS,
		    X509_get_subject_name(r->leaf), &at, r->work)) != NULL)
		if (X509_cmp(e->x, r->leaf) == 0 && !take(w, e, scope))
			return false;
	if (!take_issuers(w, r, r->leaf, scope))
		return false;
	for (i = 0; i < sk_X509_num(w->untrusted); i++)
		if (!take_issuers(w, r, sk_X509_value(w->untrusted, i), scope))
			return false;
	return true;
}

bool
gather_init(struct gather *w)
{
	memset(w, 0, sizeof *w);
	w->store = X509_STORE_new();
	w->untrusted = sk_X509_new_null();
	return w->store != NULL && w->untrusted != NULL;
}

void
gather_clear(struct gather *w)
{
	sk_X509_pop_free(w->untrusted, X509_free);
	X509_STORE_free(w->store);
}
