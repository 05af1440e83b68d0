#include "base/template.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/*
 * The word in braces at *p, which moves behind it; *len is the length of its
 * name.  NULL: no brace opens there.  One that is not closed reaches to the
 * end.
 */
static const char *
word_at(const char **p, size_t *len)
{
	const char *s = *p;

	if (*s == '$' && s[1] == '{')
		s++;
	if (*s != '{')
		return NULL;
	s++;
	*len = strcspn(s, "}");
	*p = s + *len + (s[*len] == '}');
	return s;
}

static const struct template_word *
find(const struct template_word *words, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i].name) == len &&
		    memcmp(words[i].name, name, len) == 0)
			return &words[i];
	return NULL;
}

static enum outcome
check_words(const char *text, const struct template_word *words, size_t n,
    struct reason *why)
{
	char known[REASON_TEXT_MAX / 2] = "";
	const char *word;
	size_t len;

	while (*text != '\0') {
		word = word_at(&text, &len);
		if (word == NULL) {
			text++;
			continue;
		}
		if (word[len] == '}' && find(words, n, word, len) != NULL)
			continue;
		for (size_t i = 0; i < n; i++)
			snprintf(known + strlen(known),
			    sizeof known - strlen(known), "%s{%s}",
			    i == 0 ? "" : ", ", words[i].name);
		return reason_set(why, REASON_SETTINGS,
		    "\"{%.*s}\" is none of %s", (int)len, word, known);
	}
	return DONE;
}

static bool
is_name(const char *s, size_t len)
{
	if (len == 0 || len >= TEMPLATE_NAME || !isalpha((unsigned char)*s))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return true;
}

enum outcome
template_split(const char *line, const struct template_word *words, size_t n,
    char name[TEMPLATE_NAME], const char **text, struct reason *why)
{
	const char *start = line + strspn(line, " \t");
	size_t len = strcspn(start, " \t=");
	const char *equals = start + len + strspn(start + len, " \t");
	enum outcome o;

	if (!is_name(start, len) || *equals != '=')
		return reason_set(why, REASON_SETTINGS,
		    "\"%s\": write \"name = text\"", line);
	equals += 1 + strspn(equals + 1, " \t");
	o = check_words(equals, words, n, why);
	if (o != DONE)
		return o;
	memcpy(name, start, len);
	name[len] = '\0';
	*text = equals;
	return DONE;
}

/* Append, as far as there is room. */
static void
put(const char *s, size_t len, char *out, size_t size)
{
	size_t used = strlen(out), room = size - 1 - used;

	if (len > room)
		len = room;
	memcpy(out + used, s, len);
	out[used + len] = '\0';
}

void
template_expand(const char *text, const struct template_word *words, size_t n,
    char *out, size_t size)
{
	const struct template_word *w;
	const char *word;
	size_t len;

	out[0] = '\0';
	while (*text != '\0') {
		word = word_at(&text, &len);
		if (word == NULL) {
			put(text++, 1, out, size);
			continue;
		}
		w = find(words, n, word, len);
		if (w != NULL)
			put(w->value, strlen(w->value), out, size);
	}
}
