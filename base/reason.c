#include "base/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum outcome outcome;
	const char *advice;
} table[] = {
#define REASON(code, name, outcome, advice)                                    \
	[REASON_##code] = {name, outcome, advice},
#include "base/reason.def"
#undef REASON
};

/*
 * Bytes at p of a character that commands a terminal or turns the reading
 * direction: C1 controls, and what log.c writes as \uNNNN.  0: none.
 */
static size_t
trick(const unsigned char *p)
{
	if ((p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) ||
	    (p[0] == 0xd8 && p[1] == 0x9c))
		return 2;
	if (p[0] == 0xe2 && p[1] == 0x80 &&
	    ((p[2] >= 0x8e && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 3;
	if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		return 3;
	return 0;
}

/*
 * The sentence may quote a stranger: what could split a line or move a
 * terminal's cursor goes, and a multibyte character that vsnprintf() cut
 * in the middle goes with it.
 */
static void
text_clean(char *s)
{
	size_t n = strlen(s), tail = n;
	unsigned char *p, c;

	for (p = (unsigned char *)s; *p != 0; p++)
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else
			memset(p, '?', trick(p));
	if (n < REASON_TEXT_MAX)
		return;
	while (tail > 0 && ((unsigned char)s[tail - 1] & 0xc0) == 0x80)
		tail--;
	if (tail == 0 || (unsigned char)s[tail - 1] < 0xc0)
		return;
	c = (unsigned char)s[tail - 1];
	if (n - (tail - 1) < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u))
		s[tail - 1] = '\0';
}

enum outcome
reason_set(struct reason *why, enum reason_code code, const char *format, ...)
{
	va_list ap;

	if (why != NULL) {
		why->code = code;
		va_start(ap, format);
		vsnprintf(why->text, sizeof why->text, format, ap);
		va_end(ap);
		text_clean(why->text);
	}
	return table[code].outcome;
}

void
reason_clear(struct reason *why)
{
	why->code = REASON_OK;
	why->text[0] = '\0';
}

const char *
reason_name(enum reason_code code)
{
	return table[code].name;
}

enum outcome
reason_outcome(enum reason_code code)
{
	return table[code].outcome;
}

const char *
reason_advice(enum reason_code code)
{
	return table[code].advice;
}

enum outcome
reason_parse(const char *name, enum reason_code *out)
{
	unsigned i;

	for (i = 0; i < REASON_COUNT; i++)
		if (strcmp(name, table[i].name) == 0) {
			*out = (enum reason_code)i;
			return DONE;
		}
	return REFUSED;
}
