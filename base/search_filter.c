#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/search_filter.h"

struct reading {
	const char *start, *at;
	const char *error; /* NULL: none so far */
	unsigned depth;
	bool others; /* an item that only a server can evaluate */
	search_filter_look *look;
	void *arg;
};

static bool
fail(struct reading *r, const char *error)
{
	if (r->error == NULL)
		r->error = error;
	return false;
}

/* RFC 4512 section 2.5: a name or an OID, and options; with ":" all of an
 * extensible match. */
static void
read_attribute(struct reading *r, struct search_filter_item *item)
{
	size_t n = 0;

	while (n + 1 < sizeof item->attribute &&
	    (isalnum((unsigned char)*r->at) ||
		(*r->at != '\0' && strchr("-.;:", *r->at) != NULL)))
		item->attribute[n++] = *r->at++;
	item->attribute[n] = '\0';
	if (n == 0)
		fail(r, "an attribute is missing");
}

/* What stands between attribute and value. */
static void
read_operator(struct reading *r, struct search_filter_item *item)
{
	bool simple = strchr(item->attribute, ':') == NULL;

	if (*r->at != '\0' && strchr("<>~", *r->at) != NULL) {
		simple = false;
		r->at++;
	}
	if (*r->at != '=') {
		fail(r, "\"=\" is missing");
		return;
	}
	r->at++;
	item->test = simple ? SEARCH_FILTER_EQUAL : SEARCH_FILTER_OTHER;
	r->others = r->others || !simple;
}

static int
hex_of(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at =
	    c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* One octet of a value: itself, or a backslash and two digits. */
static char
read_octet(struct reading *r)
{
	int high, low;

	if (*r->at != '\\')
		return *r->at++;
	high = hex_of(r->at[1]);
	low = high >= 0 ? hex_of(r->at[2]) : -1;
	if (low < 0 || high + low == 0) {
		fail(r, "a backslash needs two hexadecimal digits behind it");
		return '?';
	}
	r->at += 3;
	return (char)(high * 16 + low);
}

static void
read_value(struct reading *r, struct search_filter_item *item)
{
	size_t n = 0;

	item->n = 1;
	while (*r->at != ')' && r->error == NULL) {
		if (*r->at == '\0' || *r->at == '(')
			fail(r, "\")\" is missing");
		else if (*r->at == '*' && item->n == SEARCH_FILTER_PIECES)
			fail(r, "too many stars");
		else if (*r->at == '*') {
			item->pieces[item->n - 1][n] = '\0';
			item->n++;
			n = 0;
			r->at++;
		} else if (n + 1 == SEARCH_FILTER_VALUE)
			fail(r, "a value is too long");
		else
			item->pieces[item->n - 1][n++] = read_octet(r);
	}
	item->pieces[item->n - 1][n] = '\0';
	if (item->test == SEARCH_FILTER_EQUAL && item->n == 2 &&
	    item->pieces[0][0] == '\0' && item->pieces[1][0] == '\0')
		item->test = SEARCH_FILTER_PRESENT;
}

static bool
read_item(struct reading *r)
{
	struct search_filter_item item;

	read_attribute(r, &item);
	if (r->error == NULL)
		read_operator(r, &item);
	if (r->error == NULL)
		read_value(r, &item);
	return r->error == NULL && item.test != SEARCH_FILTER_OTHER &&
	    r->look != NULL && r->look(r->arg, &item);
}

static bool read_filter(struct reading *r);

/* RFC 4526: none are true together, and of none none is true. */
static bool
read_list(struct reading *r, bool all)
{
	bool value = all;

	r->at++;
	while (*r->at == '(' && r->error == NULL) {
		bool one = read_filter(r);

		value = all ? value && one : value || one;
	}
	return value;
}

static bool
read_inner(struct reading *r)
{
	switch (*r->at) {
	case '&':
		return read_list(r, true);
	case '|':
		return read_list(r, false);
	case '!':
		r->at++;
		return !read_filter(r);
	default:
		return read_item(r);
	}
}

/* Recursion, as deep as SEARCH_FILTER_DEPTH. */
static bool
read_filter(struct reading *r)
{
	bool value;

	if (*r->at != '(')
		return fail(r, "\"(\" is missing");
	if (++r->depth > SEARCH_FILTER_DEPTH)
		return fail(r, "too many brackets within brackets");
	r->at++;
	value = read_inner(r);
	if (r->error != NULL)
		return false;
	if (*r->at != ')')
		return fail(r, "\")\" is missing");
	r->at++;
	r->depth--;
	return value;
}

static bool
read_whole(struct reading *r, const char *filter)
{
	bool value;

	r->start = r->at = filter;
	value = read_filter(r);
	if (r->error == NULL && *r->at != '\0')
		fail(r, "there is something behind the last \")\"");
	return r->error == NULL && value;
}

enum outcome
search_filter_check(const char *filter, bool *local, struct reason *why)
{
	struct reading r = {.look = NULL};

	(void)read_whole(&r, filter);
	if (r.error != NULL)
		return reason_set(why, REASON_SETTINGS,
		    "character %zu of the filter \"%s\": %s",
		    (size_t)(r.at - r.start) + 1, filter, r.error);
	*local = !r.others;
	return DONE;
}

bool
search_filter_matches(const char *filter, search_filter_look *look, void *arg)
{
	struct reading r = {.look = look, .arg = arg};

	return read_whole(&r, filter);
}

static bool
is_at(struct span value, size_t at, const char *piece)
{
	size_t len = strlen(piece);

	return at + len <= value.len &&
	    strncasecmp((const char *)value.data + at, piece, len) == 0;
}

/* The first piece at the start, the last one at the end, the others in their
 * order in between. */
bool
search_filter_fits(const struct search_filter_item *item, struct span value)
{
	const char *last = item->pieces[item->n - 1];
	size_t at = strlen(item->pieces[0]), end;

	if (item->test == SEARCH_FILTER_PRESENT)
		return true;
	if (item->test == SEARCH_FILTER_OTHER ||
	    !is_at(value, 0, item->pieces[0]))
		return false;
	if (item->n == 1)
		return value.len == at;
	if (value.len < at + strlen(last))
		return false;
	end = value.len - strlen(last);
	for (unsigned i = 1; i + 1 < item->n; i++) {
		while (at <= end && !is_at(value, at, item->pieces[i]))
			at++;
		at += strlen(item->pieces[i]);
	}
	return at <= end && is_at(value, end, last);
}
