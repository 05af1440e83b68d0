#ifndef PUBLISHER_BATCH_H
#define PUBLISHER_BATCH_H

#include "publisher/publish.h"
#include "publisher/work.h"

/*
 * A group of harvests from the store and back: taken when they are due, and
 * each recorded as what it has become.
 */
struct batch;

/*
 * Take the next ones, behind place, and let the group start.  NULL: none is
 * due, or the store or memory fails.
 */
struct batch *batch_take(struct work *w, struct store_place *place);

/* The group of its harvests, borrowed. */
struct group *batch_peek_group(struct batch *b);

/*
 * Record how each ended, take note of what that says of the directory and
 * the store, and free.
 */
void batch_give_back(struct work *w, struct batch *b);

#endif
