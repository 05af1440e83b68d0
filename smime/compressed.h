#ifndef SMIME_COMPRESSED_H
#define SMIME_COMPRESSED_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * CompressedData (RFC 3274) undone, with zlib and under caps on the size
 * and the ratio: a small mail must not become a large one.
 */

/*
 * Inflate the content of a whole ContentInfo of that type into *out, a MIME
 * entity, which the caller clears.  REFUSED (cms-malformed, cms-trailing,
 * cms-too-large).  *complained is set when zlib had to give up.
 */
MUST_CHECK enum outcome compressed_open(
    struct span blob, struct buffer *out, bool *complained, struct reason *why);

#endif
