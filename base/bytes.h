#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that somebody else owns (span), bytes that we own (bytes), and
 * bytes that grow up to a cap (buffer).  Out of memory is told by the
 * return value; nothing here aborts.
 */
struct span {
	const uint8_t *data;
	size_t len;
};

struct bytes {
	uint8_t *data;
	size_t len;
};

struct buffer {
	uint8_t *data;
	size_t len;
	size_t size; /* allocated */
	size_t cap;  /* never more than this */
};

/* A span over the C string without its NUL. */
struct span span_str(const char *s);

/* A span over what b owns. */
struct span span_bytes(const struct bytes *b);

/* A span over what the buffer holds; dead when it grows or is cleared. */
struct span span_buffer(const struct buffer *b);

/* Same length and same bytes. */
bool span_equal(struct span a, struct span b);

/* Copy s into *out, which the caller clears.  false: out of memory. */
bool bytes_dup(struct span s, struct bytes *out);

/* Free the contents; the struct is empty afterwards. */
void bytes_clear(struct bytes *b);

/* An empty buffer that will refuse to grow above cap bytes. */
void buffer_init(struct buffer *b, size_t cap);

/* Append.  false: above the cap or out of memory; b is as it was. */
bool buffer_add(struct buffer *b, const void *data, size_t len);

/* Forget the contents, keep the memory. */
void buffer_reset(struct buffer *b);

/* Free the contents. */
void buffer_clear(struct buffer *b);

/*
 * Lower-case hexadecimal of s with a NUL into out, which has room for
 * 2 * s.len + 1 characters.
 */
void bytes_hex(struct span s, char *out);

/* Read exactly len bytes from 2 * len hexadecimal digits. */
bool bytes_unhex(const char *hex, uint8_t *out, size_t len);

#endif
