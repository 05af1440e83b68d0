#ifndef PUBLISHER_WALK_LOOK_H
#define PUBLISHER_WALK_LOOK_H

#include "publisher/setup.h"
#include "publisher/shadows.h"
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
	struct shadows shadows;
	struct store_write *last;
};

/* What is gathered besides the contact, its past and the facts. */
enum walk_gather {
	WALK_OTHERS = 1 << 0, /* who else has the address */
	WALK_VALUES = 1 << 1, /* whose addresses the certificates name, what the
			       * judge says of their issuers */
	WALK_WAITING = 1 << 2, /* what waits for the address, and the rules */
	WALK_OURS_JUDGED = 1
	    << 3,	       /* what the judge says of the issuers of ours */
	WALK_SHADOWS = 1 << 4, /* what is in a userSMIMECertificate */
	WALK_HISTORY = 1 << 5  /* our last write, and who wrote last */
};

/*
 * Gather; also: of enum walk_gather.  *out is in
 * order afterwards whatever the outcome, and cleared by the caller.  REFUSED,
 * HELD: of this contact alone.  LATER, BROKEN: directory, judge or store fail.
 */
MUST_CHECK enum outcome walk_look_make(struct setup *s, struct store *store,
    const char *object, unsigned also, struct walk_look *out,
    struct reason *why);

/* Free the contents. */
void walk_look_clear(struct walk_look *l);

#endif
