#ifndef PKI_SETTINGS_H
#define PKI_SETTINGS_H

#include "base/settings.h"

/* How trust.anchors calls Mozilla's roots. */
#define MOZILLA_WORD "mozilla"

/* The rows of pki/ in the settings file. */
struct setting_rows pki_settings(void);

#endif
