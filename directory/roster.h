#ifndef DIRECTORY_ROSTER_H
#define DIRECTORY_ROSTER_H

#include "base/settings.h"

/*
 * A list of addresses and mail domains as operators keep it: in a setting, or
 * in files that other programs export, some 100,000 lines long.  An entry is
 * an address, a domain, or .example.org for all below it; all are kept in
 * canonical form and sorted.
 */
struct roster {
	char **entries;
	size_t n;
	size_t room;
};

/*
 * Read a setting that is a list: an entry that begins with a slash is a file
 * (roster_read_file()).  The caller clears *out, also when this fails.  BROKEN
 * (settings) with file and line, LATER (memory).
 */
MUST_CHECK enum outcome roster_read(const struct settings *s,
    const char *section, const char *name, struct roster *out,
    struct reason *why);

/*
 * Add the entries of a file, one a line; blank lines and what stands behind #
 * do not count.  Of CSV (RFC 4180; also with semicolons or tabulators) the
 * first column counts, and a first line that is neither address nor domain is
 * its heading.  The name that Entra gives to a guest,
 * bob_partner.example#EXT#@tenant, is bob@partner.example.  BROKEN (settings):
 * the first line that is none of these, and how many more there are.
 */
MUST_CHECK enum outcome roster_read_file(
    struct roster *r, const char *path, struct reason *why);

/* Sort; nothing is found before. */
void roster_sort(struct roster *r);

/* Whether the canonical address, or its domain, is in it. */
bool roster_has(const struct roster *r, const char *address);

/* Free the contents; the list is empty afterwards. */
void roster_clear(struct roster *r);

#endif
