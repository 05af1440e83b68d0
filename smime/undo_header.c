#include "smime/undo.h"

#include <string.h>
#include <strings.h>

#include "smime/decode.h"

/* Fields that are left out one at a time. */
#define FIELDS 32

/* The header block of the text, with the line end of its last line. */
static struct span
header_of(const struct undo *u)
{
	struct message m;

	if (message_scan(u->text, MESSAGE_PART, &m, NULL) != DONE)
		return (struct span){u->text.data, 0};
	return (struct span){
	    m.header.data, (size_t)(m.body.data - m.header.data)};
}

/* The header as it is here, the rest as it came. */
static bool
is_with(struct undo *u, struct span now, struct span header)
{
	struct span pieces[2] = {header,
	    {now.data + now.len,
		(size_t)(u->text.data + u->text.len - now.data) - now.len}};

	return undo_is(u, pieces, 2, 0);
}

/* The end of the field at p: behind its last folded line. */
static const uint8_t *
field_end(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *lf;

	do {
		lf = memchr(p, '\n', (size_t)(end - p));
		p = lf == NULL ? end : lf + 1;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

static bool
is_content_field(const uint8_t *p, const uint8_t *end)
{
	return end - p > 8 && strncasecmp((const char *)p, "content-", 8) == 0;
}

/* Fields that a part has no use for, left out one by one and all. */
static bool
is_without_fields(struct undo *u, struct span header)
{
	const uint8_t *p = header.data, *end = p + header.len, *next;
	struct buffer kept;
	unsigned n = 0;
	bool found = false;

	buffer_init(&kept, LIMIT_PART_HEADERS);
	for (; p < end && !found; p = next) {
		next = field_end(p, end);
		if (is_content_field(p, end) || *p == '\n' || *p == '\r') {
			(void)!buffer_add(&kept, p, (size_t)(next - p));
			continue;
		}
		if (n++ < FIELDS)
			found = undo_is_without(
			    u, (struct span){p, (size_t)(next - p)});
	}
	found = found || (n > 1 && is_with(u, header, span_buffer(&kept)));
	buffer_clear(&kept);
	return found;
}

/* Ways to write the same header: how the folds are, and the quotes. */
enum spelling { FOLD_NOT, FOLD_SPACE, FOLD_TAB, QUOTES_NONE, SPELLINGS };

static bool
header_write(struct span header, enum spelling as, struct buffer *out)
{
	const uint8_t *p = header.data, *end = p + header.len;
	bool ok = true;

	for (; ok && p < end; p++) {
		if (as == QUOTES_NONE && *p == '"')
			continue;
		if (as <= FOLD_TAB && end - p > 2 && *p == '\n' &&
		    (p[1] == ' ' || p[1] == '\t')) {
			while (p + 1 < end && (p[1] == ' ' || p[1] == '\t'))
				p++;
			if (as == FOLD_NOT && out->len > 0 &&
			    out->data[out->len - 1] == '\r')
				out->len--;
			ok = buffer_add(out,
			    as == FOLD_NOT	 ? " "
				: as == FOLD_TAB ? "\n\t"
						 : "\n ",
			    as == FOLD_NOT ? 1 : 2);
			continue;
		}
		ok = buffer_add(out, p, 1);
	}
	return ok;
}

/* A fold behind every ';', as programs write that lay lines out anew. */
static bool
header_fold(struct span header, const char *fold, struct buffer *out)
{
	const uint8_t *p = header.data, *end = p + header.len;
	bool ok = true;

	for (; ok && p < end; p++) {
		ok = buffer_add(out, p, 1);
		if (*p == ';' && end - p > 1 && p[1] == ' ') {
			ok = ok && buffer_add(out, fold, strlen(fold));
			p++;
		}
	}
	return ok;
}

static bool
is_spelled(struct undo *u, struct span header)
{
	static const char *const folds[] = {"\n\t", "\n "};
	enum spelling as;
	struct buffer b;
	bool found = false;
	size_t i;

	buffer_init(&b, 2 * LIMIT_PART_HEADERS);
	for (as = FOLD_NOT; !found && as < SPELLINGS; as++) {
		buffer_reset(&b);
		found = header_write(header, as, &b) &&
		    is_with(u, header, span_buffer(&b));
	}
	for (i = 0; !found && i < sizeof folds / sizeof folds[0]; i++) {
		buffer_reset(&b);
		found = header_fold(header, folds[i], &b) &&
		    is_with(u, header, span_buffer(&b));
	}
	buffer_clear(&b);
	return found;
}

bool
undo_header(struct undo *u)
{
	struct span header = header_of(u);

	return header.len > 0 &&
	    (is_without_fields(u, header) || is_spelled(u, header));
}

/* One text part as it was in 8bit, and what stands in front of it. */
static bool
region_write(
    const struct undo_region *r, const uint8_t **at, struct buffer *out)
{
	struct span word = r->header.fields[MESSAGE_ENCODING].raw, plain;
	struct bytes storage = {NULL, 0};
	bool ok;

	ok = decode_body(&r->header, LIMIT_EXPLAIN, &storage, &plain, NULL) ==
		DONE &&
	    buffer_add(out, *at, (size_t)(word.data - *at)) &&
	    buffer_add(out, " 8bit", 5) &&
	    buffer_add(out, word.data + word.len,
		(size_t)(r->body.data - word.data) - word.len) &&
	    buffer_add(out, plain.data, plain.len);
	*at = r->body.data + r->body.len;
	bytes_clear(&storage);
	return ok;
}

bool
undo_encoding(struct undo *u)
{
	const uint8_t *at = u->text.data, *end = at + u->text.len;
	struct buffer b;
	bool ok = true;
	unsigned i, n = 0;

	buffer_init(&b, 2 * LIMIT_EXPLAIN);
	for (i = 0; ok && i < u->n_regions; i++)
		if (u->regions[i].quoted && ++n > 0)
			ok = region_write(&u->regions[i], &at, &b);
	ok = ok && n > 0 && buffer_add(&b, at, (size_t)(end - at)) &&
	    undo_is(u, &(struct span){b.data, b.len}, 1, 0);
	buffer_clear(&b);
	return ok;
}
