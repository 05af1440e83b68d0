#ifndef PUBLISHER_WALK_H
#define PUBLISHER_WALK_H

#include "publisher/setup.h"
#include "store/walks.h"

/*
 * Walks through the whole directory, a contact at a time, between harvests.
 * What is to be done and what was done are rows of the store
 * (store/walks.h): one that a crash interrupts goes on where it was, and does
 * nothing twice.
 */
struct walker {
	bool idle;     /* the store has no walk; whoever puts one resets it */
	bool listing;  /* the first page was asked for */
	unsigned cuts; /* so often the listing was cut off */
	int64_t next;  /* milliseconds: not before that */
	/* of the last step */
	bool reached; /* the directory answered */
	bool news;    /* what is published has changed */
};

/*
 * Do the next thing.  DONE: there may be more.  NOTHING: no walk, or not
 * now.  LATER, BROKEN: directory, judge, settings or store failed, and the
 * walk goes on when they work again.
 */
MUST_CHECK enum outcome walk_step(
    struct walker *w, struct setup *s, struct store *store, struct reason *why);

/*
 * Whether a walk of that kind may be put now.  HELD (walk-mode): what it takes
 * out would be published again.
 */
MUST_CHECK enum outcome walk_may(const struct setup *s,
    enum store_walk_kind kind, bool dry, struct reason *why);

#endif
