#include "pki/chain_check.h"

#include <stdio.h>

#include "base/algorithm.h"
#include "pki/certificate.h"
#include "pki/constraints.h"
#include "pki/sigalg.h"
#include "pki/usage.h"

/* The signature that another certificate made on this one. */
static enum outcome
digest_check(X509 *x, const struct facts *f, const struct judge_policy *policy,
    struct reason *why)
{
	char what[LIMIT_NAME + 32];
	const X509_ALGOR *algorithm;
	struct sigalg a;

	X509_get0_signature(NULL, &algorithm, x);
	sigalg_read(algorithm, &a);
	snprintf(what, sizeof what, "the certificate %s", f->subject);
	return sigalg_check(&a, policy, what, why);
}

/* The anchor too: it may stand in a file of the operator's from before. */
static enum outcome
distrust_check(X509 *x, const struct facts *f, const struct trust *believed,
    struct reason *why)
{
	unsigned char *issuer = NULL, *serial = NULL;
	uint8_t digest[DIGEST_LEN];
	enum outcome o = DONE;
	int n, m;

	if (believed->n_distrusted == 0)
		return DONE;
	n = i2d_X509_NAME(X509_get_issuer_name(x), &issuer);
	m = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &serial);
	if (n < 0 || m < 0) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	trust_digest((struct span){issuer, (size_t)n},
	    (struct span){serial, (size_t)m}, digest);
	if (trust_is_distrusted(believed, digest))
		o = reason_set(why, REASON_CHAIN_DISTRUSTED,
		    "Mozilla distrusts a certificate of the chain: %s",
		    f->subject);
out:
	OPENSSL_free(issuer);
	OPENSSL_free(serial);
	return o;
}

enum outcome
chain_check(const STACK_OF(X509) * chain, const struct trust *believed,
    const struct judge_policy *policy, struct reason *why)
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
		if (o == DONE)
			o = distrust_check(x, &f, believed, why);
		if (o == DONE && i > 0)
			o = algorithm_check_key(policy, f.key, f.bits, why);
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
