#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/settings.h"

/* The rows of cli/ in the settings file. */
struct setting_rows cli_settings_rows(void);

#endif
