#ifndef DIRECTORY_PLAN_RIVALS_H
#define DIRECTORY_PLAN_RIVALS_H

#include "directory/plan.h"

/*
 * Which of two.  A newer certificate takes the place of an older one once, and
 * no mail of the older one takes that back: a replay must not.  But a partner
 * may have lost his new card, and two people may share a mailbox: what goes on
 * long enough, a human decides, and until then the one that stands stays.
 */

/*
 * Of a certificate that is older than one that stands.  NOTHING: so be it,
 * without words.  HELD (reverted): it alone has come for days now;
 * HELD (alternating): it keeps coming beside the other.  DONE: so, and
 * somebody approved it.
 */
MUST_CHECK enum outcome plan_rival_older(
    const struct plan_input *in, struct reason *why);

/* Of one that would take a place.  HELD (alternating): it had its turn, and
 * lost it to the one that stands.  DONE. */
MUST_CHECK enum outcome plan_rival_stood(
    const struct plan_input *in, struct reason *why);

#endif
