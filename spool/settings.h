#ifndef SPOOL_SETTINGS_H
#define SPOOL_SETTINGS_H

#include "base/settings.h"

/* The rows of spool/ in the settings file. */
struct setting_rows spool_settings(void);

#endif
