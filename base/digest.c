#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdlib.h>

/*
 * A digest over memory has no way to fail but a broken libcrypto, and a
 * fingerprint that is wrong would be worse than an end.
 */
static void
must(int ok)
{
	if (ok != 1)
		abort();
}

void
digest_sha256(struct span s, uint8_t out[DIGEST_LEN])
{
	must(EVP_Digest(s.len > 0 ? s.data : (const void *)"", s.len, out, NULL,
	    EVP_sha256(), NULL));
}

void
digest_sha256_hex(struct span s, char out[DIGEST_HEX])
{
	uint8_t raw[DIGEST_LEN];

	digest_sha256(s, raw);
	bytes_hex((struct span){raw, sizeof raw}, out);
}

void
digest_hmac(struct span key, struct span s, uint8_t out[DIGEST_LEN])
{
	must(HMAC(EVP_sha256(), key.data, (int)key.len, s.data, s.len, out,
		 NULL) != NULL);
}

bool
digest_equal(const uint8_t a[DIGEST_LEN], const uint8_t b[DIGEST_LEN])
{
	return CRYPTO_memcmp(a, b, DIGEST_LEN) == 0;
}

struct digest *
digest_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx != NULL)
		must(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	return (struct digest *)ctx;
}

void
digest_add(struct digest *d, struct span s)
{
	must(EVP_DigestUpdate((EVP_MD_CTX *)d, s.data, s.len));
}

void
digest_add_field(struct digest *d, struct span s)
{
	uint8_t len[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		len[i] = (uint8_t)((uint64_t)s.len >> (56 - 8 * i));
	digest_add(d, (struct span){len, sizeof len});
	digest_add(d, s);
}

void
digest_finish(struct digest *d, uint8_t out[DIGEST_LEN])
{
	must(EVP_DigestFinal_ex((EVP_MD_CTX *)d, out, NULL));
}

void
digest_free(struct digest *d)
{
	EVP_MD_CTX_free((EVP_MD_CTX *)d);
}
