#ifndef DIRECTORY_AD_ENTRY_H
#define DIRECTORY_AD_ENTRY_H

#include "directory/ad.h"

/*
 * One entry of a search as a contact.  Of attributes with many values the
 * server is asked for a range ([MS-ADTS] 3.1.1.3.1.3.3), so that an object
 * with thousands of certificates costs no more than is kept of it; where the
 * primary address or a mark of ours may stand behind others, the rest is read
 * piece by piece.
 */
#define AD_ENTRY_PIECES 32 /* of 500 values, of one attribute */

/* What to ask for in a search whose entries are to be described. */
const char *const *ad_entry_peek_attributes(void);

/*
 * All of it, reading on where there is more.  DONE: *out, which was empty, is
 * a contact, a user or somebody else's; the caller clears it in any case.
 * An attribute of more than AD_ENTRY_PIECES makes it overfull.  HELD
 * (directory-value): its name is too long.
 */
MUST_CHECK enum outcome ad_entry_describe(
    struct ad *ad, LDAPMessage *entry, struct contact *out, struct reason *why);

/* The same without another question to the server: kind, id and name are
 * right, the rest may be incomplete. */
MUST_CHECK enum outcome ad_entry_outline(
    struct ad *ad, LDAPMessage *entry, struct contact *out, struct reason *why);

/* Whether a DN lies below one of our bases. */
bool ad_entry_is_inside(const struct ad *ad, const char *dn);

#endif
