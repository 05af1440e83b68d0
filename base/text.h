#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * A stranger's words made fit to be shown: valid UTF-8 without control,
 * bidirectional and invisible characters (Trojan Source: what a reader
 * sees must be what is there), cut at a character.
 */

/*
 * Write s into out, size bytes with the NUL.  Bytes that are no UTF-8 become
 * '?', characters that must not be shown are left out, runs of blanks become
 * one, none stay at the ends.
 */
void text_show(struct span s, char *out, size_t size);

#endif
