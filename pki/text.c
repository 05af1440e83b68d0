#include "pki/text.h"

#include <stdbool.h>
#include <string.h>

/*
 * Decode the character at s (RFC 3629) and return its length; 0: no
 * character starts here.
 */
static size_t
character(struct span s, uint32_t *out)
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

/* First and last of the characters that are never shown. */
static const struct {
	uint32_t first, last;
} hidden[] = {
    {0x00, 0x1f},	/* C0 */
    {0x7f, 0x9f},	/* DEL, C1 */
    {0xad, 0xad},	/* soft hyphen */
    {0x61c, 0x61c},	/* Arabic letter mark */
    {0x180e, 0x180e},	/* Mongolian vowel separator */
    {0x200b, 0x200f},	/* zero width, directional marks */
    {0x2028, 0x202e},	/* line ends, embeddings, overrides */
    {0x2060, 0x206f},	/* joiners, isolates */
    {0xfe00, 0xfe0f},	/* variation selectors */
    {0xfeff, 0xfeff},	/* byte order mark */
    {0xfff9, 0xfffb},	/* interlinear annotations */
    {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

static bool
is_hidden(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	return false;
}

void
text_show(struct span s, char *out, size_t size)
{
	bool blank = false;
	size_t n, len = 0;
	uint32_t c = 0;

	while (s.len > 0) {
		const uint8_t *from = s.data;

		n = character(s, &c);
		if (n == 0) {
			from = (const uint8_t *)"?";
			c = '?';
		}
		s.data += n == 0 ? 1 : n;
		s.len -= n == 0 ? 1 : n;
		n = n == 0 ? 1 : n;
		/* A tab or a line end separates words as a blank does. */
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
		    c == 0xa0) {
			blank = len > 0;
			continue;
		}
		if (is_hidden(c))
			continue;
		if (len + blank + n >= size)
			break;
		if (blank)
			out[len++] = ' ';
		blank = false;
		memcpy(out + len, from, n);
		len += n;
	}
	out[len] = '\0';
}
