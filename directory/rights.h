#ifndef DIRECTORY_RIGHTS_H
#define DIRECTORY_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/settings.h"

/*
 * The rights that the service account needs in Active Directory, and no
 * others: one table, from which certharvest acl prints them and by which
 * certharvest doctor looks whether they are there.
 */
#define RIGHTS_CONTACT "5cb41ed0-0e4c-11d0-a286-00aa003049e2" /* MS-ADSC */

enum right_where {
	RIGHT_CREATE_OU, /* on each OU for new contacts, and below */
	RIGHT_BASES	 /* on the contacts below each base */
};

enum right_when { RIGHT_ALWAYS, RIGHT_CREATE, RIGHT_SHADOWS };

struct right {
	const char *what;   /* one line, for a reader */
	const char *mask;   /* letters, the same in SDDL and for dsacls */
	const char *object; /* lDAPDisplayName of class or attribute, or "" */
	const char *guid;   /* its schemaIDGUID, or "" */
	enum right_where where;
	enum right_when when;
	bool owner; /* for OWNER RIGHTS (S-1-3-4) instead of the account */
};

/* The table; it ends with a row without what. */
const struct right *rights_peek(void);

/* Whether these settings need the right. */
bool rights_needed(const struct right *r, const struct settings *s);

/* How many OUs for new contacts there are; none where creating is off. */
size_t rights_create_count(const struct settings *s);

/* OU i of these, borrowed; NULL where it was named before. */
const char *rights_peek_create(const struct settings *s, size_t i);

#endif
