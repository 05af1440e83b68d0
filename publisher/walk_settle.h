#ifndef PUBLISHER_WALK_SETTLE_H
#define PUBLISHER_WALK_SETTLE_H

#include "directory/contact.h"
#include "publisher/setup.h"
#include "store/walks.h"

/*
 * A walk's write whose answer nobody heard: the publisher died, or its
 * connection did.  The directory itself is asked, and nothing but it: a plan
 * that is made anew may differ for other reasons.
 */

/*
 * Whether the contact is as a line says that it would be: a certificate is not
 * there that was to be removed, a mark is there, or not.  true of lines
 * that tell of no change.
 */
bool walk_line_is_true(
    const struct contact *c, struct span site_key, const struct store_line *l);

/*
 * Settle what was intended at an object.  DONE: *wrote says how, and if it was
 * not written the object is as if nothing had been intended.  Else it is
 * intended still: REFUSED, HELD: this contact cannot be looked at.  LATER,
 * BROKEN: directory or store failed.
 */
MUST_CHECK enum outcome walk_settle(struct setup *s, struct store *store,
    int64_t walk, const struct store_walk_object *object, bool *wrote,
    struct reason *why);

#endif
