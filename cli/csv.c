#include "cli/csv.h"

#include <string.h>

#include "base/text.h"

/* Excel, LibreOffice and others take these for the start of a formula. */
static const char formula[] = "=+-@\t\r";

/* The field into at, which has room for CSV_FIELD bytes; how many were. */
static size_t
field_write(const char *field, char *at)
{
	char clean[CSV_FIELD / 2 - 4];
	size_t used = 0;
	const char *s;

	text_show(span_str(field), clean, sizeof clean);
	at[used++] = '"';
	if (clean[0] != '\0' && strchr(formula, clean[0]) != NULL)
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
