#ifndef PKI_CERTIFICATE_H
#define PKI_CERTIFICATE_H

#include <openssl/x509.h>

#include "base/facts.h"
#include "base/reason.h"

/*
 * One certificate: DER in, facts out, under the caps of limits.h.  The
 * only place where a stranger's DER becomes an X509.
 */

/*
 * Decode exactly one certificate, with nothing behind it; *out is the caller's
 * (X509_free).  REFUSED (cert-malformed; weak-key for keys that must not be
 * used for arithmetic because of what it would cost: RSA above 8,192 bits or
 * with a long exponent, explicit curve parameters).  A key that is merely
 * weak (RSA 1024, DSA) decodes: whether its signature holds is still told,
 * and pki_judge() is who refuses it.
 */
MUST_CHECK enum outcome certificate_decode(
    struct span der, X509 **out, struct reason *why);

/* Fill in the facts. REFUSED (bad-address, cert-malformed): what is there is
 * not to be believed. */
MUST_CHECK enum outcome certificate_facts(
    X509 *x, struct facts *out, struct reason *why);

/*
 * The facts of DER bytes that may be anything: f->malformed is set when
 * they are no certificate.  For values found in a directory.
 */
void certificate_describe(struct span der, struct facts *out);

#endif
