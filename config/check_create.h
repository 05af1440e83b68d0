#ifndef CONFIG_CHECK_CREATE_H
#define CONFIG_CHECK_CREATE_H

#include "base/settings.h"

/* What the settings about new contacts must keep to between them; each row
 * is a check of config/check.c.  BROKEN (settings). */

/* Where and for whom: create, create_ou, create_ous, create_domains. */
MUST_CHECK enum outcome check_create(
    const struct settings *s, struct reason *why);

/* The form of the map from domains to OUs. */
MUST_CHECK enum outcome check_create_ous(
    const struct settings *s, struct reason *why);

#endif
