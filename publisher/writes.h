#ifndef PUBLISHER_WRITES_H
#define PUBLISHER_WRITES_H

#include "directory/contact.h"
#include "store/writes.h"

/*
 * A change of a contact as the store keeps it: what stood there before, and
 * what of it goes and comes.
 */

/*
 * Make it of the contact as it was read and the change that is about to be
 * made; *out, which borrows from both, is freed by writes_free().  LATER:
 * out of memory.
 */
MUST_CHECK enum outcome writes_make(const struct contact *before,
    const struct change *change, struct store_write **out, struct reason *why);

/* NULL is allowed. */
void writes_free(struct store_write *w);

/* Log an entry of the journal, for a machine that this one cannot rewrite: a
 * store_logged(). */
void writes_log(
    void *arg, const struct store_entry *e, const struct store_write *w);

#endif
