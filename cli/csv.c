#include "cli/csv.h"

#include <string.h>

#include "base/text.h"

/* The wide forms are taken for one where the locale is an East Asian one. */
static const char *const formula[] = {"=", "+", "-", "@", "\xef\xbc\x9d",
    "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

bool
csv_is_formula(const char *s)
{
	for (size_t i = 0; i < sizeof formula / sizeof formula[0]; i++)
		if (strncmp(s, formula[i], strlen(formula[i])) == 0)
			return true;
	return false;
}

/* The field into at, which has room for CSV_FIELD bytes; how many were. */
static size_t
field_write(const char *field, char *at)
{
	char clean[CSV_FIELD / 2 - 4];
	size_t used = 0;
	const char *s;

	text_show(span_str(field), clean, sizeof clean);
	at[used++] = '"';
	if (csv_is_formula(clean))
		at[used++] = '\'';
	for (s = clean; *s != '\0'; s++) {
		if (*s == '"')
			at[used++] = '"';
		at[used++] = *s;
	}
	at[used++] = '"';
	return used;
}

char *
csv_line(const char *const *fields, size_t n, char *out, size_t size)
{
	size_t used = 0, i;

	for (i = 0; i < n && used + CSV_FIELD + 2 <= size; i++) {
		if (i > 0)
			out[used++] = ',';
		used += field_write(fields[i], out + used);
	}
	out[used] = '\0';
	return out;
}
