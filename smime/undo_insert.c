#include "smime/undo.h"

#include <string.h>
#include <strings.h>

#include "smime/decode.h"

/* Ways to cut that are tried in one text part, and how far from its edge. */
#define CUTS 96
#define REACH 8192

/* What may have been put in: stretches of one text part. */
struct cuts {
	struct span span[CUTS];
	bool likely[CUTS]; /* begins or ends like a block of its own */
	unsigned n;
};

static void
cut_add(struct cuts *c, const uint8_t *start, const uint8_t *end, bool likely)
{
	if (c->n == CUTS || end <= start)
		return;
	c->span[c->n] = (struct span){start, (size_t)(end - start)};
	c->likely[c->n++] = likely;
}

static bool
has_word(const uint8_t *p, const uint8_t *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n &&
	    strncasecmp((const char *)p, word, n) == 0;
}

/* A tag that stands at the edge of what programs put in, from behind '<'. */
static bool
is_block(const uint8_t *p, const uint8_t *end)
{
	static const char *const names[] = {
	    "div", "table", "p>", "p ", "br", "hr", "center", "html", "body"};
	size_t i;

	if (p < end && *p == '/')
		p++;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (has_word(p, end, names[i]))
			return true;
	return false;
}

static bool
is_empty_line(const uint8_t *p, const uint8_t *end)
{
	return p < end && (*p == '\n' || *p == '\r');
}

/* One line end back, from the start of a line. */
static const uint8_t *
before_line_end(const uint8_t *start, const uint8_t *p)
{
	if (p > start && p[-1] == '\n')
		p--;
	if (p > start && p[-1] == '\r')
		p--;
	return p;
}

static const uint8_t *
word_find(const uint8_t *p, const uint8_t *end, const char *word)
{
	for (; p < end; p++)
		if (*p == '<' && has_word(p, end, word))
			return p;
	return NULL;
}

/* Behind <body ...>, if it stands there. */
static const uint8_t *
html_start(struct span s)
{
	const uint8_t *end = s.data + s.len, *body, *close;

	body = word_find(s.data, end, "<body");
	close = body == NULL ? NULL : memchr(body, '>', (size_t)(end - body));
	return close == NULL ? s.data : close + 1;
}

/* In front of the first </body> or </html>. */
static const uint8_t *
html_end(struct span s)
{
	const uint8_t *end = s.data + s.len, *p;

	p = word_find(s.data, end, "</body");
	if (p == NULL)
		p = word_find(s.data, end, "</html");
	return p == NULL ? end : p;
}

/* From the top: to the start of each line, and in HTML behind each tag. */
static void
cuts_from_top(struct span s, bool html, struct cuts *c)
{
	const uint8_t *start = html ? html_start(s) : s.data, *end, *p, *tag;

	c->n = 0;
	end = s.data + s.len;
	if ((size_t)(end - start) > REACH)
		end = start + REACH;
	for (p = start, tag = NULL; p < end; p++) {
		if (*p == '<')
			tag = p + 1;
		if (*p == '\n')
			cut_add(c, start, p + 1,
			    is_empty_line(p + 1, end) ||
				(p > start + 1 && p[-1] == '\n') ||
				(p > start + 2 && p[-2] == '\n') ||
				(html && tag != NULL && is_block(tag, end)));
		else if (html && *p == '>')
			cut_add(
			    c, start, p + 1, tag != NULL && is_block(tag, end));
	}
}

/* From the bottom: from the start of each line, with the line end in front
 * of it or without, and in HTML from each tag. */
static void
cuts_from_bottom(struct span s, bool html, struct cuts *c)
{
	const uint8_t *start = s.data, *end, *p;
	bool likely;

	c->n = 0;
	end = html ? html_end(s) : s.data + s.len;
	if ((size_t)(end - start) > REACH)
		start = end - REACH;
	for (p = end; p-- > start;) {
		if (html && *p == '<')
			cut_add(c, p, end, is_block(p + 1, end));
		if (p == s.data || p[-1] != '\n')
			continue;
		likely = is_empty_line(p, end) ||
		    strchr("-_=*#~<", *p) != NULL ||
		    (p >= s.data + 2 && p[-2] == '\n') ||
		    (p >= s.data + 3 && p[-3] == '\n');
		cut_add(c, p, end, likely);
		cut_add(c, before_line_end(s.data, p), end, likely);
	}
}

typedef void cuts_find(struct span s, bool html, struct cuts *c);

/* The same text encoded as programs do it: lines of 76 (RFC 2045). */
static bool
encode(struct span s, struct span cut, struct buffer *out)
{
	size_t before = (size_t)(cut.data - s.data), n;
	struct buffer plain;
	uint8_t line[80];
	size_t at;
	bool ok;

	buffer_init(&plain, LIMIT_EXPLAIN);
	ok = buffer_add(&plain, s.data, before) &&
	    buffer_add(&plain, cut.data + cut.len, s.len - before - cut.len);
	for (at = 0; ok && at < plain.len; at += n) {
		n = plain.len - at < 57 ? plain.len - at : 57;
		(void)EVP_EncodeBlock(line, plain.data + at, (int)n);
		ok = (at == 0 || buffer_add(out, "\r\n", 2)) &&
		    buffer_add(out, line, (n + 2) / 3 * 4);
	}
	buffer_clear(&plain);
	return ok;
}

/* A text part in base64, decoded, cut, and encoded once more. */
static bool
is_base64_without(struct undo *u, const struct undo_region *r, cuts_find *find)
{
	const uint8_t *end = u->text.data + u->text.len;
	struct span plain, body = undo_trim(r->body), pieces[3];
	struct bytes storage = {NULL, 0};
	struct buffer b;
	struct cuts c;
	bool found = false;
	unsigned i;

	if (decode_body(&r->header, LIMIT_EXPLAIN, &storage, &plain, NULL) !=
	    DONE)
		return false;
	find(plain, r->html, &c);
	buffer_init(&b, 2 * LIMIT_EXPLAIN);
	for (i = 0; !found && u->budget > 0 && i < c.n; i++) {
		buffer_reset(&b);
		if (!encode(plain, c.span[i], &b))
			break;
		pieces[0] = (struct span){
		    u->text.data, (size_t)(body.data - u->text.data)};
		pieces[1] = span_buffer(&b);
		pieces[2] = (struct span){
		    body.data + body.len, (size_t)(end - body.data) - body.len};
		found = undo_is(u, pieces, 3, 0);
	}
	buffer_clear(&b);
	bytes_clear(&storage);
	return found;
}

/* A text part that ends where the whole does: how many line ends stood there
 * is not known. */
static bool
is_trimmed_without(struct undo *u, struct span cut)
{
	struct span s = {u->text.data, (size_t)(cut.data - u->text.data)};

	s = undo_trim(s);
	return undo_is(u, &s, 1, 2) || undo_is(u, &s, 1, 1) ||
	    undo_is(u, &s, 1, 0);
}

static bool
is_without(struct undo *u, const struct undo_region *r, cuts_find *find)
{
	struct span body = undo_trim(r->body);
	bool last = body.data + body.len >=
	    undo_trim(u->text).data + undo_trim(u->text).len;
	struct cuts c;
	unsigned i;

	if (r->base64)
		return is_base64_without(u, r, find);
	find(r->body, r->html, &c);
	for (i = 0; u->budget > 0 && i < c.n; i++)
		if (undo_is_without(u, c.span[i]) ||
		    (last && !r->html && find == cuts_from_bottom &&
			is_trimmed_without(u, c.span[i])))
			return true;
	return false;
}

/* Something was put into the text and into the HTML of it as well. */
static bool
is_without_both(struct undo *u, const struct undo_region *a,
    const struct undo_region *b, cuts_find *find)
{
	const uint8_t *end = u->text.data + u->text.len, *next;
	struct span pieces[3];
	struct cuts x, y;
	unsigned i, k;

	if (a->base64 || b->base64)
		return false;
	find(a->body, a->html, &x);
	find(b->body, b->html, &y);
	for (i = 0; i < x.n; i++) {
		for (k = 0; x.likely[i] && u->budget > 0 && k < y.n; k++) {
			if (!y.likely[k])
				continue;
			next = x.span[i].data + x.span[i].len;
			pieces[0] = (struct span){u->text.data,
			    (size_t)(x.span[i].data - u->text.data)};
			pieces[1] = (struct span){
			    next, (size_t)(y.span[k].data - next)};
			next = y.span[k].data + y.span[k].len;
			pieces[2] = (struct span){next, (size_t)(end - next)};
			if (undo_is(u, pieces, 3, 0))
				return true;
		}
	}
	return false;
}

static bool
is_inserted(struct undo *u, cuts_find *find)
{
	unsigned i;

	for (i = 0; i < u->n_regions; i++)
		if (is_without(u, &u->regions[i], find))
			return true;
	for (i = 0; i + 1 < u->n_regions; i++)
		if (is_without_both(
			u, &u->regions[i], &u->regions[i + 1], find))
			return true;
	return false;
}

bool
undo_footer(struct undo *u)
{
	return is_inserted(u, cuts_from_bottom);
}

bool
undo_banner(struct undo *u)
{
	return is_inserted(u, cuts_from_top);
}

bool
undo_part(struct undo *u)
{
	const uint8_t *start, *end;

	if (u->n_children == 0)
		return false;
	/* A mailing list packs the mail and its own words into one. */
	if (undo_is(u, &u->children[0], 1, 0))
		return true;
	if (u->n_children < 2)
		return false;
	start = u->before_last.data + u->before_last.len;
	end = u->children[1].data + u->children[1].len;
	return undo_is_without(u, (struct span){start, (size_t)(end - start)});
}
