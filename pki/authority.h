#ifndef PKI_AUTHORITY_H
#define PKI_AUTHORITY_H

#include <openssl/x509.h>

#include "base/judge.h"
#include "base/trust.h"

/*
 * Whose chain it is that leads to no anchor: for a human who may trust that
 * CA.  Only what really issued the one below it counts, as anybody may send a
 * CA's certificate along.
 */

/* Find it; chain is as far as OpenSSL built it, the leaf first. */
void authority_find(const STACK_OF(X509) * chain, struct authority *out);

/* What rejected CAs are known by, whoever certifies them. */
struct rejected {
	unsigned n;
	struct {
		uint8_t sha256[DIGEST_LEN]; /* of what was rejected */
		uint8_t key[DIGEST_LEN];    /* X509_pubkey_digest() */
	} of[LIMIT_REJECTED];
};

/* Read those of the bundle that can be read.  LATER (memory). */
MUST_CHECK enum outcome authority_read_rejected(
    const struct trust *trust, struct rejected *out, struct reason *why);

/*
 * Whether a certificate of the whole chain is one that a human rejected, or one
 * made out anew of a CA which he did; then that is *out, by the certificate
 * that he saw.  Where somebody named the last one as an anchor, he knew what he
 * did: it counts unless it was rejected itself.
 */
bool authority_find_rejected(const STACK_OF(X509) * chain,
    const struct trust *trust, const struct rejected *rejected, bool named,
    struct authority *out);

#endif
