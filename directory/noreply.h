#ifndef DIRECTORY_NOREPLY_H
#define DIRECTORY_NOREPLY_H

#include <stdbool.h>

#include "base/settings.h"

/*
 * Mailboxes that nobody reads: noreply, mailer-daemon and their like.  Compared
 * is the local part without what stands behind a plus sign, dots, hyphens,
 * underscores and digits, so that No-Reply2+x@ is noreply.
 */

/* Whether the canonical address is one of them, or its local part one of
 * directory.noreply_names; s may be NULL. */
bool noreply_is(const struct settings *s, const char *address);

#endif
