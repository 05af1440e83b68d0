#ifndef SMIME_KNOWN_H
#define SMIME_KNOWN_H

#include "base/authentication.h"
#include "base/bulk.h"
#include "pki/judge.h"
#include "smime/cms.h"

/*
 * The short cut for known signers: what a harvest depends on, as a digest
 * of bytes that lie in the message.  It costs no decoding and no
 * arithmetic, and proves nothing: whoever copies a partner's certificates
 * has the same digest.  So a mail that is known by it counts for nothing,
 * neither as verified nor as seen.
 */

/*
 * The digest of From: (canonical), what the mail server found out, whether it
 * is bulk mail, the certificates in their order, who of them signed, the
 * attributes that tell what to encrypt with, and the trust bundle that it is
 * judged by.  false: the mail will be refused.
 */
bool known_digest(const struct pki *pki, const char *address,
    const struct authentication *authentication, enum bulk bulk,
    const struct cms *cms, uint8_t out[DIGEST_LEN]);

#endif
