#ifndef PUBLISHER_POLICIES_H
#define PUBLISHER_POLICIES_H

#include "base/settings.h"

/*
 * What the publisher makes of the settings before it decides on anything,
 * tried: what would keep it from starting, or from taking new settings.
 */

/* Read all of them; every complaint is told.  BROKEN (settings), LATER
 * (memory) with the first of them in why. */
MUST_CHECK enum outcome policies_check(const struct settings *s,
    settings_complain *complain, void *arg, struct reason *why);

#endif
