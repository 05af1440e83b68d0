#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * Writing and reading the fields of a frame, in order, big-endian, every
 * string and byte string with its length.  The reader is given what a
 * taken-over process may have sent: after the first field that does not
 * fit every read yields zero and wire_ok() is false, so that a decoder
 * checks once, at its end.
 */
struct wire {
	const uint8_t *data;
	size_t left;
	bool bad;
};

/* Append a number.  A buffer that is full is seen by wire_complete(). */
void wire_put_u32(struct buffer *b, uint32_t v);

/* Append a number of 64 bits, two's complement. */
void wire_put_i64(struct buffer *b, int64_t v);

/* Append length and bytes. */
void wire_put_span(struct buffer *b, struct span s);

/* Append length and characters without the NUL. */
void wire_put_str(struct buffer *b, const char *s);

/* Whether everything put since buffer_init() fitted. */
bool wire_complete(const struct buffer *b);

/* Start reading s, which must live as long as w is used. */
void wire_init(struct wire *w, struct span s);

/* Read a number; 0 when there is none. */
uint32_t wire_get_u32(struct wire *w);

/* Read a number that must be at most max; 0 and bad when it is more. */
uint32_t wire_get_max(struct wire *w, uint32_t max);

/* Read a number of 64 bits. */
int64_t wire_get_i64(struct wire *w);

/* Read a byte string, borrowed, of at most max bytes. */
struct span wire_get_span(struct wire *w, size_t max);

/* Read a byte string of at most max bytes into *out, which the caller
 * clears; out of memory counts as bad. */
void wire_get_bytes(struct wire *w, size_t max, struct bytes *out);

/* Read a string into out, size bytes with the NUL; one that holds a NUL or
 * does not fit is bad. */
void wire_get_str(struct wire *w, char *out, size_t size);

/* Read exactly len bytes, written with wire_put_span(). */
void wire_get_fixed(struct wire *w, uint8_t *out, size_t len);

/* Everything read so far was there. */
bool wire_ok(const struct wire *w);

/* Everything was there and nothing is left. */
bool wire_end(const struct wire *w);

#endif
