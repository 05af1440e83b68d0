#include "base/utf8.h"

struct range {
	uint32_t first, last;
};

static const struct range hidden[] = {
    {0x00, 0x1f},	 /* C0 */
    {0x7f, 0x9f},	 /* DEL, C1 */
    {0xad, 0xad},	 /* soft hyphen */
    {0x34f, 0x34f},	 /* grapheme joiner */
    {0x61c, 0x61c},	 /* Arabic letter mark */
    {0x115f, 0x1160},	 /* Hangul fillers */
    {0x17b4, 0x17b5},	 /* Khmer vowels that are not shown */
    {0x180b, 0x180f},	 /* Mongolian selectors, vowel separator */
    {0x200b, 0x200f},	 /* zero width, directional marks */
    {0x2028, 0x202e},	 /* line ends, embeddings, overrides */
    {0x2060, 0x206f},	 /* joiners, isolates */
    {0x3164, 0x3164},	 /* Hangul filler */
    {0xe000, 0xf8ff},	 /* private use: whatever a font draws */
    {0xfdd0, 0xfdef},	 /* noncharacters */
    {0xfe00, 0xfe0f},	 /* variation selectors */
    {0xfeff, 0xfeff},	 /* byte order mark */
    {0xffa0, 0xffa0},	 /* halfwidth Hangul filler */
    {0xfff0, 0xfffb},	 /* interlinear annotations */
    {0x1d173, 0x1d17a},	 /* musical beams */
    {0xe0000, 0x10ffff}, /* tags, variation selectors, private use */
};

static const struct range spaces[] = {
    {0x20, 0x20},
    {0xa0, 0xa0},
    {0x1680, 0x1680},
    {0x2000, 0x200a},
    {0x202f, 0x202f},
    {0x205f, 0x205f},
    {0x2800, 0x2800}, /* Braille without a dot */
    {0x3000, 0x3000},
};

static bool
is_in(const struct range *table, size_t n, uint32_t c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c >= table[i].first && c <= table[i].last)
			return true;
	return false;
}

size_t
utf8_decode(struct span s, uint32_t *out)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c = s.data[0];
	size_t n, i;

	n = c < 0x80   ? 1
	    : c < 0xc2 ? 0
	    : c < 0xe0 ? 2
	    : c < 0xf0 ? 3
	    : c < 0xf5 ? 4
		       : 0;
	if (n == 0 || n > s.len)
		return 0;
	if (n > 1)
		c &= 0x7fu >> n;
	for (i = 1; i < n; i++) {
		if ((s.data[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s.data[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return n;
}

bool
utf8_is_valid(struct span s)
{
	uint32_t c;
	size_t n;

	for (; s.len > 0; s.data += n, s.len -= n) {
		n = utf8_decode(s, &c);
		if (n == 0)
			return false;
	}
	return true;
}

size_t
utf8_cut(struct span s, size_t units)
{
	struct span rest = s;
	size_t n, cost;
	uint32_t c;

	while (rest.len > 0) {
		n = utf8_decode(rest, &c);
		cost = c > 0xffff ? 2 : 1;
		if (n == 0 || cost > units)
			break;
		units -= cost;
		rest = (struct span){rest.data + n, rest.len - n};
	}
	return s.len - rest.len;
}

bool
utf8_is_hidden(uint32_t c)
{
	/* The last two of every plane are noncharacters. */
	return (c & 0xfffe) == 0xfffe ||
	    is_in(hidden, sizeof hidden / sizeof hidden[0], c);
}

bool
utf8_is_space(uint32_t c)
{
	return is_in(spaces, sizeof spaces / sizeof spaces[0], c);
}
