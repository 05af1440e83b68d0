#ifndef DIRECTORY_DN_H
#define DIRECTORY_DN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"

/*
 * Distinguished names by RFC 4514, through libldap's parser and printer: a
 * name is never put together or taken apart with string functions.
 */

/* Write the DN of cn below parent.  BROKEN (settings): parent is no DN, or
 * the result does not fit. */
MUST_CHECK enum outcome dn_make(const char *cn, const char *parent, char *out,
    size_t size, struct reason *why);

/* Whether dn lies below base (or is it), whatever the case and spacing. */
bool dn_is_inside(const char *dn, const char *base);

/*
 * Whether dn lies in the domain of that name, and in none below it: all that is
 * between them is not of the type DC.
 */
bool dn_is_in_domain(const char *dn, const char *domain);

/* Whether both are the same name. */
bool dn_is_same(const char *a, const char *b);

/*
 * Whether it is the name of an object that lost a replication conflict
 * ([MS-ADTS] 3.1.1.5.1.2: a line feed, "CNF:" and its GUID behind the name).
 * Then winner is the name without that: whom it lost to, if it is still
 * there; "" when that does not fit.
 */
bool dn_is_conflict(const char *dn, char *winner, size_t size);

/* Write the DN of the object above.  false: there is none, or it does not
 * fit. */
bool dn_parent(const char *dn, char *out, size_t size);

#endif
