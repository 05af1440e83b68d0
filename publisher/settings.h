#ifndef PUBLISHER_SETTINGS_H
#define PUBLISHER_SETTINGS_H

#include "base/settings.h"

/* The rows of publisher/ in the settings file. */
struct setting_rows publisher_settings(void);

#endif
