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

/* Whether a certificate of the whole chain is one that a human rejected; then
 * that is *out. */
bool authority_find_rejected(const STACK_OF(X509) * chain,
    const struct trust *trust, struct authority *out);

#endif
