#include "base/name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

/* Letters with accents by what is below them, from U+00C0 and U+0100 on; a
 * blank where there is no such letter. */
static const char latin_1[] = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTs"
			      "aaaaaaaceeeeiiiidnooooo ouuuuyty";
static const char latin_a[] = "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGg"
			      "GgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
			      "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSs"
			      "SsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* What looks like a Latin letter, and that letter. */
static const struct {
	uint32_t from;
	char to;
} looks[] = {
    /* Cyrillic */
    {0x405, 'S'},
    {0x406, 'I'},
    {0x408, 'J'},
    {0x410, 'A'},
    {0x412, 'B'},
    {0x415, 'E'},
    {0x41a, 'K'},
    {0x41c, 'M'},
    {0x41d, 'H'},
    {0x41e, 'O'},
    {0x420, 'P'},
    {0x421, 'C'},
    {0x422, 'T'},
    {0x423, 'Y'},
    {0x425, 'X'},
    {0x430, 'a'},
    {0x435, 'e'},
    {0x43a, 'k'},
    {0x43e, 'o'},
    {0x440, 'p'},
    {0x441, 'c'},
    {0x443, 'y'},
    {0x445, 'x'},
    {0x455, 's'},
    {0x456, 'i'},
    {0x458, 'j'},
    {0x4ae, 'Y'},
    {0x4af, 'y'},
    {0x4bb, 'h'},
    {0x4c0, 'I'},
    {0x4cf, 'l'},
    {0x501, 'd'},
    {0x51a, 'Q'},
    {0x51b, 'q'},
    {0x51c, 'W'},
    {0x51d, 'w'},
    /* Greek */
    {0x391, 'A'},
    {0x392, 'B'},
    {0x395, 'E'},
    {0x396, 'Z'},
    {0x397, 'H'},
    {0x399, 'I'},
    {0x39a, 'K'},
    {0x39c, 'M'},
    {0x39d, 'N'},
    {0x39f, 'O'},
    {0x3a1, 'P'},
    {0x3a4, 'T'},
    {0x3a5, 'Y'},
    {0x3a7, 'X'},
    {0x3b1, 'a'},
    {0x3b9, 'i'},
    {0x3ba, 'k'},
    {0x3bd, 'v'},
    {0x3bf, 'o'},
    {0x3c1, 'p'},
    {0x3c4, 't'},
    {0x3c5, 'u'},
    {0x3f2, 'c'},
    {0x3f9, 'C'},
    /* Latin that is not */
    {0x251, 'a'},
    {0x261, 'g'},
    {0x269, 'i'},
    {0x26a, 'I'},
    {0x2010, '-'},
    {0x2011, '-'},
    {0x2012, '-'},
    {0x2013, '-'},
    {0x2018, '\''},
    {0x2019, '\''},
    {0x2024, '.'},
    {0x3002, '.'},
    {0xfe52, '.'},
    {0xfe6b, '@'},
    {0xff61, '.'},
};

/* What is written over or around the letter before it. */
static bool
is_mark(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	    (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff);
}

/* The ASCII character for c; 0: there is none. */
static char
plain(uint32_t c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz";
	char found = 0;
	size_t i;

	if (c < 0x80)
		return (char)c;
	if (c >= 0xc0 && c < 0x100)
		found = latin_1[c - 0xc0];
	else if (c >= 0x100 && c < 0x180)
		found = latin_a[c - 0x100];
	else if (c >= 0xff01 && c <= 0xff5e) /* wide */
		found = (char)(c - 0xff01 + '!');
	else if (c >= 0x1d400 && c <= 0x1d6a3) /* mathematical */
		found = letters[(c - 0x1d400) % 52];
	else if (c >= 0x1d7ce && c <= 0x1d7ff)
		found = (char)('0' + (c - 0x1d7ce) % 10);
	else if (c >= 0x24b6 && c <= 0x24e9) /* circled */
		found = letters[c - 0x24b6];
	for (i = 0; i < sizeof looks / sizeof looks[0] && found == 0; i++)
		if (looks[i].from == c)
			found = looks[i].to;
	return found == ' ' ? 0 : found;
}

void
name_plain(const char *name, char out[LIMIT_NAME + 1])
{
	char clean[LIMIT_NAME + 1];
	struct span s;
	size_t n, len = 0;
	uint32_t c = 0;
	char one;

	text_show(span_str(name), clean, sizeof clean);
	for (s = span_str(clean); s.len > 0; s.data += n, s.len -= n) {
		n = utf8_decode(s, &c);
		if (n == 0)
			break; /* text_show() leaves none */
		one = plain(c);
		if (one != 0)
			out[len++] = one;
		else if (!is_mark(c)) {
			memcpy(out + len, s.data, n);
			len += n;
		}
	}
	out[len] = '\0';
}

static void
add(char list[NAME_VARIANTS][LIMIT_NAME + 1], unsigned *n, const char *name)
{
	unsigned i;

	if (name[0] == '\0' || *n == NAME_VARIANTS)
		return;
	for (i = 0; i < *n; i++)
		if (strcmp(list[i], name) == 0)
			return;
	strcpy(list[(*n)++], name);
}

/* "Doe, Jane" of "Jane Doe", and back. */
static void
turn(const char *name, char out[LIMIT_NAME + 1])
{
	const char *comma = strchr(name, ','), *blank = strrchr(name, ' ');

	out[0] = '\0';
	if (comma != NULL)
		snprintf(out, LIMIT_NAME + 1, "%s %.*s",
		    comma + 1 + strspn(comma + 1, " "), (int)(comma - name),
		    name);
	else if (blank != NULL)
		snprintf(out, LIMIT_NAME + 1, "%s, %.*s", blank + 1,
		    (int)(blank - name), name);
}

unsigned
name_variants(const char *name, char out[NAME_VARIANTS][LIMIT_NAME + 1])
{
	char form[LIMIT_NAME + 1], bare[LIMIT_NAME + 1], back[LIMIT_NAME + 1];
	unsigned n = 0;

	text_show(span_str(name), form, sizeof form);
	add(out, &n, form);
	name_plain(name, form);
	add(out, &n, form);
	form[strcspn(form, "([{<|")] = '\0';
	text_show(span_str(form), bare, sizeof bare);
	add(out, &n, bare);
	turn(bare, back);
	add(out, &n, back);
	return n;
}

/* Letters and digits alone, with those that fonts draw alike as one. */
static void
skeleton(const char *name, char out[LIMIT_NAME + 1])
{
	char form[LIMIT_NAME + 1];
	size_t i, n = 0;

	name_plain(name, form);
	for (i = 0; form[i] != '\0'; i++) {
		char c = form[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == 'l' || c == '1' || c == '|')
			c = 'i';
		if (c == '0')
			c = 'o';
		if ((c >= 'a' && c <= 'z') || (c >= '2' && c <= '9') ||
		    (unsigned char)c >= 0x80)
			out[n++] = c;
	}
	out[n] = '\0';
}

bool
name_passes_for(const char *name, const char *other)
{
	char list[NAME_VARIANTS][LIMIT_NAME + 1];
	char a[LIMIT_NAME + 1], b[LIMIT_NAME + 1];
	unsigned i, n = name_variants(name, list);

	skeleton(other, b);
	for (i = 0; i < n; i++) {
		skeleton(list[i], a);
		if (a[0] != '\0' && strcmp(a, b) == 0)
			return true;
	}
	return false;
}

/* Ways to write '@' that people read. */
static const char *const ats[] = {"@", "%40", "&#64", "&#x40", "&commat",
    "(at)", "[at]", "{at}", "<at>", "_at_", "-at-", "*at*"};

/* " at " and a name with a dot in it, or the word for one, behind it. */
static bool
spells_address(const char *s)
{
	const char *at = s, *dot;

	while ((at = strstr(at, " at ")) != NULL) {
		at += 3;
		if (strstr(at, " dot ") != NULL || strstr(at, "(dot)") != NULL)
			return true;
		for (dot = strchr(at, '.'); dot != NULL;
		     dot = strchr(dot + 1, '.'))
			if (dot[-1] != ' ' && dot[1] != ' ' && dot[1] != '\0')
				return true;
	}
	return false;
}

bool
name_holds_address(const char *name)
{
	char lower[LIMIT_NAME + 1], dense[LIMIT_NAME + 1];
	size_t i, n = 0;

	name_plain(name, lower);
	for (i = 0; lower[i] != '\0'; i++) {
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
		if (lower[i] != ' ')
			dense[n++] = lower[i];
	}
	dense[n] = '\0';
	for (i = 0; i < sizeof ats / sizeof ats[0]; i++)
		if (strstr(dense, ats[i]) != NULL)
			return true;
	return spells_address(lower);
}
