#ifndef DIRECTORY_PLAN_REFRESH_H
#define DIRECTORY_PLAN_REFRESH_H

#include "directory/plan.h"

/*
 * The plan for a contact that is there and may be changed: which of its
 * values stay, which go, and whether the new one comes.
 */

/* As plan_make(), for exactly one contact inside our bases. */
MUST_CHECK enum outcome plan_refresh(
    const struct plan_input *in, struct change *out, struct reason *why);

#endif
