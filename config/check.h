#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "base/settings.h"

/*
 * What the settings must keep to between them, beyond what one row can
 * say.  A table of checks: a new one is a row and a function.
 */

/*
 * Run all checks; every complaint is told.  BROKEN (settings) with the
 * first of them in why, or DONE.
 */
MUST_CHECK enum outcome config_check(const struct settings *s,
    settings_complain *complain, void *arg, struct reason *why);

#endif
