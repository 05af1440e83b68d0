#ifndef MILTER_SETTINGS_H
#define MILTER_SETTINGS_H

#include "base/settings.h"

/* The rows of milter/ in the settings file. */
struct setting_rows milter_settings(void);

#endif
