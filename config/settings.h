#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "base/settings.h"

/* The rows that belong to no folder: the site itself, and the log. */
struct setting_rows config_settings(void);

#endif
