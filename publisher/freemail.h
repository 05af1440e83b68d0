#ifndef PUBLISHER_FREEMAIL_H
#define PUBLISHER_FREEMAIL_H

#include "base/settings.h"
#include "directory/roster.h"

/*
 * Mail domains under which anybody may have an address: those of
 * conf/freemail-domains.txt, which is built in, and those that the settings
 * name (trust.freemail_domains).  Nobody speaks for all of one.
 */
struct freemail {
	struct roster own; /* of the settings */
};

/* Read the settings' ones; as roster_read().  The caller clears *out in any
 * case. */
MUST_CHECK enum outcome freemail_read(
    const struct settings *s, struct freemail *out, struct reason *why);

/* Free the contents. */
void freemail_clear(struct freemail *f);

/* Whether they can be read; as freemail_read(). */
MUST_CHECK enum outcome freemail_check(
    const struct settings *s, struct reason *why);

/*
 * The free-mail domain that a word of a scope would cover, a canonical domain
 * or .example.org: NULL when there is none.
 */
const char *freemail_peek_covered(const struct freemail *f, const char *word);

#endif
