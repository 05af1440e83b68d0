#include "pki/der.h"

/* Room for any length that fits a certificate or a signature. */
#define LENGTH_BYTES 4

/* The length octets: X.690 section 10.1, the fewest that hold it. */
static bool
length_read(struct span *s, size_t *out)
{
	size_t n, i, len = 0;

	if (s->len == 0)
		return false;
	n = s->data[0];
	s->data++;
	s->len--;
	if (n < 0x80) {
		*out = n;
		return true;
	}
	n &= 0x7f;
	if (n == 0 || n > LENGTH_BYTES || n > s->len || s->data[0] == 0)
		return false;
	for (i = 0; i < n; i++)
		len = len << 8 | s->data[i];
	if (len < 0x80)
		return false;
	s->data += n;
	s->len -= n;
	*out = len;
	return true;
}

bool
der_next(struct span *rest, struct der *out)
{
	struct span s = *rest;
	size_t len;

	/* A number in the tag's low bits of 31 means more bytes: not here. */
	if (s.len < 2 || (s.data[0] & 0x1f) == 0x1f)
		return false;
	out->tag = s.data[0];
	s.data++;
	s.len--;
	if (!length_read(&s, &len) || len > s.len)
		return false;
	out->content = (struct span){s.data, len};
	out->whole =
	    (struct span){rest->data, (size_t)(s.data - rest->data) + len};
	rest->len -= out->whole.len;
	rest->data += out->whole.len;
	return true;
}

bool
der_expect(struct span *rest, unsigned tag, struct der *out)
{
	struct span s = *rest;

	if (!der_next(&s, out) || out->tag != tag)
		return false;
	*rest = s;
	return true;
}

unsigned
der_integer_bits(struct span content)
{
	unsigned bits;
	uint8_t top;

	if (content.len == 0 || (content.data[0] & 0x80) != 0)
		return 0;
	if (content.data[0] == 0) {
		if (content.len == 1 || (content.data[1] & 0x80) == 0)
			return 0;
		content.data++;
		content.len--;
	}
	/* A length that a 32-bit count of bits holds. */
	if (content.len > UINT32_MAX / 8)
		return 0;
	bits = (unsigned)(content.len - 1) * 8;
	for (top = content.data[0]; top != 0; top >>= 1)
		bits++;
	return bits;
}
