#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

struct span
span_str(const char *s)
{
	return (struct span){(const uint8_t *)s, strlen(s)};
}

struct span
span_bytes(const struct bytes *b)
{
	return (struct span){b->data, b->len};
}

struct span
span_buffer(const struct buffer *b)
{
	return (struct span){b->data, b->len};
}

bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool
bytes_dup(struct span s, struct bytes *out)
{
	uint8_t *data;

	/* One more, so that an empty one is not NULL. */
	data = malloc(s.len + 1);
	if (data == NULL)
		return false;
	if (s.len > 0)
		memcpy(data, s.data, s.len);
	data[s.len] = 0;
	out->data = data;
	out->len = s.len;
	return true;
}

void
bytes_clear(struct bytes *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

void
buffer_init(struct buffer *b, size_t cap)
{
	memset(b, 0, sizeof *b);
	b->cap = cap;
}

bool
buffer_add(struct buffer *b, const void *data, size_t len)
{
	size_t size;
	uint8_t *p;

	if (len > b->cap - b->len)
		return false;
	if (len > b->size - b->len) {
		size = b->size < 256 ? 256 : b->size;
		while (size < b->len + len)
			size *= 2;
		if (size > b->cap)
			size = b->cap;
		p = realloc(b->data, size);
		if (p == NULL)
			return false;
		b->data = p;
		b->size = size;
	}
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return true;
}

void
buffer_reset(struct buffer *b)
{
	b->len = 0;
}

void
buffer_clear(struct buffer *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->size = 0;
}

void
bytes_hex(struct span s, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < s.len; i++) {
		out[2 * i] = digits[s.data[i] >> 4];
		out[2 * i + 1] = digits[s.data[i] & 15];
	}
	out[2 * s.len] = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
bytes_unhex(const char *hex, uint8_t *out, size_t len)
{
	size_t i;
	int hi, lo;

	for (i = 0; i < len; i++) {
		hi = hex_value(hex[2 * i]);
		lo = hi < 0 ? -1 : hex_value(hex[2 * i + 1]);
		if (lo < 0)
			return false;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}
