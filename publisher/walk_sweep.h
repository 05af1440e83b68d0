#ifndef PUBLISHER_WALK_SWEEP_H
#define PUBLISHER_WALK_SWEEP_H

#include "publisher/walk_plan.h"

/*
 * What the rows of the sweep share: walk_sweep.c has those that mend,
 * walk_tell.c those that only tell.  For these two.
 */
struct sweep {
	const struct walk_view *view;
	struct walk_plan *out;
	struct reason *why;
	const char *off; /* why nothing may be written here; or NULL */
};

/* A line with that finding; NULL: out of memory, *s->why says so. */
struct store_line *sweep_tell(const struct sweep *s,
    const struct walk_value *value, enum store_line_kind kind,
    const char *finding);

/* Ours that expires within 30, 14 or 7 days, and whether a renewal is to be
 * expected by itself. */
MUST_CHECK enum outcome sweep_find_expiring(const struct sweep *s);

/* What is other than our last write left it, and not by us. */
MUST_CHECK enum outcome sweep_find_changed(const struct sweep *s);

/* A contact that we made, and from whom nobody wrote for long. */
MUST_CHECK enum outcome sweep_find_idle(const struct sweep *s);

/* A contact that we made, and that has nothing in it any more. */
MUST_CHECK enum outcome sweep_find_empty(const struct sweep *s);

#endif
