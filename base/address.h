#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/reason.h"

/*
 * Mail addresses as RFC 5321 section 4.1.2 has them: local-part@domain.
 * The canonical form is what everything behind the judge compares and
 * stores: the local part in lower case when it is ASCII (RFC 8550 section
 * 3 leaves that to us; nobody gives two people addresses that differ in
 * case), the domain as A-labels in lower case (RFC 5891).  A local part
 * with a character beyond ASCII (RFC 6532) is kept octet for octet, neither
 * folded nor normalised, as RFC 9598 section 5 compares it: two that look
 * alike are two people.
 */
#define ADDRESS_SIZE (LIMIT_ADDRESS + 1)

/*
 * Make the canonical form of one addr-spec.  raw must be the bare address,
 * without comments, route or angle brackets; a quoted local part is
 * unquoted when what it quotes is a dot-atom, else refused.  NUL, control
 * characters, spaces, quotes, backslashes, what nobody can see and what is
 * not UTF-8 are refused.  REFUSED (bad-address) says what was wrong.
 */
MUST_CHECK enum outcome address_canonical(
    struct span raw, char out[ADDRESS_SIZE], struct reason *why);

/*
 * Whether the local part of a canonical address is beyond ASCII: then a
 * certificate can name it by SmtpUTF8Mailbox alone, and else by rfc822Name
 * alone (RFC 9598 section 3), so that the two never equal each other.
 */
bool address_is_utf8(const char *address);

/* The part behind the last '@' of a canonical address. */
const char *address_peek_domain(const char *address);

/*
 * A canonical address as people write it, the domain in U-labels (RFC 5891).
 * false: there is no other form than the canonical one, or it does not fit.
 */
bool address_unicode(const char *address, char out[ADDRESS_SIZE]);

/*
 * Make the canonical form (A-labels, lower case, no final dot) of a
 * domain, at most 253 characters.  REFUSED when it is none: empty labels,
 * other characters than a host name has, one that libidn2 has no A-label
 * for, an IP address.  What is there as an A-label is not decoded.
 */
MUST_CHECK enum outcome address_domain(
    struct span raw, char out[ADDRESS_SIZE], struct reason *why);

/*
 * Whether the canonical domain equals pattern (canonical too), or lies
 * below it when pattern starts with a dot.
 */
bool address_domain_matches(const char *domain, const char *pattern);

#endif
