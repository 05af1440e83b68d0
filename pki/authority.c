#include "pki/authority.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "pki/name.h"

static bool
signed_by(X509 *x, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return X509_NAME_cmp(X509_get_issuer_name(x),
		   X509_get_subject_name(issuer)) == 0 &&
	    key != NULL && X509_verify(x, key) == 1;
}

static bool
name_digest(const X509_NAME *name, uint8_t out[DIGEST_LEN])
{
	unsigned char *der = NULL;
	int n = i2d_X509_NAME(name, &der);

	if (n > 0)
		digest_sha256((struct span){der, (size_t)n}, out);
	OPENSSL_free(der);
	return n > 0;
}

static bool
certificate_digest(X509 *x, uint8_t out[DIGEST_LEN])
{
	unsigned n = DIGEST_LEN;

	return X509_digest(x, EVP_sha256(), out, &n) == 1;
}

/* Nobody knows who issued the leaf: only what the issuer is called. */
static void
absent(X509 *leaf, struct authority *out)
{
	const X509_NAME *name = X509_get_issuer_name(leaf);

	out->kind = AUTHORITY_ABSENT;
	name_show(name, out->name, sizeof out->name);
	if (!name_digest(name, out->sha256))
		out->kind = AUTHORITY_NONE;
}

void
authority_find(const STACK_OF(X509) * chain, struct authority *out)
{
	int i = 0, n = sk_X509_num(chain);
	X509 *top;

	memset(out, 0, sizeof *out);
	if (n < 1)
		return;
	while (i + 1 < n &&
	    signed_by(sk_X509_value(chain, i), sk_X509_value(chain, i + 1)))
		i++;
	top = sk_X509_value(chain, i);
	if (signed_by(top, top))
		out->kind = i == 0 ? AUTHORITY_LEAF : AUTHORITY_ROOT;
	else if (i > 0)
		out->kind = AUTHORITY_INTERMEDIATE;
	if (out->kind == AUTHORITY_NONE) {
		absent(top, out);
		return;
	}
	name_show(X509_get_subject_name(top), out->name, sizeof out->name);
	if (!certificate_digest(top, out->sha256))
		out->kind = AUTHORITY_NONE;
}

bool
authority_find_rejected(const STACK_OF(X509) * chain, const struct trust *trust,
    struct authority *out)
{
	int i, n = trust->n_distrusted > 0 ? sk_X509_num(chain) : 0;
	uint8_t sha256[DIGEST_LEN];
	X509 *x = NULL;

	for (i = 0; i < n; i++) {
		x = sk_X509_value(chain, i);
		if (certificate_digest(x, sha256) &&
		    trust_is_distrusted(trust, sha256))
			break;
	}
	if (i == n)
		return false;
	memset(out, 0, sizeof *out);
	out->kind = !signed_by(x, x) ? AUTHORITY_INTERMEDIATE
	    : i == 0		     ? AUTHORITY_LEAF
				     : AUTHORITY_ROOT;
	memcpy(out->sha256, sha256, sizeof sha256);
	name_show(X509_get_subject_name(x), out->name, sizeof out->name);
	return true;
}
