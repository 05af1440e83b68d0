#ifndef CLI_CSV_H
#define CLI_CSV_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Fields of comma-separated values, RFC 4180, that a spreadsheet opens without
 * executing a stranger's words: every field is quoted, on one line, and a
 * leading character that would begin a formula has an apostrophe in front.
 */

/* Write the fields as one line into out, whose size must be at least
 * CSV_SIZE(n); what is too long is cut.  Returns out. */
char *csv_line(const char *const *fields, size_t n, char *out, size_t size);

/* Whether Excel, LibreOffice or another one takes it for a formula. */
bool csv_is_formula(const char *s);

/* Enough for n fields of the longest kind. */
#define CSV_FIELD 2200
#define CSV_SIZE(n) ((n) * (CSV_FIELD + 1) + 1)

#endif
