#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

void
text_show(struct span s, char *out, size_t size)
{
	bool blank = false;
	size_t n, len = 0;
	uint32_t c = 0;

	while (s.len > 0) {
		const uint8_t *from = s.data;

		n = utf8_decode(s, &c);
		if (n == 0) {
			from = (const uint8_t *)"?";
			c = '?';
		}
		s.data += n == 0 ? 1 : n;
		s.len -= n == 0 ? 1 : n;
		n = n == 0 ? 1 : n;
		/* A tab or a line end separates words as a blank does. */
		if (c == '\t' || c == '\n' || c == '\r' || c == 0x2028 ||
		    c == 0x2029 || utf8_is_space(c)) {
			blank = len > 0;
			continue;
		}
		if (utf8_is_hidden(c))
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
