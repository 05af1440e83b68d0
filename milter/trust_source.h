#ifndef MILTER_TRUST_SOURCE_H
#define MILTER_TRUST_SOURCE_H

#include <stdbool.h>

#include "base/settings.h"

/*
 * What the judges shall believe: the operator's anchors and the
 * publisher's snapshot, made into one sealed bundle.  The chain verdict of
 * a milter's judge is advice only, so what cannot be read is logged and left
 * out, and mail goes on.
 */
struct trust_source;

/* Remember where the two are; s is borrowed.  LATER (memory). */
MUST_CHECK enum outcome trust_source_new(
    const struct settings *s, struct trust_source **out, struct reason *why);

/* Free; NULL is allowed. */
void trust_source_free(struct trust_source *t);

/* Whether one of the files has changed since the last trust_source_seal(). */
bool trust_source_changed(const struct trust_source *t);

/* Read both; *out is a sealed bundle, the caller's to close. */
MUST_CHECK enum outcome trust_source_seal(
    struct trust_source *t, int *out, struct reason *why);

#endif
