#ifndef MILTER_FLEET_H
#define MILTER_FLEET_H

#include "milter/generation.h"

/*
 * All generations there are: the one that serves, the one that a reload
 * prepares, and those that drain.
 */
#define FLEET_OLD 16

struct fleet {
	struct generation *current; /* NULL for a moment after its death */
	struct generation *next;    /* NULL without a reload */
	struct generation *old[FLEET_OLD];
	unsigned n_old;
};

/* Let current drain; there must be room in old, or none is current. */
void fleet_retire(struct fleet *f);

/* Free what is over, but next: that is the reload's to look at. */
void fleet_settle(struct fleet *f);

/* Take in what all processes have to say. */
void fleet_hear(struct fleet *f);

/* Reap all children that have ended. */
void fleet_reap(struct fleet *f);

/* Do what is due; returns when to call again, on clock_ms(). */
int64_t fleet_tick(struct fleet *f);

/* Wait until fd or a process has something, or until a time on clock_ms(). */
void fleet_wait(const struct fleet *f, int fd, int64_t until);

/* Hand out a new trust bundle, but not to next, which has its own. */
void fleet_trust(struct fleet *f, int trust_fd);

/* Set the gauges from what the processes say of themselves. */
void fleet_count(const struct fleet *f);

/* Kill all. */
void fleet_clear(struct fleet *f);

#endif
