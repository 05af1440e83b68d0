#ifndef PUBLISHER_TRUST_H
#define PUBLISHER_TRUST_H

#include "base/settings.h"
#include "base/trust.h"
#include "store/store.h"

/*
 * What the publisher's judge believes (the operator's anchors), and what he
 * approved, for it and the milter's judges; and what helps them to build
 * chains: certificates that are known from what was published.
 */

/* Known certificates that are handed on: the newest. */
#define TRUST_KNOWN 1024

/* Add the store's approved anchors, each for its scope, its known
 * certificates, and what is rejected.  LATER, BROKEN: by the store. */
MUST_CHECK enum outcome trust_add_store(
    struct trust *t, struct store *store, struct reason *why);

/* Add whom something is published for, for the milters.  LATER, BROKEN. */
MUST_CHECK enum outcome trust_add_partners(
    struct trust *t, struct store *store, struct reason *why);

/*
 * Make the bundle for a judge; *out is a sealed memfd, the caller's.  BROKEN
 * (no-anchors): something that trust.* names cannot be read.
 */
MUST_CHECK enum outcome trust_make(const struct settings *s,
    struct store *store, int *out, struct reason *why);

/* Make the stamp of what trust.* names, by which a change is noticed.  false:
 * out of memory. */
bool trust_stamp(const struct settings *s, uint8_t out[DIGEST_LEN]);

#endif
