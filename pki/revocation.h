#ifndef PKI_REVOCATION_H
#define PKI_REVOCATION_H

#include <openssl/x509.h>

#include "base/trust.h"

/*
 * Whether a certificate of a chain is revoked, by the CRLs that the
 * operator's folder has (RFC 5280 section 6.3.3).  A CRL counts when the
 * CA that issued the certificate has signed it; what a mail brings along
 * never does.  Serial numbers are indexed and a signature is verified when
 * a chain first asks for that CA, once in the life of a worker.
 *
 * What it says "revoked" of is revoked, be it out of date, for some reasons
 * only, a delta or with extensions that we do not know.  To say that a
 * certificate is good it must be current, complete, known in all that is
 * critical, and meant for that certificate.  Indirect CRLs say nothing.
 */
struct revocation;

/* Index the CRLs of the bundle by issuer; *out borrows trust.  LATER
 * (memory). */
MUST_CHECK enum outcome revocation_new(
    const struct trust *t, struct revocation **out, struct reason *why);

/* Free; NULL is allowed. */
void revocation_free(struct revocation *r);

/*
 * Look every certificate below the anchor up; the chain has the leaf first.
 * REFUSED (revoked).  HELD (revocation-unknown): nobody says of one
 * that it is good, and trust.revocation asks for it.
 */
MUST_CHECK enum outcome revocation_check(struct revocation *r,
    const STACK_OF(X509) * chain, int64_t now, struct reason *why);

#endif
