#ifndef PUBLISHER_SITE_KEY_H
#define PUBLISHER_SITE_KEY_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * The site key, under which the marks of ownership in the directory stand.
 * Whoever has it can have us remove certificates; without it we cannot
 * tell our own certificates from those of others.
 */
#define SITE_KEY_LEN 32

/*
 * Read the key at path into *out, the caller's to clear; when it is
 * missing and may_make, make it (mode 0600).  BROKEN (settings): missing
 * although something was published under it, of another length, readable
 * by others; BROKEN (io), LATER (spool-full, memory).
 */
MUST_CHECK enum outcome site_key_load(
    const char *path, bool may_make, struct bytes *out, struct reason *why);

#endif
