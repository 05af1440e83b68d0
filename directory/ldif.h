#ifndef DIRECTORY_LDIF_H
#define DIRECTORY_LDIF_H

#include "base/settings.h"
#include "directory/contact.h"
#include "directory/ldif_store.h"
#include "directory/turns.h"

/*
 * The embedded backend's own house: finding, changing and listing entries of
 * one LDIF file as a real directory would, race for race.  All but the first
 * functions are called with the lock held and the file in memory.
 */
struct ldif {
	const struct settings *settings; /* borrowed */
	struct turns *turns;		 /* borrowed */
	uint64_t changes, saved;	 /* made in memory; of which on disk */
	struct ldif_store store;
	char (*listed)[LDIF_ID]; /* what ldif_list() still has to tell */
	size_t n_listed, next;
};

/* Whether the entry has the address: primary, secondary or mail. */
bool ldif_has_address(const struct ldif_entry *e, const char *address);

/* Whether the entry is a contact below one of our bases; all of them are when
 * no base is set. */
bool ldif_is_ours(const struct ldif *l, const struct ldif_entry *e);

/* As directory_find(), without the name. */
MUST_CHECK enum outcome ldif_find_address(struct ldif *l, const char *address,
    struct contact *out, struct reason *why);

/* As directory_get(). */
MUST_CHECK enum outcome ldif_find_id(struct ldif *l, const char *object,
    struct contact *out, struct reason *why);

/* Whether somebody who is no contact of ours has the name. */
bool ldif_find_name(const struct ldif *l, const char *name);

/* As directory_apply(). */
MUST_CHECK enum outcome ldif_apply(struct ldif *l, const struct change *c,
    struct contact *at, struct reason *why);

/* As directory_list(). */
MUST_CHECK enum outcome ldif_list(
    struct ldif *l, bool anew, struct contact_page *out, struct reason *why);

#endif
