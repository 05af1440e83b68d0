#ifndef SPOOL_USAGE_H
#define SPOOL_USAGE_H

#include "base/reason.h"

/*
 * How full the queues are.  Several processes put into one folder and
 * another takes from it, and none tells the others; so each keeps an
 * estimate: what it counted in the folder plus its own puts since.  It counts
 * anew after every sixteenth part of the bound (or 64 files), every minute, and
 * (at most every two seconds) when the estimate has reached the bound.  So a
 * bound can be overstepped by a sixteenth for each further process.
 * Thread-safe.
 */
struct usage;
struct spool;
struct spool_bounds;

/* With these bounds; nothing is counted yet.  NULL when out of memory. */
struct usage *usage_new(const struct spool_bounds *bounds);

/* Look whose files lie in the queues already.  Failing costs only the bound
 * on domains its memory. */
void usage_look(const struct spool *s);

/* Free; NULL is allowed. */
void usage_free(struct usage *u);

/* Reserve room for a file of size bytes, of mail from that address, in queue
 * q.  LATER (spool-full, spool-share). */
MUST_CHECK enum outcome usage_reserve(const struct spool *s, unsigned q,
    size_t size, const char *address, struct reason *why);

/* Give the room back: the file did not come to be. */
void usage_release(
    struct usage *u, unsigned q, size_t size, const char *address);

#endif
