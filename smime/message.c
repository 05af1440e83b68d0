#include "smime/message.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

static const struct {
	const char *name;
	size_t len;
} names[MESSAGE_FIELDS] = {
    [MESSAGE_FROM] = {"from", 4},
    [MESSAGE_CONTENT_TYPE] = {"content-type", 12},
    [MESSAGE_ENCODING] = {"content-transfer-encoding", 25},
    [MESSAGE_DISPOSITION] = {"content-disposition", 19},
    [MESSAGE_ID] = {"message-id", 10},
};

static const struct {
	size_t fields;
	size_t bytes;
} caps[] = {
    [MESSAGE_MAIL] = {LIMIT_HEADERS, LIMIT_HEADER_BYTES},
    [MESSAGE_PART] = {LIMIT_HEADERS, LIMIT_PART_HEADERS},
};

/*
 * The line at the start of *rest without its line end, which is skipped.
 * false: no line end before the end, or a CR elsewhere than in a line end.
 */
static bool
line_next(struct span *rest, struct span *line)
{
	const uint8_t *lf = memchr(rest->data, '\n', rest->len);
	size_t len = lf == NULL ? rest->len : (size_t)(lf - rest->data);

	*line = (struct span){rest->data, len};
	rest->data += lf == NULL ? len : len + 1;
	rest->len -= lf == NULL ? len : len + 1;
	if (lf != NULL && len > 0 && line->data[len - 1] == '\r')
		line->len--;
	return line->len == 0 ||
	    (memchr(line->data, '\r', line->len) == NULL &&
		memchr(line->data, 0, line->len) == NULL);
}

/*
 * A field's name: printable ASCII up to the colon.  White space before the
 * colon is obsolete syntax (RFC 5322 section 4.5) that mail programs obey.
 */
static bool
name_of(struct span line, size_t *name, size_t *colon)
{
	const uint8_t *c = memchr(line.data, ':', line.len);
	size_t i;

	if (c == NULL || c == line.data)
		return false;
	*colon = (size_t)(c - line.data);
	*name = *colon;
	while (*name > 0 &&
	    (line.data[*name - 1] == ' ' || line.data[*name - 1] == '\t'))
		(*name)--;
	for (i = 0; i < *name; i++)
		if (line.data[i] <= ' ' || line.data[i] >= 0x7f)
			return false;
	return *name > 0;
}

/* Count the field that starts with this line if it is one of ours. */
static struct message_value *
field_note(struct message *m, struct span line, size_t name, size_t colon)
{
	struct message_value *v;
	unsigned f;

	for (f = 0; f < MESSAGE_FIELDS; f++) {
		if (name != names[f].len ||
		    strncasecmp((const char *)line.data, names[f].name, name) !=
			0)
			continue;
		v = &m->fields[f];
		if (v->n++ > 0)
			return NULL;
		v->raw =
		    (struct span){line.data + colon + 1, line.len - colon - 1};
		return v;
	}
	return NULL;
}

bool
message_next(struct span *rest, struct span *name, struct span *value)
{
	struct span line, after;
	size_t name_len, colon;

	while (rest->len > 0) {
		if (!line_next(rest, &line) || line.len == 0)
			return false;
		if (!name_of(line, &name_len, &colon))
			continue;
		*name = (struct span){line.data, name_len};
		*value =
		    (struct span){line.data + colon + 1, line.len - colon - 1};
		while (rest->len > 0 &&
		    (rest->data[0] == ' ' || rest->data[0] == '\t')) {
			after = *rest;
			if (!line_next(&after, &line))
				return false;
			value->len =
			    (size_t)(line.data - value->data) + line.len;
			*rest = after;
		}
		return true;
	}
	return false;
}

/* An mbox separator in front, as saved mail has it; "From :" is a field. */
static void
skip_envelope(struct span *rest)
{
	struct span after = *rest, line;
	size_t name, colon;

	if (rest->len > 5 && memcmp(rest->data, "From ", 5) == 0 &&
	    line_next(&after, &line) && !name_of(line, &name, &colon))
		*rest = after;
}

enum outcome
message_scan(struct span text, enum message_kind kind, struct message *out,
    struct reason *why)
{
	struct span rest = text, line;
	struct message_value *open = NULL;
	size_t name, colon, n = 0;

	memset(out, 0, sizeof *out);
	if (kind == MESSAGE_MAIL)
		skip_envelope(&rest);
	out->header = (struct span){rest.data, 0};
	while (rest.len > 0) {
		if (!line_next(&rest, &line))
			return reason_set(why, REASON_MALFORMED,
			    "a NUL or a bare CR in the header");
		if (line.len == 0)
			break;
		out->header.len = (size_t)(rest.data - out->header.data);
		if (out->header.len > caps[kind].bytes)
			return reason_set(why, REASON_HEADER_LIMIT,
			    "more than %zu bytes of header", caps[kind].bytes);
		if (line.data[0] == ' ' || line.data[0] == '\t') {
			/* The value so far and this line are one stretch. */
			if (open != NULL)
				open->raw.len =
				    (size_t)(line.data - open->raw.data) +
				    line.len;
			if (n > 0)
				continue;
		}
		if (n++ == caps[kind].fields)
			return reason_set(why, REASON_HEADER_LIMIT,
			    "more than %zu header fields", caps[kind].fields);
		if (!name_of(line, &name, &colon))
			return reason_set(why, REASON_MALFORMED,
			    "line %zu of the header is no field", n);
		open = field_note(out, line, name, colon);
	}
	out->body = rest;
	return DONE;
}
