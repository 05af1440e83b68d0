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
 * case), the domain as A-labels in lower case (RFC 5891).
 */
#define ADDRESS_SIZE (LIMIT_ADDRESS + 1)

/*
 * Make the canonical form of one addr-spec.  raw must be the bare address,
 * without comments, route or angle brackets; a quoted local part is
 * unquoted when what it quotes is a dot-atom, else refused.  NUL, control
 * characters, spaces, quotes and backslashes are refused.  REFUSED
 * (bad-address) says what was wrong.
 */
MUST_CHECK enum outcome address_canonical(
    struct span raw, char out[ADDRESS_SIZE], struct reason *why);

/* The part behind the last '@' of a canonical address. */
const char *address_peek_domain(const char *address);

/*
 * Make the canonical form (A-labels, lower case, no final dot) of a
 * domain, at most 253 characters.  REFUSED when it is none.
 */
MUST_CHECK enum outcome address_domain(
    struct span raw, char out[ADDRESS_SIZE], struct reason *why);

/*
 * Whether the canonical domain equals pattern (canonical too), or lies
 * below it when pattern starts with a dot.
 */
bool address_domain_matches(const char *domain, const char *pattern);

#endif
