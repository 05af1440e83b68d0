#ifndef SMIME_INNER_H
#define SMIME_INNER_H

#include "base/address.h"
#include "smime/content.h"

/*
 * The From: inside the signature, where there is one: header protection
 * (RFC 9788 with hp= on the signed part's root), its drafts, and RFC 8551
 * section 3.1's message/rfc822 around the signed mail.  Only header blocks
 * are read, never what is below them.
 */

/*
 * Compare with the canonical address of the From: outside.  DONE: equal, or
 * none inside (why may have changed).  REFUSED (inner-from): another one, or
 * one that cannot be read, or protection promised and no From: there.
 */
MUST_CHECK enum outcome inner_check(
    const struct content *content, const char *address, struct reason *why);

#endif
