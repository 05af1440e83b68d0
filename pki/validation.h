#ifndef PKI_VALIDATION_H
#define PKI_VALIDATION_H

#include <openssl/x509.h>

#include "base/facts.h"

/*
 * What the certificate's policies say of the way its subject was looked at:
 * the reserved identifiers of the CA/Browser Forum's S/MIME Baseline
 * Requirements, section 7.1.6.1.  None of them, two that differ, or an
 * extension that cannot be read: not known.
 */
enum validation validation_read(const X509 *x);

#endif
