#ifndef CLI_SENDMAIL_H
#define CLI_SENDMAIL_H

#include "base/bytes.h"
#include "base/settings.h"

/*
 * Give a mail to the sendmail command of the settings, from digest.from to
 * digest.to: without a shell, with a clean environment, killed with all that
 * it started at digest.timeout.  DONE: it has taken it.  LATER (sendmail): it
 * has not.  BROKEN (settings): it cannot be started.
 */
MUST_CHECK enum outcome sendmail_give(
    const struct settings *s, struct span mail, struct reason *why);

#endif
