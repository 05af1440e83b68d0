#ifndef SPOOL_SHARES_H
#define SPOOL_SHARES_H

#include <stdint.h>

#include "base/reason.h"
#include "spool/spool.h"

/*
 * How much of each queue is of which sender's domain, so that a flood of one,
 * be it a partner's own or somebody who writes in its name, does not fill a
 * queue for the others.  A file counts as one, a large one as more.  Domains
 * are counted in a table of a fixed size, by a hash with a secret of this
 * process in two rows; where two domains meet in one of them the other row
 * tells them apart.  What is counted is never less than what there is of files
 * that this process knows of, until the publisher takes some: from whom it took
 * is not known, and all become fewer alike.
 *
 * Not thread-safe: usage.c has the lock.
 */
struct shares;

/* With nothing in it; NULL when out of memory. */
struct shares *shares_new(void);

/* Free; NULL is allowed. */
void shares_free(struct shares *s);

/* The domain of a mail address, for the calls below; borrowed. */
const char *shares_domain(const char *address);

/* One file more of the domain in queue q, which counts as so many. */
void shares_add(
    struct shares *s, unsigned q, const char *domain, uint32_t weight);

/* One file less. */
void shares_remove(
    struct shares *s, unsigned q, const char *domain, uint32_t weight);

/* What the domain has in queue q, at most. */
uint32_t shares_count(const struct shares *s, unsigned q, const char *domain);

/* Queue q has so many files now, and had so many before. */
void shares_shrink(struct shares *s, unsigned q, uint64_t now, uint64_t was);

/* Add the files that lie in the queue's folder behind fd, which stays the
 * caller's, by the first bytes of each, one of unit bytes counting as one;
 * LATER, BROKEN: it cannot be listed. */
MUST_CHECK enum outcome shares_read(
    struct shares *s, unsigned q, int fd, uint64_t unit, struct reason *why);

/* As how many a file of size bytes counts. */
uint32_t shares_weight(uint64_t size, uint64_t unit);

#endif
