#ifndef SMIME_SPLIT_H
#define SMIME_SPLIT_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * A multipart body cut at its own boundary lines, and at nothing else: no
 * tree, no look inside the parts.  The line end in front of a boundary
 * belongs to the boundary (RFC 2046 section 5.1.1), what stands before the
 * first and behind the closing one to nobody.
 */
struct split {
	struct span first;  /* with its MIME header, the exact bytes */
	struct span second; /* the same */
};

/*
 * Split a body with exactly two parts.  REFUSED (part-count; malformed: the
 * closing boundary is missing).
 */
MUST_CHECK enum outcome split_two(struct span body, const char *boundary,
    struct split *out, struct reason *why);

#endif
