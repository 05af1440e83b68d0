#ifndef PUBLISHER_WALK_LOOK_H
#define PUBLISHER_WALK_LOOK_H

#include "publisher/setup.h"
#include "publisher/walk_plan.h"

/*
 * All that a walk has to know of one contact, gathered from directory, store
 * and judge, before the plan is made of it.
 */
struct walk_look {
	struct walk_view view; /* of what follows */
	struct contact contact;
	struct walk_value *values;
	struct store_past *past;
	struct facts *waiting;
};

/*
 * Gather.  closely: also who else has the address, whose addresses the
 * certificates name, and what the judge says of their issuers.  *out is in
 * order afterwards whatever the outcome, and cleared by the caller.  REFUSED,
 * HELD: of this contact alone.  LATER, BROKEN: directory, judge or store fail.
 */
MUST_CHECK enum outcome walk_look_make(struct setup *s, struct store *store,
    const char *object, bool closely, struct walk_look *out,
    struct reason *why);

/* Free the contents. */
void walk_look_clear(struct walk_look *l);

#endif
