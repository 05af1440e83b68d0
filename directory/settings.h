#ifndef DIRECTORY_SETTINGS_H
#define DIRECTORY_SETTINGS_H

#include "base/settings.h"

/* The default of directory.managed_filter: what a forest synchronises from
 * another one. */
#define DIRECTORY_MANAGED_FILTER "(msExchOriginatingForest=*)"

/* directory.backend */
enum directory_backend { BACKEND_LDIF, BACKEND_AD };

/* The rows of directory/ in the settings file. */
struct setting_rows directory_settings(void);

/* Templates for attributes of new contacts, at most. */
#define DIRECTORY_ATTRIBUTES 16

/* Look at the form of directory.attributes and at the names in it.  BROKEN
 * (settings). */
MUST_CHECK enum outcome directory_check_attributes(
    const struct settings *s, struct reason *why);

#endif
