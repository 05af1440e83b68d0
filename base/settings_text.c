#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings_value.h"

void
settings_fault_add(struct settings_faults *f, const char *path, int line,
    const char *format, ...)
{
	struct settings_fault *list =
	    realloc(f->list, (f->n + 1) * sizeof *list);
	char text[1024];
	char *p;
	va_list ap;

	if (list == NULL)
		return;
	f->list = list;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	list[f->n].line = line;
	if (asprintf(&list[f->n].text, "%s:%d: %s",
		path != NULL ? path : "default", line, text) < 0)
		list[f->n].text = NULL;
	f->n++;
}

enum place { CODE, LINE_COMMENT, BLOCK_COMMENT, DOUBLE, SINGLE };

/* Where the character at s takes us. */
static enum place
place_after(enum place at, const char *s, bool starts_word)
{
	switch (at) {
	case CODE:
		if (*s == '"')
			return DOUBLE;
		if (*s == '\'')
			return SINGLE;
		if (*s == '#' || (starts_word && s[0] == '/' && s[1] == '/'))
			return LINE_COMMENT;
		if (starts_word && s[0] == '/' && s[1] == '*')
			return BLOCK_COMMENT;
		return CODE;
	case LINE_COMMENT:
		return *s == '\n' ? CODE : LINE_COMMENT;
	case BLOCK_COMMENT:
		return BLOCK_COMMENT; /* the caller sees its end */
	case DOUBLE:
		return *s == '"' ? CODE : DOUBLE;
	case SINGLE:
		return *s == '\'' ? CODE : SINGLE;
	}
	return CODE;
}

void
settings_text_prepare(
    char *text, const char *path, struct settings_faults *faults)
{
	enum place at = CODE, next;
	bool starts_word = true;
	int line = 1, depth = 0;
	char *s;

	for (s = text; *s != '\0'; s++, at = next) {
		next = place_after(at, s, starts_word);
		starts_word = strchr(" \t\r\n={},", *s) != NULL;
		if (at == CODE && next == CODE)
			depth += (*s == '{') - (*s == '}');
		if (*s == '\n') {
			line++;
		} else if (at == BLOCK_COMMENT && s[0] == '*' && s[1] == '/') {
			*s++ = ' ';
			*s = ' ';
			next = CODE;
		} else if (at == CODE && next == BLOCK_COMMENT) {
			*s++ = ' '; /* its star ends nothing */
			*s = ' ';
		} else if (next == LINE_COMMENT || next == BLOCK_COMMENT) {
			*s = ' ';
		} else if (s[0] == '$' && s[1] == '{' && next != SINGLE) {
			settings_fault_add(faults, path, line,
			    "${...} is not replaced here; write the value");
		} else if (*s == '\\' && (at == DOUBLE || at == SINGLE) &&
		    s[1] != '\0' && s[1] != '\n') {
			s++; /* what is escaped ends nothing */
		}
	}
	if (depth > 0 && at != DOUBLE && at != SINGLE)
		settings_fault_add(faults, path, line,
		    "the end of the file, but a section is still open; "
		    "close it with }");
}
