#ifndef PUBLISHER_REVIEWING_H
#define PUBLISHER_REVIEWING_H

#include <stdbool.h>

#include "base/reason.h"

/*
 * What a human's yes can do.  Where a rule of the site holds a harvest, it
 * lets it pass; what is a fact (no chain, two contacts with the address, a
 * user's address) or somebody's word (a veto, a pin) it does not change:
 * there something else is to be done first.
 */

/* Whether a yes lets pass what is held for this reason. */
bool reviewing_may_approve(enum reason_code code);

#endif
