#include "pki/crl_path.h"

#include <openssl/x509v3.h>

#include "base/algorithm.h"
#include "pki/certificate.h"
#include "pki/chain_check.h"
#include "pki/crypto.h"

/* Whether one of them issued the signer; what costs is counted. */
static bool
is_issued(X509 *signer, const STACK_OF(X509) * chain, int first,
    const struct revocation_request *r)
{
	X509 *x;
	int i;

	for (i = first; i < sk_X509_num(chain); i++) {
		x = sk_X509_value(chain, i);
		/* What is of the chain itself was asked before. */
		if (X509_cmp(x, signer) == 0)
			return false;
	}
	for (i = first; i < sk_X509_num(chain); i++) {
		x = sk_X509_value(chain, i);
		if (X509_NAME_cmp(X509_get_subject_name(x),
			X509_get_issuer_name(signer)) != 0)
			continue;
		if (*r->work >= LIMIT_CHAIN_WORK)
			return false;
		(*r->work)++;
		if (X509_verify(signer, X509_get0_pubkey(x)) == 1)
			return true;
	}
	return false;
}

/* The rules that OpenSSL does not look after; the key is the leaf's here. */
static bool
is_sound(X509 *signer, const STACK_OF(X509) * path,
    const struct revocation_request *r)
{
	struct reason why;
	struct facts f;

	return certificate_facts(signer, &f, &why) == DONE &&
	    algorithm_check_key(r->policy, f.key, f.bits, &why) == DONE &&
	    chain_check(path, r->believed, r->policy, &why) == DONE;
}

STACK_OF(X509) *
    crl_path_find(X509 *signer, const STACK_OF(X509) * chain, int first,
	const struct revocation_request *r)
{
	X509 *anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
	STACK_OF(X509) *untrusted = NULL, *path = NULL;
	X509_STORE_CTX *ctx = NULL;
	X509_STORE *store = NULL;
	X509_VERIFY_PARAM *param;
	int i;

	if (!is_issued(signer, chain, first, r))
		goto out;
	store = X509_STORE_new();
	ctx = X509_STORE_CTX_new();
	untrusted = sk_X509_new_null();
	if (store == NULL || ctx == NULL || untrusted == NULL)
		goto out;
	for (i = first; i < sk_X509_num(chain) - 1; i++)
		if (sk_X509_push(untrusted, sk_X509_value(chain, i)) <= 0)
			goto out;
	if (X509_STORE_add_cert(store, anchor) != 1 ||
	    X509_STORE_CTX_init(ctx, store, signer, untrusted) != 1)
		goto out;
	/* As in chain.c. */
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_depth(param, LIMIT_CHAIN);
	X509_VERIFY_PARAM_set_time(param, (time_t)r->policy->now);
	*r->work += (unsigned)(sk_X509_num(chain) - first);
	if (X509_verify_cert(ctx) == 1 &&
	    is_sound(signer, X509_STORE_CTX_get0_chain(ctx), r))
		path = X509_STORE_CTX_get1_chain(ctx);
out:
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(untrusted);
	crypto_forget_errors();
	return path;
}
