#include "pki/revocation.h"

#include <stdlib.h>

#include "pki/crl_list.h"
#include "pki/crl_path.h"
#include "pki/name.h"

struct revocation {
	bool required;
	struct crl_list *lists;
	unsigned n;
};

/* A question about a chain, or about the chain of who signed a list. */
struct question {
	struct revocation *r;
	const struct revocation_request *request;
	const STACK_OF(X509) * chain;
	bool nested;	/* the second: no further one is asked */
	bool exhausted; /* nobody could be looked for any more */
};

enum outcome
revocation_new(
    const struct trust *t, struct revocation **out, struct reason *why)
{
	struct revocation *r = calloc(1, sizeof *r);
	unsigned i;

	if (r != NULL)
		r->lists = calloc(t->n_crls + 1, sizeof *r->lists);
	if (r == NULL || r->lists == NULL) {
		free(r);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	r->required = t->revocation_required;
	/* One that is none was told to the operator before. */
	for (i = 0; i < t->n_crls; i++)
		if (crl_list_open(&r->lists[r->n], span_bytes(&t->crls[i].der)))
			r->n++;
		else
			crl_list_clear(&r->lists[r->n]);
	*out = r;
	return DONE;
}

void
revocation_free(struct revocation *r)
{
	unsigned i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++)
		crl_list_clear(&r->lists[i]);
	free(r->lists);
	free(r);
}

static enum outcome certificate_check(
    struct question *q, int at, struct reason *why);

/* Whether a certificate that is not of the chain is of somebody who may sign
 * for what that chain has above at, and signed the list. */
static bool
is_signer(
    struct question *q, struct crl_list *l, int at, const struct pool_entry *e)
{
	struct question nested = {
	    .r = q->r, .request = q->request, .nested = true};
	STACK_OF(X509) *path = NULL;
	bool ok;

	if ((X509_get_key_usage(e->x) & X509v3_KU_CRL_SIGN) == 0 ||
	    crl_list_is_not_of(l, e->x))
		return false;
	path = crl_path_find(e->x, q->chain, at + 1, q->request);
	nested.chain = path;
	ok = path != NULL && certificate_check(&nested, 0, NULL) == DONE &&
	    crl_list_is_signed_by(l, e->x);
	sk_X509_pop_free(path, X509_free);
	return ok;
}

/* Look for such a one among what is known, then in the message: in this
 * order, so that a message cannot use up the tries.  None is forgotten: at
 * the end of the tries nothing is good. */
static bool
find_signer(struct question *q, struct crl_list *l, int at)
{
	struct pool *pools[] = {q->request->trust, q->request->message};
	const struct pool_entry *e;
	unsigned tries = 0, i, k;

	for (i = 0; i < 2; i++) {
		k = 0;
		while ((e = pool_find(pools[i], POOL_ALL, l->issuer, &k,
			    q->request->work)) != NULL) {
			if (tries++ == LIMIT_ISSUERS) {
				q->exhausted = true;
				return false;
			}
			if (is_signer(q, l, at, e))
				return true;
		}
	}
	q->exhausted |= *q->request->work >= LIMIT_CHAIN_WORK;
	return false;
}

/*
 * Whether somebody signed the list who is called as its issuer and belongs to
 * certificate at: a certificate above it in the chain, as a CA that changes
 * its key certifies itself (RFC 5280 section 3.2) and signs with one of them;
 * or one that such a certificate issued, as a CA may have a key of its own for
 * lists, or others sign them for it.
 */
static bool
is_signed(struct question *q, struct crl_list *l, int at)
{
	X509 *x;
	int i;

	for (i = at + 1; i < sk_X509_num(q->chain); i++) {
		x = sk_X509_value(q->chain, i);
		if (X509_NAME_cmp(l->issuer, X509_get_subject_name(x)) == 0 &&
		    crl_list_is_signed_by(l, x))
			return true;
	}
	return !q->nested && find_signer(q, l, at);
}

/* Whether the list could say that the certificate is good. */
static bool
speaks_of(const struct crl_list *l, bool is_ca, int64_t now)
{
	return !l->critical && !l->crl.delta &&
	    !(is_ca ? l->crl.only_users : l->crl.only_cas) &&
	    l->crl.this_update <= now && now <= l->crl.next_update;
}

/* One list about one certificate; reasons: what it is known good for. */
static enum outcome
list_check(struct question *q, struct crl_list *l, int at, unsigned *reasons,
    struct reason *why)
{
	X509 *x = sk_X509_value(q->chain, at);
	bool is_ca = at > 0 || X509_check_ca(x) == 1;
	char name[LIMIT_NAME / 2];
	enum crl_relation relation;

	if (l->crl.only_attributes)
		return DONE;
	relation = crl_list_relate(l, x);
	if (relation == CRL_FOREIGN || !is_signed(q, l, at))
		return DONE;
	if (!crl_list_index(l))
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (crl_list_has(l, x)) {
		name_show(X509_get_subject_name(x), name, sizeof name);
		return reason_set(why, REASON_REVOKED, "revoked: %s", name);
	}
	if (relation == CRL_MEANT &&
	    speaks_of(l, is_ca, q->request->policy->now))
		*reasons |= l->crl.some_reasons == 0 ? CRL_ALL_REASONS
						     : l->crl.some_reasons;
	return DONE;
}

/* One certificate by what those have signed who may. */
static enum outcome
certificate_check(struct question *q, int at, struct reason *why)
{
	const X509 *x = sk_X509_value(q->chain, at);
	char name[LIMIT_NAME / 2];
	enum outcome o = DONE;
	unsigned reasons = 0, i;

	for (i = 0; i < q->r->n && o == DONE; i++)
		o = list_check(q, &q->r->lists[i], at, &reasons, why);
	if (o != DONE || (reasons & CRL_ALL_REASONS) == CRL_ALL_REASONS ||
	    (!q->r->required && !q->exhausted))
		return o;
	name_show(X509_get_issuer_name(x), name, sizeof name);
	return reason_set(why, REASON_REVOCATION_UNKNOWN,
	    "no current revocation list of %s tells of a certificate", name);
}

enum outcome
revocation_check(struct revocation *r, const STACK_OF(X509) * chain,
    const struct revocation_request *request, struct reason *why)
{
	struct question q = {.r = r, .request = request, .chain = chain};
	int i, n = sk_X509_num(chain);
	enum outcome o = DONE;

	if (r->n == 0 && !r->required)
		return DONE;
	/* From the top: who is revoked revokes nobody. */
	for (i = n - 2; i >= 0 && o == DONE; i--)
		o = certificate_check(&q, i, why);
	return o;
}
