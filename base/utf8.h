#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * UTF-8 of strangers, one character at a time (RFC 3629: no overlong forms,
 * no surrogates, nothing above U+10FFFF).
 */

/*
 * Decode the character at the start of s, which is not empty, and return its
 * length; 0: no character starts here.
 */
size_t utf8_decode(struct span s, uint32_t *out);

/* Whether s is UTF-8 from end to end. */
bool utf8_is_valid(struct span s);

/* The length of the longest start of s that is valid and has at most so many
 * units of UTF-16, as Windows counts characters: one above U+FFFF is two. */
size_t utf8_cut(struct span s, size_t units);

/*
 * Whether nobody sees the character or it changes how others are seen:
 * controls, directions, joiners, fillers, selectors, noncharacters, private
 * use.
 */
bool utf8_is_hidden(uint32_t c);

/* Whether it looks like a blank, as wide as it may be. */
bool utf8_is_space(uint32_t c);

#endif
