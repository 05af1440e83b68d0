#ifndef PKI_USAGE_H
#define PKI_USAGE_H

#include "base/facts.h"
#include "base/reason.h"

/*
 * What a key may be used for in mail: a table of our own, because
 * OpenSSL's purposes refuse EC keyAgreement and anyExtendedKeyUsage, which
 * RFC 8550 section 4.4 allows.
 */

/* Whether the certificate may sign mail.  REFUSED: ca-signer, usage-sign. */
MUST_CHECK enum outcome usage_sign(const struct facts *f, struct reason *why);

/* Whether mail may be encrypted to it.  REFUSED: usage-encrypt. */
MUST_CHECK enum outcome usage_receive(
    const struct facts *f, struct reason *why);

/* Whether a CA with this extended key usage may issue for mail. */
bool usage_issue(unsigned extended_usage);

#endif
