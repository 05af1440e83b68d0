#ifndef PKI_ADDRESSES_H
#define PKI_ADDRESSES_H

#include <openssl/x509.h>

#include "base/facts.h"
#include "base/reason.h"

/*
 * The addresses and domains that a certificate is for (RFC 8550 section 3,
 * RFC 9598).
 *
 * rfc822Name and SmtpUTF8Mailbox become f->addresses.  Both are in canonical
 * form; which of the two one was, address_is_utf8() tells: what is ASCII in
 * front of the '@' counts as rfc822Name only.  A SmtpUTF8Mailbox with such a
 * local part, which RFC 9598 section 3 forbids, is as good as absent, so that
 * it cannot slip through name constraints on rfc822Names.
 *
 * A rfc822Name without a local part, or with "*" for it, a dNSName, and the
 * CN of a certificate without addresses become f->domains: they never name a
 * mailbox, and explain why not.
 */

/*
 * Read them into f, which is zero so far.  REFUSED: bad-address (what no
 * honest CA puts into an address), cert-malformed, cms-limit.
 */
MUST_CHECK enum outcome addresses_read(
    const X509 *x, struct facts *f, struct reason *why);

#endif
