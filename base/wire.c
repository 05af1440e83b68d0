#include "base/wire.h"

#include <string.h>

/*
 * A buffer that could not take a field is spoiled for good: its cap becomes
 * less than its length, which wire_complete() sees.
 */
static void
put(struct buffer *b, const void *data, size_t len)
{
	if (!wire_complete(b))
		return;
	if (!buffer_add(b, data, len)) {
		b->len = 1;
		b->cap = 0;
	}
}

bool
wire_complete(const struct buffer *b)
{
	return b->len <= b->cap;
}

void
wire_put_u32(struct buffer *b, uint32_t v)
{
	uint8_t raw[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	put(b, raw, sizeof raw);
}

void
wire_put_i64(struct buffer *b, int64_t v)
{
	wire_put_u32(b, (uint32_t)((uint64_t)v >> 32));
	wire_put_u32(b, (uint32_t)(uint64_t)v);
}

void
wire_put_span(struct buffer *b, struct span s)
{
	wire_put_u32(b, (uint32_t)s.len);
	put(b, s.data, s.len);
}

void
wire_put_str(struct buffer *b, const char *s)
{
	wire_put_span(b, span_str(s));
}

void
wire_init(struct wire *w, struct span s)
{
	w->data = s.data;
	w->left = s.len;
	w->bad = false;
}

static const uint8_t *
take(struct wire *w, size_t len)
{
	const uint8_t *p = w->data;

	if (w->bad || len > w->left) {
		w->bad = true;
		return NULL;
	}
	w->data += len;
	w->left -= len;
	return p;
}

uint32_t
wire_get_u32(struct wire *w)
{
	const uint8_t *p = take(w, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

uint32_t
wire_get_max(struct wire *w, uint32_t max)
{
	uint32_t v = wire_get_u32(w);

	if (v > max) {
		w->bad = true;
		return 0;
	}
	return v;
}

int64_t
wire_get_i64(struct wire *w)
{
	uint64_t hi = wire_get_u32(w), lo = wire_get_u32(w);

	return w->bad ? 0 : (int64_t)(hi << 32 | lo);
}

struct span
wire_get_span(struct wire *w, size_t max)
{
	uint32_t len = wire_get_u32(w);
	const uint8_t *p;

	if (len > max)
		w->bad = true;
	p = take(w, len);
	return (struct span){p, p == NULL ? 0 : len};
}

void
wire_get_bytes(struct wire *w, size_t max, struct bytes *out)
{
	struct span s = wire_get_span(w, max);

	out->data = NULL;
	out->len = 0;
	/* An absent one and an empty one are the same. */
	if (!w->bad && s.len > 0 && !bytes_dup(s, out))
		w->bad = true;
}

void
wire_get_str(struct wire *w, char *out, size_t size)
{
	struct span s = wire_get_span(w, size - 1);

	if (s.len > 0 && memchr(s.data, 0, s.len) != NULL)
		w->bad = true;
	if (w->bad)
		s.len = 0;
	if (s.len > 0)
		memcpy(out, s.data, s.len);
	out[s.len] = '\0';
}

void
wire_get_fixed(struct wire *w, uint8_t *out, size_t len)
{
	struct span s = wire_get_span(w, len);

	if (s.len != len)
		w->bad = true;
	if (w->bad)
		memset(out, 0, len);
	else
		memcpy(out, s.data, len);
}

bool
wire_ok(const struct wire *w)
{
	return !w->bad;
}

bool
wire_end(const struct wire *w)
{
	return !w->bad && w->left == 0;
}
