#include "pki/chain_check.h"

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "pki/certificate.h"
#include "pki/constraints.h"
#include "pki/usage.h"

/* Digests that a CA may sign with; NID_undef: the Edwards curves' own. */
static const struct {
	int nid;
	bool old; /* only where the policy tolerates SHA-1 */
} digests[] = {
    {NID_sha256, false},
    {NID_sha384, false},
    {NID_sha512, false},
    {NID_sha3_256, false},
    {NID_sha3_384, false},
    {NID_sha3_512, false},
    {NID_sha1, true},
};

static enum outcome
digest_check(X509 *x, const struct facts *f, const struct judge_policy *policy,
    struct reason *why)
{
	int digest = NID_undef, key = NID_undef;
	size_t i;

	if (X509_get_signature_info(x, &digest, &key, NULL, NULL) == 1) {
		if (key == NID_ED25519 || key == NID_ED448)
			return DONE;
		for (i = 0; i < sizeof digests / sizeof digests[0]; i++)
			if (digests[i].nid == digest &&
			    (!digests[i].old || policy->sha1))
				return DONE;
	}
	return reason_set(why, REASON_WEAK_DIGEST,
	    "a certificate of the chain is signed with %s: %s",
	    digest == NID_undef ? "an unknown digest" : OBJ_nid2sn(digest),
	    f->subject);
}

enum outcome
chain_check(const STACK_OF(X509) * chain, const struct judge_policy *policy,
    struct reason *why)
{
	int i, n = sk_X509_num(chain);
	enum outcome o = DONE;
	struct facts f, leaf;
	X509 *x;

	for (i = 0; i < n && o == DONE; i++) {
		x = sk_X509_value(chain, i);
		o = certificate_facts(x, &f, why);
		if (i == 0)
			leaf = f;
		else if (o == DONE)
			o = constraints_check(x, &leaf, why);
		if (o == DONE && i > 0)
			o = usage_key(&f, why);
		if (o == DONE && i > 0 && !usage_issue(f.extended_usage))
			o = reason_set(why, REASON_CHAIN_USAGE,
			    "a CA of the chain may not issue for mail: %s",
			    f.subject);
		/* Nobody's signature makes an anchor one. */
		if (o == DONE && i < n - 1)
			o = digest_check(x, &f, policy, why);
	}
	return o;
}
