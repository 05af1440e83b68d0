#ifndef DIRECTORY_PLAN_WITHDRAW_H
#define DIRECTORY_PLAN_WITHDRAW_H

#include "directory/contact.h"

/*
 * The plan that takes out what is ours and leaves the rest: what an
 * administrator who wants a certificate gone would do by hand.  Pure, and
 * without the facts of any certificate.
 */

/*
 * The values of the contact that have a mark of ours for the address beside
 * them, and all such marks, also those without a value.  DONE: *out is the
 * change (the caller clears it).  NOTHING (unchanged): nothing of ours is
 * there. HELD: no contact, outside of the bases, or one of which not all is
 * read.
 */
MUST_CHECK enum outcome plan_withdraw(const struct contact *c,
    const char *address, struct span site_key, struct change *out,
    struct reason *why);

#endif
