#ifndef PUBLISHER_WORK_ORDERS_H
#define PUBLISHER_WORK_ORDERS_H

#include "publisher/work.h"

/*
 * The orders that wait in the store, carried out between two harvests: so
 * nobody else of ours is at the directory meanwhile.
 */

/* Carry out the next order that is due.  DONE: there may be more.  NOTHING:
 * none is due. */
MUST_CHECK enum outcome work_orders_step(struct work *w);

/* When the next one is due, in seconds since 1970; NOTHING: none waits. */
MUST_CHECK enum outcome work_orders_due(struct work *w, int64_t *out);

#endif
