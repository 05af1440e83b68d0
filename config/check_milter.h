#ifndef CONFIG_CHECK_MILTER_H
#define CONFIG_CHECK_MILTER_H

#include "base/settings.h"

/* What config_check() asks of the section milter: a socket that can be made,
 * from wherever the program is started. */
MUST_CHECK enum outcome check_socket(
    const struct settings *s, struct reason *why);

/* Its permissions, in octal. */
MUST_CHECK enum outcome check_socket_mode(
    const struct settings *s, struct reason *why);

/* Networks that are none. */
MUST_CHECK enum outcome check_networks(
    const struct settings *s, struct reason *why);

#endif
