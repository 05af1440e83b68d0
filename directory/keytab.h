#ifndef DIRECTORY_KEYTAB_H
#define DIRECTORY_KEYTAB_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * What a keytab of MIT Kerberos (format 0x502) says of its keys, without the
 * keys: whose, of which version, for which encryption.
 */
#define KEYTAB_ENTRIES 64 /* further ones are passed over */
#define KEYTAB_PRINCIPAL 256

struct keytab_entry {
	char principal[KEYTAB_PRINCIPAL]; /* bytes as they are in the file */
	unsigned version;		  /* kvno */
	unsigned encryption;		  /* RFC 3961's number */
};

struct keytab {
	struct keytab_entry list[KEYTAB_ENTRIES];
	unsigned n;
};

/* Read the file's bytes.  BROKEN (directory-auth): it is no keytab, or has no
 * entry. */
MUST_CHECK enum outcome keytab_parse(
    struct span file, struct keytab *out, struct reason *why);

/* The name of an encryption, as klist has it; "other" for one without. */
const char *keytab_encryption_name(unsigned encryption);

/* Whether no domain has to turn it off. */
bool keytab_encryption_is_good(unsigned encryption);

#endif
