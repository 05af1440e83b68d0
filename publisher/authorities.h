#ifndef PUBLISHER_AUTHORITIES_H
#define PUBLISHER_AUTHORITIES_H

#include "publisher/setup.h"
#include "store/authority.h"

/*
 * Unknown CAs: collected when a harvest is held for want of one, so that a
 * human may say something of them, and refused when he said no.
 */

/* What was said of the CA that a harvest is held for.  HELD (chain-unknown, as
 * why says already); REFUSED (ca-rejected); LATER, BROKEN. */
MUST_CHECK enum outcome authorities_ask(
    struct store *store, const struct authority *a, struct reason *why);

/*
 * Take note of the CA that the harvest will be held or refused for.  Its
 * certificate is one of the harvest's or of those that we know, or it was
 * rejected and is kept: the judge only names it.
 */
MUST_CHECK enum outcome authorities_note(const struct setup *s,
    struct store *store, const char *id, const struct harvest *h,
    const struct authority *a, int64_t now, struct reason *why);

#endif
