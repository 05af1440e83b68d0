#ifndef SMIME_ATTRIBUTES_H
#define SMIME_ATTRIBUTES_H

#include "base/digest.h"
#include "smime/cms.h"
#include "smime/identity.h"

/*
 * What the signer signed about himself: the signed attributes that we act
 * on (RFC 5652 section 11, RFC 8551 section 2.5, RFC 5035).
 */
/* The certificate to encrypt to, and which attribute names it. */
struct preference {
	struct identity identity;
	const char *name;
};

#define PREFERENCES 2 /* the attributes that can: RFC 8551's, Microsoft's */

struct attributes {
	int64_t signing_time;	  /* 0: not said, or not readable */
	struct span capabilities; /* sMIMECapabilities, DER; may be empty */
	unsigned n_preferences;	  /* in the order in which they are believed */
	struct preference preferences[PREFERENCES];
};

/*
 * Read them.  REFUSED (cms-malformed): an attribute that decides is there
 * twice, or cannot be read, or contentType is not what was signed.
 */
MUST_CHECK enum outcome attributes_read(
    const struct cms *c, struct attributes *out, struct reason *why);

/*
 * Check that those which every signature over attributes must have are there
 * once (RFC 5652 section 5.3), before anything is computed: it is another
 * fault than a signature that does not hold.  REFUSED (cms-malformed).
 */
MUST_CHECK enum outcome attributes_check_form(
    const struct cms *c, struct reason *why);

/*
 * Check signingCertificate and signingCertificateV2, where they are,
 * against the signer's DER.  REFUSED (signing-cert).
 */
MUST_CHECK enum outcome attributes_check_signer(
    const struct cms *c, struct span signer, struct reason *why);

/*
 * Take into d, raw, every signed attribute that a harvest depends on, one
 * field each.  false: the mail is refused for one of them.
 */
bool attributes_digest(const struct cms *c, struct digest *d);

#endif
