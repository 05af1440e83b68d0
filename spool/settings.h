#ifndef SPOOL_SETTINGS_H
#define SPOOL_SETTINGS_H

#include "base/settings.h"

struct spool_bounds;

/* The rows of spool/ in the settings file. */
struct setting_rows spool_settings(void);

/* The bounds of the queues as the settings have them. */
void spool_settings_bounds(const struct settings *s, struct spool_bounds *out);

#endif
