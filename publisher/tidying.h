#ifndef PUBLISHER_TIDYING_H
#define PUBLISHER_TIDYING_H

#include "publisher/work.h"
#include "store/tidy.h"

/*
 * The store kept within what the settings say, a small step at a time between
 * other work.  One that is full takes nothing new: that stays in the spools
 * until there is room.
 */
struct tidying {
	struct store_tidying at;
	int64_t began; /* the last round, in seconds since 1970 */
	bool going;    /* it has not ended */
	bool full;
};

/*
 * Whether something new may be taken from the spools; told when that changes.
 */
bool tidying_room(struct tidying *t, struct work *w);

/* Do a step where one is due; true: there may be more to do. */
bool tidying_step(struct tidying *t, struct work *w);

#endif
