#ifndef STORE_FIGURES_H
#define STORE_FIGURES_H

#include "store/store.h"

/*
 * Numbers about the store, for those who watch it: cheap enough to be asked
 * for every few seconds, but for store_last_seen().
 */
struct store_figures {
	int64_t oldest_due;	/* when the mail of the oldest harvest that is
				 * not decided yet arrived; 0: there is none */
	int64_t last_published; /* 0: never */
};

/* Read them. */
MUST_CHECK enum outcome store_figures(
    struct store *s, struct store_figures *out, struct reason *why);

/* When a mail with something for us was last seen; 0: never.  Looks at every
 * harvest: for the start of a program. */
MUST_CHECK enum outcome store_last_seen(
    struct store *s, int64_t *out, struct reason *why);

/* Visit the reasons that harvests are held for, with how many. */
MUST_CHECK enum outcome store_held_reasons(struct store *s,
    void (*visit)(void *arg, enum reason_code code, int64_t n), void *arg,
    struct reason *why);

#endif
