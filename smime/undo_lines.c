#include "smime/undo.h"

#include <stdlib.h>
#include <string.h>

/* Write what was there instead of this line; at most one octet more. */
typedef size_t line_change(struct span line, uint8_t *out);

static bool
starts_with(struct span line, const char *word)
{
	size_t n = strlen(word);

	return line.len >= n && memcmp(line.data, word, n) == 0;
}

static size_t
as_it_is(struct span line, uint8_t *out)
{
	memcpy(out, line.data, line.len);
	return line.len;
}

/* Without its first octet when it starts like this. */
static size_t
without_first(struct span line, const char *word, uint8_t *out)
{
	if (starts_with(line, word)) {
		line.data++;
		line.len--;
	}
	return as_it_is(line, out);
}

static size_t
change_from(struct span line, uint8_t *out)
{
	return without_first(line, ">From ", out);
}

static size_t
change_dots(struct span line, uint8_t *out)
{
	return without_first(line, "..", out);
}

static size_t
change_spaces(struct span line, uint8_t *out)
{
	size_t n = as_it_is(line, out);

	if (n == 2 && starts_with(line, "--"))
		out[n++] = ' ';
	return n;
}

/*
 * The whole text, with every line changed and LF as its end; false when the
 * text has nothing to change.  What each line costs is what makes a
 * body of a million lines dear, so that most bodies are not written at all.
 */
static bool
text_write(
    struct span text, const char *needs, line_change *change, struct bytes *out)
{
	const uint8_t *p = text.data, *end = p + text.len, *lf;
	struct span line;

	if (memmem(text.data, text.len, needs, strlen(needs)) == NULL)
		return false;
	/* The shortest line that grows is "--" with its line end. */
	out->data = malloc(2 * text.len + 2);
	if (out->data == NULL)
		return false;
	for (; p < end; p = lf == NULL ? end : lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		line = (struct span){p, (size_t)((lf == NULL ? end : lf) - p)};
		if (lf != NULL && line.len > 0 && p[line.len - 1] == '\r')
			line.len--;
		out->len += change(line, out->data + out->len);
		if (lf != NULL)
			out->data[out->len++] = '\n';
	}
	return true;
}

static bool
is_changed(struct undo *u, const char *needs, line_change *change)
{
	struct bytes b = {NULL, 0};
	bool found;

	found = text_write(u->text, needs, change, &b) &&
	    undo_is(u, &(struct span){b.data, b.len}, 1, 0);
	bytes_clear(&b);
	return found;
}

bool
undo_line_ends(struct undo *u)
{
	struct bytes b = {NULL, 0};
	bool found;

	found = undo_is_plain(u, u->text) ||
	    (text_write(u->text, "\r\n", as_it_is, &b) &&
		undo_is_plain(u, span_bytes(&b)));
	bytes_clear(&b);
	return found;
}

bool
undo_empty_lines(struct undo *u)
{
	struct span s = undo_trim(u->text);
	unsigned n;

	for (n = 0; n <= 2; n++)
		if (undo_is(u, &s, 1, n))
			return true;
	return false;
}

bool
undo_spaces(struct undo *u)
{
	return is_changed(u, "\n--", change_spaces);
}

bool
undo_from(struct undo *u)
{
	return is_changed(u, "\n>From ", change_from);
}

bool
undo_dots(struct undo *u)
{
	return is_changed(u, "\n..", change_dots);
}
