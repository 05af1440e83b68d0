#ifndef TESTS_FUZZ_DER_MUTATE_H
#define TESTS_FUZZ_DER_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Changing BER by its structure, for libFuzzer's custom mutators: a node is
 * doubled, moved, cut, wrapped, given another tag, length or content, and
 * the lengths above it follow.
 */

/* Change the size bytes of data in place, max at most; returns the length. */
size_t der_mutate(uint8_t *data, size_t size, size_t max, unsigned seed);

/* Put a node of b in the place of one of a; returns the length of out. */
size_t der_cross(const uint8_t *a, size_t a_size, const uint8_t *b,
    size_t b_size, uint8_t *out, size_t max, unsigned seed);

#endif
