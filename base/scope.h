#ifndef BASE_SCOPE_H
#define BASE_SCOPE_H

#include <stdbool.h>

#include "base/reason.h"

/*
 * The domains that something counts for: canonical, separated by single
 * blanks, .example.org for all below example.org.  A word with an '@' is one
 * address and nothing else.
 */

/*
 * Take a line of trust.scoped_anchors apart: "domain [domain...]: /path".
 * DONE: *domains is the caller's to free, *path points into line.  BROKEN
 * (settings) says what is wrong.
 */
MUST_CHECK enum outcome scope_parse(
    const char *line, char **domains, const char **path, struct reason *why);

/*
 * Take "domain [domain...]: rest" apart, whatever the rest is: *domains is the
 * caller's to free, *rest points into line and is not empty.  BROKEN
 * (settings) says what is wrong; example is how it is written.
 */
MUST_CHECK enum outcome scope_split(const char *line, const char *example,
    char **domains, const char **rest, struct reason *why);

/* Whether the canonical domain is among them; NULL is none. */
bool scope_covers(const char *domains, const char *domain);

/* The same for a canonical address: it, or its domain. */
bool scope_covers_address(const char *domains, const char *address);

/* Add those of more that are not in *domains yet, which may be NULL and is
 * the caller's to free.  false: out of memory, or beyond LIMIT_SCOPE. */
bool scope_add(char **domains, const char *more);

#endif
