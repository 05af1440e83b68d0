#include "pki/chain.h"

#include <openssl/x509v3.h>

#include "base/clock.h"
#include "pki/authority.h"
#include "pki/chain_check.h"
#include "pki/crypto.h"
#include "pki/gather.h"
#include "pki/name.h"
#include "pki/upn.h"

/*
 * What OpenSSL's verdicts mean: at the leaf, and above it.  What is not
 * listed is chain-bad.
 */
static const struct {
	int error;
	enum reason_code leaf;
	enum reason_code above;
} errors[] = {
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, REASON_CHAIN_UNKNOWN,
	REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, REASON_CHAIN_UNKNOWN,
	REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, REASON_CHAIN_UNKNOWN,
	REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, REASON_CHAIN_UNKNOWN,
	REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, REASON_CHAIN_UNKNOWN,
	REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_CERT_UNTRUSTED, REASON_CHAIN_UNKNOWN, REASON_CHAIN_UNKNOWN},
    {X509_V_ERR_CERT_HAS_EXPIRED, REASON_CERT_EXPIRED, REASON_CHAIN_EXPIRED},
    {X509_V_ERR_CERT_NOT_YET_VALID, REASON_CERT_NOT_YET, REASON_CHAIN_EXPIRED},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, REASON_CRITICAL_EXTENSION,
	REASON_CRITICAL_EXTENSION},
    {X509_V_ERR_OUT_OF_MEM, REASON_MEMORY, REASON_MEMORY},
};

static enum outcome
explain(X509_STORE_CTX *ctx, struct reason *why)
{
	int error = X509_STORE_CTX_get_error(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	enum reason_code code = REASON_CHAIN_BAD;
	char name[LIMIT_NAME / 2] = "";
	size_t i;

	for (i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (errors[i].error == error)
			code = depth == 0 ? errors[i].leaf : errors[i].above;
	if (x != NULL && code == REASON_CHAIN_UNKNOWN)
		name_show(X509_get_issuer_name(x), name, sizeof name);
	else if (x != NULL && depth > 0)
		name_show(X509_get_subject_name(x), name, sizeof name);
	return reason_set(why, code, "%s%s%s",
	    X509_verify_cert_error_string(error), name[0] != '\0' ? ": " : "",
	    name);
}

static const struct trust_anchor *
anchor_of(const struct gather *w, const STACK_OF(X509) * chain)
{
	const X509 *last = sk_X509_value(chain, sk_X509_num(chain) - 1);
	unsigned i;

	for (i = 0; i < w->n_anchors; i++)
		if (X509_cmp(w->anchors[i]->x, last) == 0)
			return w->anchors[i]->anchor;
	return NULL;
}

/* The chain by name, for people; of one that breaks off what there is. */
static void
subjects_note(X509_STORE_CTX *ctx, struct chain_found *out)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	int i;

	out->n = 0;
	for (i = 0; i < sk_X509_num(chain) && i < LIMIT_CHAIN + 2; i++)
		name_show(X509_get_subject_name(sk_X509_value(chain, i)),
		    out->subjects[out->n++], sizeof out->subjects[0]);
}

/*
 * What OpenSSL cannot compare and we can: constraints on User Principal
 * Names, of every CA above the certificate in hand.
 */
static int
second_opinion(int ok, X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	int i;

	if (ok ||
	    X509_STORE_CTX_get_error(ctx) !=
		X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE)
		return ok;
	for (i = X509_STORE_CTX_get_error_depth(ctx) + 1;
	     i < sk_X509_num(chain); i++)
		if (!upn_constraints_hold(x, sk_X509_value(chain, i)))
			return 0;
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

/* Whether we agree with OpenSSL on a chain that it found. */
static enum outcome
accept(const struct gather *w, const struct chain_request *r,
    STACK_OF(X509) * chain, struct chain_found *out, struct reason *why)
{
	enum outcome o;

	out->anchor = anchor_of(w, chain);
	o = chain_check(chain, r->believed, r->policy, why);
	if (o != DONE)
		return o;
	if (authority_find_rejected(chain, r->believed, r->rejected,
		out->anchor != NULL && !out->anchor->public_ca,
		&out->authority))
		return reason_set(
		    why, REASON_CA_REJECTED, "%s", out->authority.name);
	if (out->anchor == NULL)
		return reason_set(
		    why, REASON_CHAIN_UNKNOWN, "the chain ends at no anchor");
	return revocation_check(r->revocation, chain,
	    &(struct revocation_request){
		.message = r->message,
		.trust = r->trust,
		.believed = r->believed,
		.work = r->work,
		.policy = r->policy,
	    },
	    why);
}

/* One X509_verify_cert() over what was gathered. */
static enum outcome
verify(const struct gather *w, const struct chain_request *r,
    struct chain_found *out, struct reason *why)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	enum outcome o;

	if (ctx == NULL ||
	    X509_STORE_CTX_init(ctx, w->store, r->leaf, w->untrusted) != 1) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	param = X509_STORE_CTX_get0_param(ctx);
	/* An anchor may be an intermediate.  No policy trees (they can grow
	 * exponentially), no purposes (see usage.h). */
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_depth(param, LIMIT_CHAIN);
	X509_VERIFY_PARAM_set_time(param, (time_t)r->policy->now);
	X509_STORE_CTX_set_verify_cb(ctx, second_opinion);
	o = X509_verify_cert(ctx) == 1 ? DONE : explain(ctx, why);
	if (o == HELD && r->authority)
		authority_find(X509_STORE_CTX_get0_chain(ctx), &out->authority);
	if (r->policy->explain)
		subjects_note(ctx, out);
	if (o != DONE)
		goto out;
	o = accept(w, r, X509_STORE_CTX_get0_chain(ctx), out, why);
out:
	X509_STORE_CTX_free(ctx);
	crypto_forget_errors();
	return o;
}

/* Gather and verify with the anchors that the scope leaves. */
static enum outcome
attempt(const struct chain_request *r, const struct gather_scope *scope,
    bool *out_of_scope, struct chain_found *out, struct reason *why)
{
	struct gather w;
	enum outcome o;

	if (gather_init(&w) && gather_issuers(&w, r, scope))
		o = verify(&w, r, out, why);
	else
		o = reason_set(why, REASON_MEMORY, "out of memory");
	/* No CA that a human should look at, but a false one. */
	if (o == HELD && w.forged)
		o = reason_set(why, REASON_CHAIN_BAD,
		    "an anchor is named as issuer whose key did not sign");
	*out_of_scope = w.out_of_scope;
	gather_clear(&w);
	return o;
}

enum outcome
chain_verify(
    const struct chain_request *r, struct chain_found *out, struct reason *why)
{
	struct gather_scope scope = {
	    .address = r->address, .issued = r->issued};
	const struct trust_anchor *other;
	struct chain_found elsewhere;
	char text[CLOCK_TEXT];
	bool out_of_scope;
	enum outcome o;

	out->n = 0;
	out->anchor = NULL;
	out->authority.kind = AUTHORITY_NONE;
	o = attempt(r, &scope, &out_of_scope, out, why);
	if (o == DONE || !out_of_scope)
		return o;
	/* Would it hold for another domain, or an older one?  Then say that. */
	scope.all = true;
	if (attempt(r, &scope, &out_of_scope, &elsewhere, NULL) != DONE)
		return o;
	other = elsewhere.anchor;
	if (!other->everywhere)
		return reason_set(why, REASON_CHAIN_DOMAIN,
		    "its CA is trusted for %s, not for %s", other->domains,
		    r->address);
	clock_format(other->distrust_after, text);
	return reason_set(why, REASON_CHAIN_DISTRUSTED,
	    "its CA is trusted for certificates from before %s only", text);
}
