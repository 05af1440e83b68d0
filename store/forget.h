#ifndef STORE_FORGET_H
#define STORE_FORGET_H

#include "store/orders.h"

/*
 * Forgetting a person: every row of an address goes, from the journal too, and
 * what names it in the rows of others is blotted out.  What is left is a
 * tombstone: a digest that only who has the site key can make of the address,
 * and when it was.
 */
struct store_forgotten {
	int64_t rows;  /* that were deleted */
	int64_t words; /* that were blotted out elsewhere */
	int64_t kept;  /* certificates that name it, and that mails of others
			* brought */
	bool log_left; /* a reader keeps the log beside the store from being
			* emptied: once more, later */
};

/*
 * Carry out a FORGET order, and settle it, whose address is blotted out, too;
 * digest: of the tombstone.  HELD (still-published): it is published, and
 * order->keep is not set; nothing was changed.  LATER (directory-slow): a
 * write for it is not settled yet.
 */
MUST_CHECK enum outcome store_forget(struct store *s,
    const struct store_order *order, const char *digest, int64_t now,
    struct store_forgotten *out, struct reason *why);

/* When that tombstone was set, the last time.  NOTHING: there is none. */
MUST_CHECK enum outcome store_forgotten_at(
    struct store *s, const char *digest, int64_t *out, struct reason *why);

#endif
