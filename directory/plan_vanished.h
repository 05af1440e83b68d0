#ifndef DIRECTORY_PLAN_VANISHED_H
#define DIRECTORY_PLAN_VANISHED_H

#include "directory/plan.h"

/*
 * Whether what we published is gone, and whose doing that was.
 *
 * A removal that was not ours is a veto.  What looks like one and is none:
 *
 *  - a value that we, or another publisher under the same site key, replaced:
 *    then a value with a good mark of ours stands there, for a mark goes and
 *    comes with its value in one write.  That is also what is left when two
 *    publishers wrote at two domain controllers and replication dropped one
 *    of the writes, value and mark together ([MS-ADTS] 3.1.1.1.9: the last
 *    writer of an attribute wins);
 *  - an expired value, or one that was only taken over: anybody may tidy up;
 *    and an older one beside the newest that we published, which stands;
 *  - a contact that was moved to where addresses are not looked for, while
 *    another one has the address by now;
 *  - a write that has not reached the server that we ask now, as another one
 *    took it.  Nothing is decided before replication had its time, and nothing
 *    is written meanwhile, so that no veto is missed.  Only when it was missing
 *    within that time already, and is missing still, it never came over,
 *    and is written once more.
 *
 * A mark without its value is never replication, which carries both, but
 * somebody who takes out certificates and does not know of marks.
 *
 * What was written twice and is gone again is contested: another tool takes the
 * contact for its own, and writing on would be a fight.
 */

/*
 * DONE: nothing is gone, or what is gone may be written again.  HELD (veto,
 * contested): it was taken out, or its contact was.  HELD (outside-base): its
 * contact lives where addresses are not looked for.  LATER (replication): too
 * early to tell.
 */
MUST_CHECK enum outcome plan_vanished(
    const struct plan_input *in, struct reason *why);

/* When it is not too early any more. */
int64_t plan_vanished_until(const struct plan_input *in);

#endif
