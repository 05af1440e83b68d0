#ifndef PKI_SETTINGS_H
#define PKI_SETTINGS_H

#include "base/settings.h"

/* The rows of pki/ in the settings file. */
struct setting_rows pki_settings(void);

#endif
