#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "base/settings.h"

/* The rows of store/ in the settings file. */
struct setting_rows store_settings(void);

#endif
