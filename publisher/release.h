#ifndef PUBLISHER_RELEASE_H
#define PUBLISHER_RELEASE_H

#include "publisher/setup.h"

/*
 * What was observed, when the settings say publish: it is due, for the domains
 * that they say it for, some addresses at a time.
 */
struct release {
	bool pending; /* after a start and a reload */
	char after[ADDRESS_SIZE];
	int64_t released;
};

/* Begin with the first address. */
void release_start(struct release *r);

/* The next addresses.  DONE: there may be more.  NOTHING: there are none.
 * LATER, BROKEN: the store's. */
MUST_CHECK enum outcome release_step(struct release *r, const struct setup *s,
    struct store *store, struct reason *why);

#endif
