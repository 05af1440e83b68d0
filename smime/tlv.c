#include "smime/tlv.h"

#include "base/limits.h"

struct head {
	uint8_t tag;
	bool indefinite;
	size_t len;
};

/*
 * Tag and length at r->p, which is left behind them.  Long tags and lengths
 * of more than four octets are nobody's in CMS.
 */
static bool
head_read(struct tlv_reader *r, struct head *h)
{
	size_t left = (size_t)(r->end - r->p), n, len = 0;
	uint8_t first;

	if (r->bad || left < 2 || (r->p[0] & 0x1f) == 0x1f || r->budget == 0)
		return !(r->bad = true);
	r->budget--;
	h->tag = r->p[0];
	first = r->p[1];
	h->indefinite = first == 0x80;
	r->p += 2;
	left -= 2;
	if (h->indefinite && (h->tag & 0x20) == 0)
		return !(r->bad = true);
	if (first > 0x80) {
		n = first & 0x7f;
		if (n > 4 || n > left)
			return !(r->bad = true);
		left -= n;
		while (n-- > 0)
			len = len << 8 | *r->p++;
	} else if (!h->indefinite)
		len = first;
	h->len = len;
	if (len > left)
		r->bad = true;
	return !r->bad;
}

static bool
at_end_of_contents(const struct tlv_reader *r)
{
	return r->end - r->p >= 2 && r->p[0] == 0 && r->p[1] == 0;
}

/*
 * Go behind the end of an element of indefinite length that was entered.
 * Elements of definite length are stepped over whole, so that each byte is
 * looked at once.
 */
static bool
skip_indefinite(struct tlv_reader *r)
{
	unsigned depth = 1;
	struct head h;

	while (depth > 0) {
		if (at_end_of_contents(r)) {
			r->p += 2;
			depth--;
			continue;
		}
		if (!head_read(r, &h))
			return false;
		if (h.indefinite) {
			if (++depth > LIMIT_BER_DEPTH)
				return !(r->bad = true);
		} else
			r->p += h.len;
	}
	return true;
}

void
tlv_start(struct tlv_reader *r, struct span s)
{
	*r = (struct tlv_reader){.p = s.data,
	    .end = s.data == NULL ? NULL : s.data + s.len,
	    .budget = LIMIT_BER_ELEMENTS,
	    .bad = s.data == NULL};
}

bool
tlv_more(struct tlv_reader *r)
{
	if (r->bad || r->p == r->end)
		return false;
	if (!at_end_of_contents(r))
		return true;
	/* Where the length says that there is more, these end nothing. */
	r->bad = !r->indefinite;
	return false;
}

uint8_t
tlv_peek_tag(struct tlv_reader *r)
{
	return tlv_more(r) ? *r->p : 0;
}

bool
tlv_next(struct tlv_reader *r, struct tlv *out)
{
	const uint8_t *start = r->p, *value;
	struct head h;

	if (!tlv_more(r) || !head_read(r, &h))
		return !(r->bad = true);
	value = r->p;
	if (h.indefinite) {
		if (!skip_indefinite(r))
			return false;
		h.len = (size_t)(r->p - 2 - value);
	} else
		r->p += h.len;
	out->tag = h.tag;
	out->value = (struct span){value, h.len};
	out->whole = (struct span){start, (size_t)(r->p - start)};
	return true;
}

bool
tlv_take(struct tlv_reader *r, uint8_t tag, struct tlv *out)
{
	if (tlv_peek_tag(r) != tag)
		return !(r->bad = true);
	return tlv_next(r, out);
}

bool
tlv_enter(struct tlv_reader *r, uint8_t tag, struct tlv_level *l)
{
	struct head h;

	if (tlv_peek_tag(r) != tag || !head_read(r, &h))
		return !(r->bad = true);
	l->outer = r->end;
	l->outer_indefinite = r->indefinite;
	l->end = h.indefinite ? NULL : r->p + h.len;
	r->indefinite = h.indefinite;
	if (!h.indefinite)
		r->end = l->end;
	return true;
}

bool
tlv_leave(struct tlv_reader *r, const struct tlv_level *l)
{
	if (r->bad)
		return false;
	r->indefinite = l->outer_indefinite;
	if (l->end == NULL)
		return skip_indefinite(r);
	r->p = l->end;
	r->end = l->outer;
	return true;
}

bool
tlv_ok(const struct tlv_reader *r)
{
	return !r->bad;
}

bool
tlv_end(const struct tlv_reader *r)
{
	return !r->bad && r->p == r->end;
}

bool
tlv_put(struct buffer *b, uint8_t tag, struct span value)
{
	uint8_t head[6] = {tag};
	size_t n = 1, k;

	if (value.len < 0x80)
		head[n++] = (uint8_t)value.len;
	else {
		k = value.len < 0x100 ? 1 : value.len < 0x10000 ? 2 : 4;
		head[n++] = (uint8_t)(0x80 | k);
		while (k-- > 0)
			head[n++] = (uint8_t)(value.len >> (8 * k));
	}
	return buffer_add(b, head, n) && buffer_add(b, value.data, value.len);
}
