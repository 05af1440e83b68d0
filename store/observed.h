#ifndef STORE_OBSERVED_H
#define STORE_OBSERVED_H

#include "store/store.h"

/*
 * What was only observed: what publishing would have changed, as it was planned
 * when it was looked at.  It goes with its harvest, and when that is decided
 * on in any other way.
 */
struct store_observed {
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	char object[STORE_OBJECT]; /* "" when the contact is to be made */
	char dn[1025];		   /* the same */
	char certificate[DIGEST_HEX];
	char plan[2048]; /* one line */
	char message_id[256];
	int64_t looked; /* when */
};

/* Note what was planned for a harvest that is just settled as observed, or who
 * the mail user is that it is held for: id, object, dn and plan.  NOTHING:
 * there is none of that id. */
MUST_CHECK enum outcome store_observed_note(
    struct store *s, const struct store_observed *o, struct reason *why);

/* Visit them by address, then in the order in which they would be carried
 * out, at most limit. */
MUST_CHECK enum outcome store_observed_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_observed *o), void *arg,
    struct reason *why);

/* The next addresses behind after that something was observed for, at most
 * max.  NOTHING: none. */
MUST_CHECK enum outcome store_observed_addresses(struct store *s,
    const char *after, unsigned max, char (*out)[ADDRESS_SIZE], unsigned *n,
    struct reason *why);

/* Have what was observed for the address decided on again.  NOTHING: nothing
 * was. */
MUST_CHECK enum outcome store_observed_due(
    struct store *s, const char *address, int64_t now, struct reason *why);

#endif
