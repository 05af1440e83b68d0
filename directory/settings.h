#ifndef DIRECTORY_SETTINGS_H
#define DIRECTORY_SETTINGS_H

#include "base/settings.h"

/* The rows of directory/ in the settings file. */
struct setting_rows directory_settings(void);

#endif
