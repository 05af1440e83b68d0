#ifndef PKI_CONSTRAINTS_H
#define PKI_CONSTRAINTS_H

#include <openssl/x509.h>

#include "base/facts.h"
#include "base/reason.h"

/*
 * Name constraints once more, for what OpenSSL compares otherwise than we do:
 * it knows RFC 8398 and takes a SmtpUTF8Mailbox whose domain is written as
 * A-labels (RFC 9598) for a name outside of an excluded domain, and local
 * parts that differ in case for two.  What it wrongly does not find in a
 * permitted subtree it refuses, and we leave it at that.
 */

/*
 * No address of the leaf is in an excluded rfc822Name subtree of this CA.
 * REFUSED: chain-bad.
 */
MUST_CHECK enum outcome constraints_check(
    const X509 *ca, const struct facts *leaf, struct reason *why);

#endif
