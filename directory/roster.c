#include "directory/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/file.h"

static enum outcome
keep(struct roster *r, const char *canonical, struct reason *why)
{
	char **larger;

	if (r->n == LIMIT_ROSTER)
		return reason_set(
		    why, REASON_SETTINGS, "more than %d entries", LIMIT_ROSTER);
	if (r->n == r->room) {
		size_t room = r->room == 0 ? 64 : 2 * r->room;

		larger = realloc(r->entries, room * sizeof *larger);
		if (larger == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
		r->entries = larger;
		r->room = room;
	}
	r->entries[r->n] = strdup(canonical);
	if (r->entries[r->n] == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	r->n++;
	return DONE;
}

/* REFUSED: it is neither an address nor a domain. */
static enum outcome
add(struct roster *r, struct span entry, struct reason *why)
{
	char canonical[ADDRESS_SIZE + 1] = ".";
	bool below = entry.len > 0 && entry.data[0] == '.';
	enum outcome o;

	if (entry.len > 0 && memchr(entry.data, '@', entry.len) != NULL)
		o = address_canonical(entry, canonical, why);
	else
		o = address_domain(
		    (struct span){entry.data + below, entry.len - below},
		    canonical + below, why);
	return o == DONE ? keep(r, canonical, why) : o;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && is_blank(s.data[0]))
		s = (struct span){s.data + 1, s.len - 1};
	while (s.len > 0 && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

/* # begins a comment at the start of a line and behind a blank; addresses may
 * have one within. */
static struct span
without_comment(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '#' &&
		    (i == 0 || is_blank(line.data[i - 1])))
			line.len = i;
	return line;
}

/* The first column.  A quoted one ends with its quote: no entry has any. */
static struct span
first_column(struct span line)
{
	size_t i;

	line = trim(line);
	if (line.len > 0 && line.data[0] == '"') {
		line = (struct span){line.data + 1, line.len - 1};
		for (i = 0; i < line.len && line.data[i] != '"'; i++)
			;
	} else
		for (i = 0;
		     i < line.len && strchr(",;\t", line.data[i]) == NULL; i++)
			;
	line.len = i;
	return trim(line);
}

/* local_domain#EXT#@tenant: no domain has an underscore, so the last one
 * stands for the '@'.  false: it is no such name, or too long for one. */
static bool
guest(struct span entry, char out[ADDRESS_SIZE])
{
	static const char mark[] = "#EXT#@";
	const uint8_t *end =
	    memmem(entry.data, entry.len, mark, sizeof mark - 1);
	size_t len = end == NULL ? 0 : (size_t)(end - entry.data);
	char *at;

	if (len == 0 || len >= ADDRESS_SIZE)
		return false;
	memcpy(out, entry.data, len);
	out[len] = '\0';
	at = strrchr(out, '_');
	if (at != NULL)
		*at = '@';
	return at != NULL;
}

/* One line; number counts from 1.  REFUSED: no entry. */
static enum outcome
add_line(struct roster *r, struct span line, unsigned number, bool *heading,
    struct reason *why)
{
	struct span entry = first_column(without_comment(line));
	char address[ADDRESS_SIZE];
	enum outcome o;

	if (entry.len == 0)
		return DONE;
	if (*heading && memchr(entry.data, '@', entry.len) == NULL &&
	    memchr(entry.data, '.', entry.len) == NULL)
		o = DONE;
	else if (guest(entry, address))
		o = add(r, span_str(address), why);
	else
		o = add(r, entry, why);
	*heading = false;
	if (o == REFUSED)
		(void)reason_set(why, REASON_SETTINGS,
		    "%u: \"%.*s\" is neither an address nor a domain", number,
		    entry.len > 80 ? 80 : (int)entry.len,
		    (const char *)entry.data);
	return o;
}

static bool
line_next(struct span *rest, struct span *line)
{
	const uint8_t *lf;

	if (rest->len == 0)
		return false;
	lf = memchr(rest->data, '\n', rest->len);
	line->data = rest->data;
	line->len = lf == NULL ? rest->len : (size_t)(lf - rest->data);
	rest->data += line->len + (lf != NULL);
	rest->len -= line->len + (lf != NULL);
	return true;
}

/* All lines, so that it can be told how many are wrong. */
static enum outcome
add_lines(
    struct roster *r, struct span rest, const char *path, struct reason *why)
{
	struct reason first, one;
	unsigned number = 0, wrong = 0;
	bool heading = true;
	struct span line;
	enum outcome o;

	reason_clear(&first);
	while (line_next(&rest, &line)) {
		o = add_line(r, line, ++number, &heading, &one);
		if (o == REFUSED && wrong++ == 0)
			first = one;
		else if (o != DONE && o != REFUSED)
			return reason_set(
			    why, one.code, "%s:%u: %s", path, number, one.text);
	}
	if (wrong > 1)
		return reason_set(why, REASON_SETTINGS, "%s:%s, and %u more",
		    path, first.text, wrong - 1);
	if (wrong == 1)
		return reason_set(
		    why, REASON_SETTINGS, "%s:%s", path, first.text);
	return DONE;
}

enum outcome
roster_read_file(struct roster *r, const char *path, struct reason *why)
{
	struct bytes text = {NULL, 0};
	struct reason inner;
	struct span s;
	enum outcome o;

	o = file_read(path, LIMIT_ROSTER_BYTES, &text, &inner);
	if (o == NOTHING)
		return reason_set(
		    why, REASON_SETTINGS, "%s:0: there is no such file", path);
	if (o != DONE)
		return reason_set(
		    why, REASON_SETTINGS, "%s:0: %s", path, inner.text);
	s = span_bytes(&text);
	if (s.len >= 3 && memcmp(s.data, "\xef\xbb\xbf", 3) == 0)
		s = (struct span){s.data + 3, s.len - 3};
	if (s.len >= 2 &&
	    (memcmp(s.data, "\xff\xfe", 2) == 0 ||
		memcmp(s.data, "\xfe\xff", 2) == 0))
		o = reason_set(why, REASON_SETTINGS,
		    "%s:1: this is UTF-16; save it as UTF-8", path);
	else
		o = add_lines(r, s, path, why);
	bytes_clear(&text);
	return o;
}

enum outcome
roster_read(const struct settings *s, const char *section, const char *name,
    struct roster *out, struct reason *why)
{
	size_t i, n = settings_count(s, section, name);
	struct reason inner;
	enum outcome o;

	for (i = 0; i < n; i++) {
		const char *entry = settings_peek_at(s, section, name, i);

		o = entry[0] == '/' ? roster_read_file(out, entry, &inner)
				    : add(out, span_str(entry), &inner);
		if (o == LATER)
			return reason_set(why, inner.code, "%s", inner.text);
		if (o != DONE)
			return settings_object(
			    s, section, name, why, "%s", inner.text);
	}
	roster_sort(out);
	return DONE;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
roster_sort(struct roster *r)
{
	if (r->n > 0)
		qsort(r->entries, r->n, sizeof *r->entries, compare);
}

static bool
has(const struct roster *r, const char *entry)
{
	return r->n > 0 &&
	    bsearch(&entry, r->entries, r->n, sizeof *r->entries, compare) !=
	    NULL;
}

bool
roster_has(const struct roster *r, const char *address)
{
	const char *at = address_peek_domain(address);

	if (has(r, address) || has(r, at))
		return true;
	for (at = strchr(at, '.'); at != NULL; at = strchr(at + 1, '.'))
		if (has(r, at))
			return true;
	return false;
}

void
roster_clear(struct roster *r)
{
	while (r->n > 0)
		free(r->entries[--r->n]);
	free(r->entries);
	*r = (struct roster){.entries = NULL};
}
