#include "smime/from.h"

#include <string.h>

#include "base/limits.h"

/* A place in the value, and the address found so far, without comments. */
struct parser {
	const uint8_t *p, *end;
	size_t len;
	uint8_t address[LIMIT_FROM];
};

static bool
at(const struct parser *p, char c)
{
	return p->p < p->end && *p->p == (uint8_t)c;
}

/* RFC 5322 section 3.2.3 atext; RFC 6532, and old 8-bit in phrases. */
static bool
is_atext(uint8_t c)
{
	return c > ' ' && c != 0x7f && strchr("()<>[]:;@\\,.\"", c) == NULL;
}

/* White space, folds, and comments that nest: counted, not followed. */
static bool
skip_space(struct parser *p)
{
	unsigned depth = 0;

	for (; p->p < p->end; p->p++) {
		if (*p->p == '(')
			depth++;
		else if (depth > 0) {
			if (*p->p == ')')
				depth--;
			else if (*p->p == '\\' && p->p + 1 < p->end)
				p->p++;
		} else if (*p->p != ' ' && *p->p != '\t' && *p->p != '\r' &&
		    *p->p != '\n')
			return true;
	}
	return depth == 0;
}

static void
keep(struct parser *p, const uint8_t *from)
{
	size_t n = (size_t)(p->p - from);

	memcpy(p->address + p->len, from, n);
	p->len += n;
}

/* A quoted string, quotes and all; address.c says what it may quote. */
static bool
skip_quoted(struct parser *p)
{
	for (p->p++; p->p < p->end && *p->p != '"'; p->p++)
		if (*p->p == '\\' && p->p + 1 < p->end)
			p->p++;
	if (p->p == p->end)
		return false;
	p->p++;
	return true;
}

/*
 * Keep the quoted string at from without its quotes when it needs none, so
 * that "a".b and a.b are one; else as it is, for address.c to refuse.
 */
static void
keep_quoted(struct parser *p, const uint8_t *from)
{
	const uint8_t *q, *end = p->p - 1;
	size_t was = p->len;

	for (q = from + 1; q < end; q++) {
		if (*q == '\\')
			q++;
		if (!is_atext(*q) && *q != '.')
			break;
		p->address[p->len++] = *q;
	}
	if (q == end && p->len > was)
		return;
	p->len = was;
	keep(p, from);
}

static bool
skip_atom(struct parser *p)
{
	const uint8_t *start = p->p;

	while (p->p < p->end && is_atext(*p->p))
		p->p++;
	return p->p > start;
}

/*
 * An encoded word (RFC 2047 section 2).  Some programs leave a comma or a
 * colon in it that they ought to have encoded.
 */
static bool
skip_encoded(struct parser *p)
{
	const uint8_t *q = p->p, *mark;
	unsigned n = 0;

	if (p->end - q < 2 || q[0] != '=' || q[1] != '?')
		return false;
	for (q += 2; q<p->end && * q> ' ' && *q < 0x7f; q++) {
		mark = (const uint8_t *)strchr("<>@\"\\", *q);
		if (mark != NULL)
			return false;
		n += *q == '?';
		if (n >= 3 && q[-1] == '?' && *q == '=' && q[-2] != '?')
			break;
	}
	if (q == p->end || *q != '=' || n < 3)
		return false;
	p->p = q + 1;
	return true;
}

/* Words with dots and white space between them, into p->address. */
static bool
dotted(struct parser *p, bool quoted)
{
	const uint8_t *start;

	for (;;) {
		if (!skip_space(p))
			return false;
		start = p->p;
		if (quoted && at(p, '"')) {
			if (!skip_quoted(p))
				return false;
			keep_quoted(p, start);
		} else {
			if (!skip_atom(p))
				return false;
			keep(p, start);
		}
		if (!skip_space(p))
			return false;
		if (!at(p, '.'))
			return true;
		start = p->p++;
		keep(p, start);
	}
}

/* local-part "@" domain; a domain literal is nobody's address for us. */
static bool
addr_spec(struct parser *p)
{
	const uint8_t *start;

	p->len = 0;
	if (!dotted(p, true) || !at(p, '@'))
		return false;
	start = p->p++;
	keep(p, start);
	return dotted(p, false);
}

/*
 * The route in front of an address, which says nothing (RFC 5322 section
 * 4.4): domains with '@' in front and commas between, up to a colon.
 */
static bool
skip_route(struct parser *p)
{
	while (skip_space(p)) {
		p->len = 0;
		if (at(p, ':')) {
			p->p++;
			return true;
		}
		if (!at(p, ',') && !at(p, '@'))
			return false;
		if (*p->p++ == '@' && !dotted(p, false))
			return false;
	}
	return false;
}

/* A phrase, in which obsolete syntax allows dots. */
static bool
skip_phrase(struct parser *p)
{
	while (skip_space(p)) {
		if (p->p == p->end || *p->p == '<')
			return true;
		if (at(p, '"') ? skip_quoted(p)
			       : skip_encoded(p) || skip_atom(p))
			continue;
		if (!at(p, '.'))
			return true;
		p->p++;
	}
	return false;
}

static enum outcome
bad(struct reason *why, const char *what)
{
	return reason_set(why, REASON_BAD_FROM, "%s", what);
}

/* [route] addr-spec ">", behind the "<". */
static bool
angle(struct parser *p)
{
	p->p++;
	if (!skip_space(p))
		return false;
	if ((at(p, '@') || at(p, ',')) && !skip_route(p))
		return false;
	if (!addr_spec(p) || !at(p, '>'))
		return false;
	p->p++;
	return true;
}

/* phrase "<" addr-spec ">". */
static enum outcome
named(struct parser *p, struct reason *why)
{
	if (!skip_phrase(p))
		return bad(why, "a quote or comment that does not end");
	if (at(p, ','))
		return reason_set(
		    why, REASON_MANY_FROM, "more than one mailbox in From:");
	if (at(p, ':'))
		return bad(why, "a group in a group");
	if (!at(p, '<'))
		return bad(why, "no address in it");
	if (!angle(p))
		return bad(why, "no address between the angle brackets");
	return DONE;
}

/*
 * Some programs write the address in front of the angle brackets without
 * quotes.  It is no phrase; that it says nothing else makes it harmless.
 */
static enum outcome
doubled(struct parser *p, struct reason *why)
{
	char first[ADDRESS_SIZE], second[ADDRESS_SIZE];
	enum outcome o;

	o = address_canonical((struct span){p->address, p->len}, first, why);
	if (o == DONE)
		o = named(p, why);
	if (o == DONE)
		o = address_canonical(
		    (struct span){p->address, p->len}, second, why);
	if (o == DONE && strcmp(first, second) != 0)
		o = bad(why, "two different addresses in From:");
	return o;
}

/* One mailbox, its address into p->address. */
static enum outcome
mailbox(struct parser *p, struct reason *why)
{
	const uint8_t *start = p->p;

	if (addr_spec(p))
		return at(p, '<') ? doubled(p, why) : DONE;
	p->p = start;
	return named(p, why);
}

/*
 * Mailboxes up to the semicolon of a group, or to the end of the value; one,
 * in a row that may have empty places (RFC 5322 section 4.4).
 */
static enum outcome
list(struct parser *p, bool group, struct reason *why)
{
	enum outcome o = DONE;
	unsigned n = 0;

	for (;;) {
		if (!skip_space(p))
			return bad(why, "a comment that does not end");
		if (p->p == p->end || (group && at(p, ';')))
			break;
		if (at(p, ',')) {
			p->p++;
			continue;
		}
		if (n++ > 0)
			return reason_set(why, REASON_MANY_FROM,
			    "more than one mailbox in From:");
		o = mailbox(p, why);
		if (o != DONE)
			return o;
		if (!skip_space(p))
			return bad(why, "a comment that does not end");
		if (p->p < p->end && !at(p, ',') && !(group && at(p, ';')))
			return bad(why, "something stands behind the address");
	}
	return n == 1 ? DONE : bad(why, "no address in it");
}

/* phrase ":" [list] ";", at most behind a comment (RFC 6854). */
static enum outcome
group(struct parser *p, struct reason *why)
{
	enum outcome o;

	p->p++;
	o = list(p, true, why);
	if (o != DONE)
		return o;
	if (p->p == p->end)
		return bad(why, "a group that does not end");
	p->p++;
	if (!skip_space(p) || p->p < p->end)
		return bad(why, "something stands behind the group");
	return DONE;
}

/* Whether a group starts here; if so, its colon is next. */
static bool
is_group(struct parser *p)
{
	const uint8_t *start = p->p;

	if (skip_space(p) && !at(p, ':') && skip_phrase(p) && at(p, ':'))
		return true;
	p->p = start;
	return false;
}

enum outcome
from_parse(struct span value, char out[ADDRESS_SIZE], struct reason *why)
{
	struct parser p = {.p = value.data, .end = value.data + value.len};
	enum outcome o;

	if (value.len > LIMIT_FROM)
		return bad(why, "longer than any honest From:");
	o = is_group(&p) ? group(&p, why) : list(&p, false, why);
	/* RFC 2047 section 5 forbids them there, but some decode them. */
	if (o == DONE && memcmp(p.address, "=?", 2) == 0)
		o = bad(why, "an encoded word in the address");
	if (o == DONE)
		o = address_canonical(
		    (struct span){p.address, p.len}, out, why);
	return o;
}

enum outcome
from_read(const struct message *m, char out[ADDRESS_SIZE], struct reason *why)
{
	const struct message_value *from = &m->fields[MESSAGE_FROM];

	if (from->n == 0)
		return reason_set(why, REASON_NO_FROM, "no From: field");
	if (from->n > 1)
		return reason_set(
		    why, REASON_MANY_FROM, "%u From: fields", from->n);
	return from_parse(from->raw, out, why);
}

struct span
from_phrase(struct span value)
{
	struct parser p = {.p = value.data, .end = value.data + value.len};

	if (value.len > LIMIT_FROM || !skip_phrase(&p) || !at(&p, '<'))
		return (struct span){value.data, 0};
	return (struct span){value.data, (size_t)(p.p - value.data)};
}
