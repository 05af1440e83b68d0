#ifndef STORE_TIDY_H
#define STORE_TIDY_H

#include "store/store.h"

/*
 * What is kept for how long, so that the store does not grow with time; done
 * in small steps between other work.  Never gone are: what is due, what is
 * published, rules, and what rollback needs to know (adopted, made).  What
 * other files bound themselves: review.h, newcomers.h, seen.h, observed.h,
 * authority.h, orders.h,
 * and the notes, of which there are so many at most, too.
 */
struct store_keep {
	/* seconds */
	int64_t notes;	 /* of mail that was no harvest, since it was seen */
	int64_t decided; /* harvests of which nothing is published, since they
			  * were seen */
	int64_t held;	 /* what nobody has decided on, since it was seen; its
			  * end is an entry of the journal */
	int64_t walks;	 /* lines and all, since they ended */
	int64_t journal; /* entries, and what can be undone */
	int64_t size;	 /* bytes; 0: as large as the disk */
};

/* Where it stands: all zero in the beginning. */
struct store_tidying {
	unsigned row;
	int64_t certificate;
	int64_t removed; /* rows, in this round */
	bool tight;	 /* of the last step: the size is nearly reached */
};

/*
 * One small step.  DONE: there may be more to do.  NOTHING: the round is over,
 * and at, but for removed, is as in the beginning.  When nine tenths of the
 * size are used, what is least missed goes before its time, oldest first, until
 * they are not: notes, then refused harvests, unchanged ones, those that
 * were replaced, walks, and entries of the journal older than 30 days.
 */
MUST_CHECK enum outcome store_tidy(struct store *s,
    const struct store_keep *keep, struct store_tidying *at, int64_t now,
    struct reason *why);

/*
 * Whether something new may be taken.  LATER (store-size): size bytes are
 * used; again, when that was so before, once a twentieth is free.  What was
 * taken is decided on in any case.
 */
MUST_CHECK enum outcome store_room(
    struct store *s, int64_t size, bool full, struct reason *why);

#endif
