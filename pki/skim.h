#ifndef PKI_SKIM_H
#define PKI_SKIM_H

#include "base/facts.h"
#include "base/reason.h"

/*
 * A first look at a stranger's certificate in its raw DER, before a library
 * decodes a byte of it: where its parts are, and whether its key is one
 * that may be computed with.  OpenSSL decodes the public key along with
 * the certificate, explicit curve parameters included, so everything that
 * goes into d2i_X509() or d2i_CMS_ContentInfo() is to be skimmed before.
 */
struct skim {
	struct span serial;  /* contents of the INTEGER */
	struct span issuer;  /* DER of the name */
	struct span subject; /* DER of the name */
	struct span key;     /* DER of the SubjectPublicKeyInfo */
	enum key_kind kind;
	unsigned bits; /* of the modulus or the curve */
};

/*
 * Skim exactly one certificate; the spans borrow der.  REFUSED:
 * cert-malformed; cms-limit (larger than LIMIT_CERTIFICATE, or of more parts
 * than cost.h lets through); weak-key for a key whose arithmetic would cost too
 * much: RSA or DSA above the caps of limits.h, an exponent of more than 33
 * bits, explicit curve parameters.  A key that is merely weak passes, as kind
 * and bits tell (KEY_OTHER: no kind of key that we trust); policy refuses it
 * later.
 */
MUST_CHECK enum outcome skim_certificate(
    struct span der, struct skim *out, struct reason *why);

#endif
