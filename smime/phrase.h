#ifndef SMIME_PHRASE_H
#define SMIME_PHRASE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/limits.h"

/*
 * The words beside the address of From:, as people would see them: a
 * stranger's word.  RFC 5322 quoting and comments are undone, encoded words
 * (RFC 2047, RFC 2231's language) and UTF-8 (RFC 6532) decoded.  Not by
 * GMime, whose decoder opens a charset when it meets it, for which a
 * confined worker has no files.
 */

/* Open the charsets, once per process and before confinement; without it
 * UTF-8 and ASCII alone are known. */
void phrase_init(void);

/*
 * Decode the phrase into out, clean and cut as by text_show().  false, and
 * "": there is none, or it breaks the rules, is in no charset that we know,
 * or not well-formed in it; a part of a name is no name.
 */
bool phrase_decode(struct span phrase, char out[LIMIT_NAME + 1]);

#endif
