#ifndef PUBLISHER_REVIEW_BOUND_H
#define PUBLISHER_REVIEW_BOUND_H

#include "publisher/work.h"

/*
 * The review is bounded, of each domain and in all, so that no domain crowds
 * out others and a flood is forgotten from its oldest end.
 */

/* One of that address was held: make room, and log and count who had to go.
 * Outcomes as the store's. */
MUST_CHECK enum outcome review_bound_keep(
    struct work *w, const char *address, struct reason *why);

#endif
