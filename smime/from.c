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
		if (!(quoted && at(p, '"') ? skip_quoted(p) : skip_atom(p)))
			return false;
		keep(p, start);
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

/* What stands behind the mailbox: nothing, or there is more than one. */
static enum outcome
end_check(struct parser *p, struct reason *why)
{
	if (!skip_space(p))
		return bad(why, "a comment that does not end");
	if (at(p, ','))
		return reason_set(
		    why, REASON_MANY_FROM, "more than one mailbox in From:");
	if (p->p < p->end)
		return bad(why, "something stands behind the address");
	return DONE;
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
		return bad(why, "a group instead of a mailbox");
	if (!at(p, '<'))
		return bad(why, "no address in it");
	p->p++;
	if (!addr_spec(p) || !at(p, '>'))
		return bad(why, "no address between the angle brackets");
	p->p++;
	return end_check(p, why);
}

/*
 * Some programs write the address in front of the angle brackets without
 * quotes.  It is no phrase; that it says nothing else makes it harmless.
 */
static enum outcome
doubled(struct parser *p, char out[ADDRESS_SIZE], struct reason *why)
{
	char first[ADDRESS_SIZE];
	enum outcome o;

	o = address_canonical((struct span){p->address, p->len}, first, why);
	if (o != DONE)
		return o;
	o = named(p, why);
	if (o != DONE)
		return o;
	o = address_canonical((struct span){p->address, p->len}, out, why);
	if (o == DONE && strcmp(first, out) != 0)
		o = bad(why, "two different addresses in From:");
	return o;
}

enum outcome
from_parse(struct span value, char out[ADDRESS_SIZE], struct reason *why)
{
	char found[ADDRESS_SIZE];
	struct parser p;
	enum outcome o;

	if (value.len > LIMIT_FROM)
		return bad(why, "longer than any honest From:");
	p.p = value.data;
	p.end = value.data + value.len;
	p.len = 0;
	if (addr_spec(&p)) {
		if (at(&p, '<'))
			o = doubled(&p, found, why);
		else {
			o = end_check(&p, why);
			if (o == DONE)
				o = address_canonical(
				    (struct span){p.address, p.len}, found,
				    why);
		}
	} else {
		p.p = value.data;
		o = named(&p, why);
		if (o == DONE)
			o = address_canonical(
			    (struct span){p.address, p.len}, found, why);
	}
	if (o == DONE)
		strcpy(out, found);
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
