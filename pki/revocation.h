#ifndef PKI_REVOCATION_H
#define PKI_REVOCATION_H

#include <openssl/x509.h>

#include "base/judge.h"
#include "pki/pool.h"

/*
 * Whether a certificate of a chain is revoked, by the CRLs that the
 * operator's folder has (RFC 5280 section 6.3.3); what a mail brings along
 * never counts as one.  A CRL counts when the CA that issued the certificate
 * has signed it, or who the certificate names as cRLIssuer for an indirect
 * one: with the key of a certificate of the chain, or of one that was itself
 * issued by a certificate of the chain and is not revoked.
 *
 * What it says "revoked" of is revoked, be it out of date, for some reasons
 * only, a delta or with extensions that we do not know.  To say that a
 * certificate is good it must be current, complete, known in all that is
 * critical, and meant for that certificate.
 */
struct revocation;

/* Index the CRLs of the bundle by issuer; *out borrows trust.  LATER
 * (memory). */
MUST_CHECK enum outcome revocation_new(
    const struct trust *t, struct revocation **out, struct reason *why);

/* Free; NULL is allowed. */
void revocation_free(struct revocation *r);

/* What a look-up works with. */
struct revocation_request {
	struct pool *message, *trust; /* may have who signed a list */
	const struct trust *believed;
	unsigned *work; /* of LIMIT_CHAIN_WORK */
	const struct judge_policy *policy;
};

/*
 * Look every certificate below the anchor up; the chain has the leaf first.
 * REFUSED (revoked).  HELD (revocation-unknown): nobody says of one
 * that it is good, and trust.revocation asks for it, or there are too many
 * who might have signed a list.
 */
MUST_CHECK enum outcome revocation_check(struct revocation *r,
    const STACK_OF(X509) * chain, const struct revocation_request *request,
    struct reason *why);

#endif
