#include "smime/content.h"

#include <string.h>

#include "base/limits.h"
#include "smime/tlv.h"

/* Short lines are gathered, so that a visit is worth its call. */
#define GATHER 16384

struct gather {
	content_visit *visit;
	void *arg;
	size_t n;
	uint8_t data[GATHER];
};

static bool
gather_flush(struct gather *g)
{
	bool ok = g->n == 0 || g->visit(g->arg, (struct span){g->data, g->n});

	g->n = 0;
	return ok;
}

static bool
gather_add(struct gather *g, const void *data, size_t len)
{
	if (len > GATHER - g->n && !gather_flush(g))
		return false;
	if (len > GATHER)
		return g->visit(g->arg, (struct span){data, len});
	memcpy(g->data + g->n, data, len);
	g->n += len;
	return true;
}

/*
 * LF without CR in front becomes CRLF; a CR of its own stays.  Octet by
 * octet, so that a body of line ends alone costs what any other does.
 */
static bool
each_line(struct span s, struct gather *g)
{
	const uint8_t *p = s.data, *end = s.data + s.len, *stop;
	uint8_t last = 0, *out;

	while (p < end) {
		/* Every octet may become two. */
		stop = end - p < GATHER / 2 ? end : p + GATHER / 2;
		out = g->data;
		while (p < stop) {
			if (*p == '\n' && last != '\r')
				*out++ = '\r';
			last = *p++;
			*out++ = last;
		}
		g->n = (size_t)(out - g->data);
		if (!gather_flush(g))
			return false;
	}
	return true;
}

/* Pieces may hold pieces: followed to a depth that nobody honest reaches. */
static bool
each_piece(struct span s, struct gather *g)
{
	struct tlv_level levels[LIMIT_BER_CHUNKS];
	struct tlv_reader r;
	unsigned depth = 0;
	struct tlv t;

	tlv_start(&r, s);
	while (tlv_ok(&r)) {
		if (tlv_peek_tag(&r) == TLV_OCTETS_PIECES &&
		    depth < LIMIT_BER_CHUNKS) {
			(void)!tlv_enter(
			    &r, TLV_OCTETS_PIECES, &levels[depth++]);
		} else if (tlv_more(&r)) {
			if (!tlv_take(&r, TLV_OCTETS, &t) ||
			    !gather_add(g, t.value.data, t.value.len))
				return false;
		} else {
			if (depth == 0)
				return tlv_end(&r) && gather_flush(g);
			(void)!tlv_leave(&r, &levels[--depth]);
		}
	}
	return false;
}

bool
content_each(const struct content *c, content_visit *visit, void *arg)
{
	struct gather g;

	g.visit = visit;
	g.arg = arg;
	g.n = 0;
	switch (c->kind) {
	case CONTENT_LINES:
		return each_line(c->bytes, &g);
	case CONTENT_PIECES:
		return each_piece(c->bytes, &g);
	case CONTENT_PLAIN:
		return visit(arg, c->bytes);
	}
	return false;
}

struct head {
	uint8_t *out;
	size_t n, size;
};

static bool
head_take(void *arg, struct span s)
{
	struct head *h = arg;
	size_t n = s.len < h->size - h->n ? s.len : h->size - h->n;

	memcpy(h->out + h->n, s.data, n);
	h->n += n;
	return h->n < h->size;
}

size_t
content_head(const struct content *c, uint8_t *out, size_t size)
{
	struct head h = {out, 0, size};

	if (c->kind != CONTENT_PIECES)
		(void)head_take(&h, c->bytes);
	else
		(void)!content_each(c, head_take, &h);
	return h.n;
}
