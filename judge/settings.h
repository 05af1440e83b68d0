#ifndef JUDGE_SETTINGS_H
#define JUDGE_SETTINGS_H

#include "base/settings.h"

/* The rows of judge/ in the settings file. */
struct setting_rows judge_settings(void);

#endif
