#include "pki/authority.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "pki/certificate.h"
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

static bool
key_digest(X509 *x, uint8_t out[DIGEST_LEN])
{
	unsigned n = DIGEST_LEN;

	return X509_pubkey_digest(x, EVP_sha256(), out, &n) == 1;
}

enum outcome
authority_read_rejected(
    const struct trust *trust, struct rejected *out, struct reason *why)
{
	unsigned i;

	out->n = 0;
	for (i = 0; i < trust->n_rejected; i++) {
		struct span der = span_bytes(&trust->rejected[i]);
		X509 *x = NULL;

		if (certificate_decode(der, &x, why) == LATER)
			return LATER;
		digest_sha256(der, out->of[out->n].sha256);
		out->n += x != NULL && key_digest(x, out->of[out->n].key);
		X509_free(x);
	}
	return DONE;
}

/* The certificate that was rejected of the CA with this one's key, or NULL. */
static const uint8_t *
find_key(X509 *x, const struct rejected *rejected)
{
	uint8_t key[DIGEST_LEN];
	unsigned i;

	if (rejected->n == 0 || !key_digest(x, key))
		return NULL;
	for (i = 0; i < rejected->n; i++)
		if (digest_equal(rejected->of[i].key, key))
			return rejected->of[i].sha256;
	return NULL;
}

bool
authority_find_rejected(const STACK_OF(X509) * chain, const struct trust *trust,
    const struct rejected *rejected, bool named, struct authority *out)
{
	int i, n = trust->n_distrusted > 0 ? sk_X509_num(chain) : 0;
	const uint8_t *sha256 = NULL;
	uint8_t digest[DIGEST_LEN];
	X509 *x = NULL;

	for (i = 0; i < n && sha256 == NULL; i++) {
		x = sk_X509_value(chain, i);
		if (certificate_digest(x, digest) &&
		    trust_is_distrusted(trust, digest))
			sha256 = digest;
		else if (i > 0 && (i + 1 < n || !named)) /* who issued */
			sha256 = find_key(x, rejected);
	}
	if (sha256 == NULL)
		return false;
	memset(out, 0, sizeof *out);
	out->kind = !signed_by(x, x) ? AUTHORITY_INTERMEDIATE
	    : i == 1		     ? AUTHORITY_LEAF
				     : AUTHORITY_ROOT;
	memcpy(out->sha256, sha256, DIGEST_LEN);
	name_show(X509_get_subject_name(x), out->name, sizeof out->name);
	return true;
}
