#include "cli/quote.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* An output that remembers whether all fitted. */
struct sink {
	char *out;
	size_t size, n;
};

static void
put(struct sink *s, const char *text)
{
	for (; *text != '\0'; text++, s->n++)
		if (s->n < s->size)
			s->out[s->n] = *text;
}

static void
put_char(struct sink *s, char c)
{
	put(s, (const char[]){c, '\0'});
}

static enum outcome
refuse(const char *word, const char *because, struct reason *why)
{
	return reason_set(why, REASON_UNQUOTABLE, "\"%s\" %s", word, because);
}

/* On failure out is "", so that nothing half-quoted is ever printed. */
static enum outcome
finish(struct sink *s, const char *word, enum outcome o, struct reason *why)
{
	if (o == DONE && s->n >= s->size)
		o = refuse(word, "is too long", why);
	s->out[o == DONE ? s->n : 0] = '\0';
	return o;
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if (iscntrl((unsigned char)*s))
			return true;
	return false;
}

enum outcome
quote_sh(const char *word, char *out, size_t size, struct reason *why)
{
	struct sink s = {.out = out, .size = size};
	const char *p;

	if (has_control(word))
		return finish(&s, word,
		    refuse(word, "holds a control character", why), why);
	put_char(&s, '\'');
	for (p = word; *p != '\0'; p++)
		if (*p == '\'')
			put(&s, "'\\''");
		else
			put_char(&s, *p);
	put_char(&s, '\'');
	return finish(&s, word, DONE, why);
}

/* Whether cmd.exe leaves the character alone between double quotes. */
static bool
cmd_is_safe(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= ' ' && u < 0x7f && strchr("\"%!", c) == NULL;
}

enum outcome
quote_cmd(const char *word, char *out, size_t size, struct reason *why)
{
	struct sink s = {.out = out, .size = size};
	enum outcome o = DONE;
	const char *p;

	put_char(&s, '"');
	for (p = word; *p != '\0' && o == DONE; p++) {
		put_char(&s, *p);
		if (!cmd_is_safe(*p))
			o = refuse(word,
			    "holds a character that cmd.exe cannot be given",
			    why);
	}
	if (o == DONE && p > word && p[-1] == '\\')
		o = refuse(word, "ends with a backslash", why);
	put_char(&s, '"');
	return finish(&s, word, o, why);
}

static void
put_octet(struct sink *s, unsigned char c)
{
	char text[4];

	snprintf(text, sizeof text, "\\%02X", c);
	put(s, text);
}

/* At a backslash: how many characters the pair has, or 0. */
static unsigned
pair_length(const char *p)
{
	if (isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2]))
		return 3;
	return p[1] != '\0' && strchr("\\\"+,;<>=# ", p[1]) != NULL ? 2 : 0;
}

enum outcome
quote_dn(const char *dn, char *out, size_t size, struct reason *why)
{
	struct sink s = {.out = out, .size = size};
	const char *p = dn;
	unsigned n;

	if (has_control(dn))
		return finish(
		    &s, dn, refuse(dn, "holds a control character", why), why);
	while (*p != '\0') {
		n = *p == '\\' ? pair_length(p) : 1;
		if (n == 0 || *p == '"')
			return finish(&s, dn,
			    refuse(dn, "is not a name by RFC 4514", why), why);
		if (n == 3)
			for (; n > 0; n--)
				put_char(&s, *p++);
		else if (n == 2 || !cmd_is_safe(*p) || strchr(":;", *p) != NULL)
			put_octet(&s, (unsigned char)p[n - 1]);
		else
			put_char(&s, *p);
		p += n;
	}
	return finish(&s, dn, DONE, why);
}
