#ifndef SMIME_IDENTITY_H
#define SMIME_IDENTITY_H

#include <openssl/x509.h>

#include "pki/skim.h"

/*
 * How CMS names a certificate: by issuer and serial number, or by its
 * subject key identifier (RFC 5652 section 5.3, RFC 8551 section 2.5.2).
 */
struct identity {
	struct span issuer; /* DER of the name; empty: by key identifier */
	struct span serial; /* contents of the INTEGER */
	struct span key_id; /* contents of the OCTET STRING */
};

/* The signer identifier of a whole SignerInfo.  false: malformed. */
bool identity_of_signer(struct span signer_info, struct identity *out);

/* An IssuerAndSerialNumber, one whole element.  false: it is none. */
bool identity_of_issuer(struct span element, struct identity *out);

/* The value of SMIMEEncryptionKeyPreference.  false: it is none. */
bool identity_of_preference(struct span element, struct identity *out);

/*
 * Whether a certificate may be meant, without decoding it: certain for
 * issuer and serial in the same encoding, a guess otherwise.
 */
bool identity_may_be(
    const struct identity *id, struct span der, const struct skim *skim);

/* Whether the decoded certificate is meant. */
bool identity_is(const struct identity *id, const struct skim *skim, X509 *x);

#endif
