#ifndef DIRECTORY_PLAN_SHADOWS_H
#define DIRECTORY_PLAN_SHADOWS_H

#include "directory/plan.h"

/*
 * Values of userSMIMECertificate, which Outlook reads first: one that holds
 * another certificate than that which is published hides it.  Such a shadow is
 * always told; whether it is removed is a setting.  Nothing is ever written
 * there.
 *
 * What counts in a value are its certificates of persons, those that can be
 * encrypted to if there are any: the order in a SET OF means nothing.  One that
 * cannot be read, Microsoft's own form among them, is never removed.
 */

/*
 * Add the shadows to be removed to a change of in->contact.  LATER (memory).
 */
MUST_CHECK enum outcome plan_shadows(
    const struct plan_input *in, struct change *out, struct reason *why);

/* Whether a stale shadow stands when that change is made; NULL: none is. */
bool plan_shadows_left(
    const struct plan_input *in, const struct change *change);

#endif
