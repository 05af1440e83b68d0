#include <stdlib.h>
#include <string.h>

#include "cli/mta.h"

/* The end of the line at at: behind its LF, or the end of text. */
static size_t
line_end(struct span text, size_t at)
{
	const uint8_t *lf = memchr(text.data + at, '\n', text.len - at);

	return lf ? (size_t)(lf - text.data) + 1 : text.len;
}

/* The end of the field at at, with its continuation lines. */
static size_t
field_end(struct span text, size_t at)
{
	do {
		at = line_end(text, at);
	} while (
	    at < text.len && (text.data[at] == ' ' || text.data[at] == '\t'));
	return at;
}

static bool
is_empty_line(struct span text, size_t at)
{
	return text.data[at] == '\n' ||
	    (text.data[at] == '\r' && at + 1 < text.len &&
		text.data[at + 1] == '\n');
}

/*
 * The value from colon to end as mail servers send it: its lines separated
 * by LF, without the last line end, a NUL behind.  Done in place.
 */
static struct span
value_of(uint8_t *data, size_t colon, size_t end)
{
	size_t from = colon + 1, to = from, i;

	while (end > from && (data[end - 1] == '\n' || data[end - 1] == '\r'))
		end--;
	for (i = from; i < end; i++)
		if (data[i] != '\r' && data[i] != '\0')
			data[to++] = data[i];
	/* There was a line end, or the spare byte behind the text. */
	data[to] = '\0';
	return (struct span){data + from, to - from};
}

static bool
add_header(struct mta_message *m, struct span name, struct span value)
{
	size_t room = m->n_headers;

	/* Grow at the powers of two. */
	if ((room & (room - 1)) == 0) {
		room = room ? 2 * room : 1;
		m->names = realloc(m->names, room * sizeof *m->names);
		m->values = realloc(m->values, room * sizeof *m->values);
		if (!m->names || !m->values)
			return false;
	}
	m->names[m->n_headers] = name;
	m->values[m->n_headers++] = value;
	return true;
}

/* The body with CRLF at the end of every line, as it goes over SMTP. */
static bool
make_body(struct mta_message *m, struct span raw)
{
	size_t lines = 0, to = 0, i;
	uint8_t *data;

	for (i = 0; i < raw.len; i++)
		lines += raw.data[i] == '\n';
	data = malloc(raw.len + lines + 1);
	if (!data)
		return false;
	for (i = 0; i < raw.len; i++) {
		if (raw.data[i] == '\n' && (i == 0 || raw.data[i - 1] != '\r'))
			data[to++] = '\r';
		data[to++] = raw.data[i];
	}
	m->body = (struct bytes){data, to};
	return true;
}

static bool
split(struct mta_message *m)
{
	struct span text = span_bytes(&m->text);
	size_t at = 0, end;
	uint8_t *colon;

	while (at < text.len && !is_empty_line(text, at)) {
		end = field_end(text, at);
		colon = memchr(text.data + at, ':', end - at);
		if (!colon || colon == text.data + at)
			break; /* not a header: the body begins */
		if (!add_header(m,
			(struct span){
			    text.data + at, (size_t)(colon - text.data) - at},
			value_of(
			    m->text.data, (size_t)(colon - text.data), end)))
			return false;
		at = end;
	}
	if (at < text.len && is_empty_line(text, at))
		at = line_end(text, at);
	return make_body(m, (struct span){text.data + at, text.len - at});
}

enum outcome
mta_message_init(
    struct mta_message *out, struct bytes *text, struct reason *why)
{
	uint8_t *data;

	memset(out, 0, sizeof *out);
	data = realloc(text->data, text->len + 1); /* for the last NUL */
	if (!data) {
		bytes_clear(text);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	out->text = (struct bytes){data, text->len};
	text->data = NULL;
	text->len = 0;
	if (split(out))
		return DONE;
	return reason_set(why, REASON_MEMORY, "out of memory");
}
