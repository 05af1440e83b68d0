#ifndef CONFIG_CHECK_DIGEST_H
#define CONFIG_CHECK_DIGEST_H

#include "base/settings.h"

/* What config_check() asks of the section digest: addresses that may stand in
 * a header and on a command line. */
MUST_CHECK enum outcome check_digest(
    const struct settings *s, struct reason *why);

#endif
