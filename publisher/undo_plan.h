#ifndef PUBLISHER_UNDO_PLAN_H
#define PUBLISHER_UNDO_PLAN_H

#include "directory/contact.h"
#include "store/orders.h"
#include "store/writes.h"

/*
 * Whether a write can be undone, and how.  Pure functions over the contact as
 * it is and the write as the journal has it: no clock, no I/O.
 */

/* Of a set of values: what a write left, or what it found. */
enum undo_state { UNDO_BEFORE, UNDO_AFTER };

/*
 * Whether certificates and marks of the contact are exactly those that were
 * there before, or after, the write; of one that changed shadows alone, whether
 * these are as before, or not.  DONE; HELD (undo-changed): the text names what
 * differs.
 */
MUST_CHECK enum outcome undo_compare(const struct contact *c,
    const struct store_write *w, enum undo_state state, struct reason *why);

/*
 * Start the change that takes the write back: what it added goes, its marks
 * come back; the values that come back (STORE_REMOVED certificates and shadows)
 * are the caller's to append.  HELD: the contact may not be written to.
 * LATER (memory).
 */
MUST_CHECK enum outcome undo_plan(const struct contact *c,
    const struct store_write *w, struct change *out, struct reason *why);

/* Whether the contact has the shadow of that digest. */
bool undo_has_shadow(const struct contact *c, const char *value);

/* Whether a mark of ours, which verifies for the address, was beside the
 * certificate before the write; adopted: of the second kind. */
bool undo_is_ours(const struct store_write *w, struct span site_key,
    const char *certificate, bool *adopted);

/* The rule that follows, and what is adopted afterwards; publication is the
 * caller's to set. */
void undo_conclude(const struct store_write *w, struct span site_key,
    struct store_undone *out);

#endif
