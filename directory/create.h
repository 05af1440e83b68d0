#ifndef DIRECTORY_CREATE_H
#define DIRECTORY_CREATE_H

#include "base/harvest.h"
#include "base/settings.h"
#include "directory/roster.h"

/*
 * For whom a contact is made, and in which OU.  A table of rules; a contact
 * that is there is refreshed whatever they say.
 */
enum create_mode { CREATE_ANY, CREATE_LISTED, CREATE_OFF };

/* All zero makes one for anybody. */
struct create_policy {
	enum create_mode mode;
	bool update_only; /* others make contacts */
	bool needs_ou;	  /* the backend has none of its own */
	struct roster listed;
	struct roster never;
	const struct settings *settings; /* of the OUs; NULL: none */
};

/* Read the policy of the settings, which it borrows, and the files that they
 * name.  The caller clears *out, also when this fails.  BROKEN (settings),
 * with file and line; LATER (memory). */
MUST_CHECK enum outcome create_read(
    const struct settings *s, struct create_policy *out, struct reason *why);

/* Free the contents; the policy is empty afterwards. */
void create_clear(struct create_policy *p);

/*
 * Whether a contact may be made.  DONE.  NOTHING (update-only, never-create,
 * create-bulk, create-noreply): not for us, and nothing for anybody to decide.
 * HELD (create-off, create-listed): somebody may make it, or change the
 * settings.
 */
MUST_CHECK enum outcome create_may(
    const struct create_policy *p, const struct harvest *h, struct reason *why);

/*
 * The DN of the OU for a contact of that canonical address: the first of
 * directory.create_ous that names its domain, else directory.create_ou; ""
 * where neither is set.  Borrowed from the settings.
 */
const char *create_peek_ou(const struct settings *s, const char *address);

/* Whether contacts are made at all: neither directory.create nor
 * directory.exchange says no, and where the backend needs an OU there is one.
 */
bool create_is_on(const struct settings *s);

/* How many OUs for new contacts are set, whatever the mode. */
size_t create_ou_count(const struct settings *s);

/* OU i of these, borrowed. */
const char *create_peek_ou_at(const struct settings *s, size_t i);

#endif
