#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

/*
 * The SQL functions holds(der, address), and blot(text, address): the text,
 * with what stands in the place of every occurrence of the address as a word of
 * its own, in any case.
 */
static const char instead[] = "[forgotten]";

/* What an address may go on with: then it is another one. */
static bool
goes_on(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	    c == '.' || c == '-' || c == '_' || c == '+';
}

/* What else a local part may have in its middle (RFC 5322, atext), as o'neil
 * has; not where it is but a quote.  A name goes before "=", as in a DN, and a
 * path before "/". */
static bool
goes_on_inside(const char *text, const char *at)
{
	return at - text >= 2 && strchr("'!#$%&*?^`{|}~", at[-1]) != NULL &&
	    goes_on(at[-2]);
}

static bool
is_word(const char *text, const char *at, size_t len)
{
	const char *end = at + len;

	if (at > text && (goes_on(at[-1]) || goes_on_inside(text, at)))
		return false;
	/* the full stop of a sentence */
	if (end[0] == '.')
		return !goes_on(end[1]) || end[1] == '.';
	return !goes_on(end[0]);
}

/* The first occurrence as a word; NULL: none. */
static const char *
find_word(const char *text, const char *from, const char *address, size_t len)
{
	for (; (from = strcasestr(from, address)) != NULL; from++)
		if (is_word(text, from, len))
			return from;
	return NULL;
}

char *
blot_text(const char *text, const char *address)
{
	size_t len = strlen(address);
	const char *from = text, *at;
	struct buffer out;
	bool fits = true;

	buffer_init(&out, 16u * 1024 * 1024);
	while (fits && (at = find_word(text, from, address, len)) != NULL) {
		fits = buffer_add(&out, from, (size_t)(at - from)) &&
		    buffer_add(&out, instead, sizeof instead - 1);
		from = at + len;
	}
	fits = fits && buffer_add(&out, from, strlen(from) + 1);
	if (fits)
		return (char *)out.data; /* the caller's now */
	buffer_clear(&out);
	return NULL;
}

static void
blot(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const char *address = (const char *)sqlite3_value_text(values[1]);
	char *made;

	(void)n;
	if (text == NULL || address == NULL || address[0] == '\0') {
		sqlite3_result_value(context, values[0]);
		return;
	}
	made = blot_text(text, address);
	if (made == NULL)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_text(context, made, -1, free);
}

/* Whether the octets before and behind make it a part of something longer; in
 * DER its length stands before it. */
static bool
is_part(struct span der, size_t at, size_t len)
{
	return (at > 0 && der.data[at - 1] != len &&
		   goes_on((char)der.data[at - 1])) ||
	    (at + len < der.len && goes_on((char)der.data[at + len]) &&
		der.data[at + len] < 0x80);
}

/* holds(der, address): whether a certificate names it. */
static void
holds(sqlite3_context *context, int n, sqlite3_value **values)
{
	const struct span der = {sqlite3_value_blob(values[0]),
	    (size_t)sqlite3_value_bytes(values[0])};
	const char *address = (const char *)sqlite3_value_text(values[1]);
	size_t len = address == NULL ? 0 : strlen(address), i;
	bool found = false;

	(void)n;
	for (i = 0; len > 0 && i + len <= der.len && !found; i++)
		found = strncasecmp((const char *)der.data + i, address, len) ==
			0 &&
		    !is_part(der, i, len);
	sqlite3_result_int(context, found);
}

enum outcome
blot_register(struct store *s, struct reason *why)
{
	int code = sqlite3_create_function(s->db, "blot", 2,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, blot,
	    NULL, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_create_function(s->db, "holds", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
		    NULL, holds, NULL, NULL);

	return code == SQLITE_OK ? DONE : store_failed(s, why, code);
}
