#ifndef DIRECTORY_SETTINGS_H
#define DIRECTORY_SETTINGS_H

#include "base/settings.h"

/* The default of directory.managed_filter: what a forest synchronises from
 * another one. */
#define DIRECTORY_MANAGED_FILTER "(msExchOriginatingForest=*)"

/* The rows of directory/ in the settings file. */
struct setting_rows directory_settings(void);

#endif
