#ifndef MILTER_SETUP_H
#define MILTER_SETUP_H

#include "milter/options.h"
#include "milter/trust_source.h"

/*
 * Everything that one reading of the settings leads to, but for the
 * listening socket: replaced as a whole by a reload.  The settings travel to
 * the sessions processes as text in a memfd, so that one that is started again
 * a month later finds what was checked, and not what the file says by then.
 */
struct setup {
	struct settings *settings;
	struct options options;
	struct trust_source *source;
	int settings_fd; /* the settings as text */
	int trust_fd;	 /* the sealed trust bundle */
};

/*
 * Read the settings at path (NULL: the default path) and what they name.
 * On DONE *out is the caller's.  BROKEN (settings): complaints were made.
 */
MUST_CHECK enum outcome setup_read(const char *path,
    settings_complain *complain, void *arg, struct setup **out,
    struct reason *why);

/* Read anchors and snapshot again when they have changed.  DONE: trust_fd
 * is another one.  NOTHING: unchanged. */
MUST_CHECK enum outcome setup_refresh(struct setup *s, struct reason *why);

/* Free; NULL is allowed. */
void setup_free(struct setup *s);

/* The settings as text in a new memfd, which is the caller's. */
MUST_CHECK enum outcome setup_settings_text(
    const struct settings *s, int *out, struct reason *why);

#endif
