#include "smime/content_type.h"

#include <string.h>

/* A place in one header value. */
struct cursor {
	const uint8_t *p, *end;
};

struct parameter {
	char name[32]; /* lower case, without RFC 2231's asterisks */
	char value[LIMIT_CONTENT_TYPE + 1];
	size_t len;
	bool extended; /* had asterisks */
};

static char
lower(uint8_t c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* White space, folds, and comments, which may nest. */
static bool
skip_space(struct cursor *c)
{
	unsigned depth = 0;

	for (; c->p < c->end; c->p++) {
		if (*c->p == '(')
			depth++;
		else if (depth == 0) {
			if (strchr(" \t\r\n", *c->p) == NULL)
				return true;
		} else if (*c->p == ')')
			depth--;
		else if (*c->p == '\\' && c->p + 1 < c->end)
			c->p++;
	}
	return depth == 0;
}

/*
 * A token up to a character of stop or white space, in lower case.  What
 * does not fit is cut, and the rest skipped.
 */
static size_t
token(struct cursor *c, const char *stop, char *out, size_t size)
{
	size_t n = 0;

	for (; c->p<c->end && * c->p> ' ' && *c->p < 0x7f &&
	     strchr(stop, *c->p) == NULL;
	     c->p++)
		if (n + 1 < size)
			out[n++] = lower(*c->p);
	out[n] = '\0';
	return n;
}

/* A quoted string (RFC 2045 by way of RFC 5322), unquoted, unfolded. */
static bool
quoted(struct cursor *c, struct parameter *p)
{
	for (c->p++; c->p < c->end && *c->p != '"'; c->p++) {
		if (*c->p == '\r' || *c->p == '\n')
			continue;
		if (*c->p == '\\' && c->p + 1 < c->end)
			c->p++;
		p->value[p->len++] = (char)*c->p;
	}
	if (c->p == c->end)
		return false;
	c->p++;
	return true;
}

/*
 * A value without quotes.  Honest programs leave them out although there
 * is a '=', '?' or ':' in it, so that everything up to white space or ';'
 * counts; a quote in the middle is nobody's.
 */
static bool
bare(struct cursor *c, struct parameter *p)
{
	for (; c->p<c->end && * c->p> ' ' && *c->p != ';' && *c->p != '(';
	     c->p++) {
		if (*c->p == '"')
			return false;
		p->value[p->len++] = (char)*c->p;
	}
	return true;
}

/* One "; name=value".  false: it cannot be read. */
static bool
parameter_next(struct cursor *c, struct parameter *p)
{
	char *star;
	bool ok;

	p->len = 0;
	if (token(c, "=;(\"", p->name, sizeof p->name) == 0 || !skip_space(c) ||
	    c->p == c->end || *c->p != '=')
		return false;
	c->p++;
	star = strchr(p->name, '*');
	p->extended = star != NULL;
	if (star != NULL)
		*star = '\0';
	if (!skip_space(c))
		return false;
	ok = c->p < c->end && *c->p == '"' ? quoted(c, p) : bare(c, p);
	p->value[p->len] = '\0';
	return ok && skip_space(c) && (c->p == c->end || *c->p == ';');
}

/*
 * The end of a file name in lower case: the suffix is what is asked for,
 * whatever charset the rest is in, and the pieces of RFC 2231 come in order.
 */
static void
name_add(struct content_type *out, const struct parameter *p)
{
	size_t have = p->extended ? strlen(out->name) : 0, n = p->len, i;
	const char *s = p->value;

	if (n >= sizeof out->name - have) {
		have = 0;
		if (n >= sizeof out->name) {
			s += n - (sizeof out->name - 1);
			n = sizeof out->name - 1;
		}
	}
	for (i = 0; i < n; i++)
		out->name[have + i] = lower((uint8_t)s[i]);
	out->name[have + n] = '\0';
}

/* Copy a short parameter; one that is there already, or too long, is bad. */
static bool
set_once(char *out, size_t size, const struct parameter *p, bool fold)
{
	size_t i;

	if (out[0] != '\0' || p->len == 0 || p->len >= size || p->extended ||
	    strlen(p->value) != p->len)
		return false;
	for (i = 0; i <= p->len; i++)
		out[i] = fold ? lower((uint8_t)p->value[i]) : p->value[i];
	return true;
}

/* RFC 2046 section 5.1.1, with what honest programs take besides. */
static bool
boundary_is_sane(const char *b)
{
	size_t n = strlen(b), i;

	for (i = 0; i < n; i++)
		if ((uint8_t)b[i] < ' ' || (uint8_t)b[i] >= 0x7f)
			return false;
	return n == 0 || b[n - 1] != ' ';
}

static bool
parameter_take(
    struct content_type *out, const struct parameter *p, bool is_type)
{
	if (!strcmp(p->name, "name") || !strcmp(p->name, "filename")) {
		name_add(out, p);
		return true;
	}
	if (!is_type)
		return true;
	if (!strcmp(p->name, "boundary"))
		return set_once(out->boundary, sizeof out->boundary, p, false);
	if (!strcmp(p->name, "hp"))
		return set_once(out->hp, sizeof out->hp, p, true);
	if (!strcmp(p->name, "protocol") && out->protocol[0] == '\0')
		(void)!set_once(out->protocol, sizeof out->protocol, p, true);
	return true;
}

/* The parameters after type or disposition; false: not to be relied on. */
static bool
parameters(struct cursor *c, struct content_type *out, bool is_type)
{
	struct parameter p;

	for (;;) {
		if (!skip_space(c))
			return false;
		if (c->p == c->end)
			return true;
		if (*c->p != ';')
			return false;
		c->p++;
		if (!skip_space(c))
			return false;
		if (c->p == c->end || *c->p == ';')
			continue;
		if (!parameter_next(c, &p) || !parameter_take(out, &p, is_type))
			return false;
	}
}

/* "type/subtype" with white space and comments around its parts. */
static bool
media(struct cursor *c, char *out, size_t size)
{
	size_t n;

	if (!skip_space(c))
		return false;
	n = token(c, "/;(\"", out, size);
	if (n == 0 || n + 2 > size || !skip_space(c) || c->p == c->end ||
	    *c->p != '/')
		return false;
	c->p++;
	if (!skip_space(c))
		return false;
	out[n++] = '/';
	return token(c, "/;(\"", out + n, size - n) > 0;
}

static struct cursor
cursor_at(struct span s)
{
	return (struct cursor){s.data, s.data + s.len};
}

enum outcome
content_type_read(
    const struct message *m, struct content_type *out, struct reason *why)
{
	const struct message_value *type = &m->fields[MESSAGE_CONTENT_TYPE];
	const struct message_value *place = &m->fields[MESSAGE_DISPOSITION];
	struct cursor c;
	char word[32];
	bool sane;

	memset(out, 0, sizeof *out);
	strcpy(out->media, "text/plain");
	if (place->n > 0 && place->raw.len <= LIMIT_CONTENT_TYPE) {
		c = cursor_at(place->raw);
		if (skip_space(&c) && token(&c, ";(", word, sizeof word) > 0)
			(void)!parameters(&c, out, false);
	}
	if (type->n == 0)
		return DONE;
	if (type->raw.len > LIMIT_CONTENT_TYPE)
		return reason_set(why, REASON_HEADER_LIMIT,
		    "a Content-Type: of more than %d bytes",
		    LIMIT_CONTENT_TYPE);
	c = cursor_at(type->raw);
	if (!media(&c, out->media, sizeof out->media)) {
		strcpy(out->media, "text/plain");
		return DONE;
	}
	sane = parameters(&c, out, true) && boundary_is_sane(out->boundary);
	/* What cannot be signed may be as broken as it likes. */
	if (strncmp(out->media, "multipart/signed", 16) != 0 &&
	    strstr(out->media, "pkcs7") == NULL)
		return DONE;
	if (type->n > 1 || m->fields[MESSAGE_ENCODING].n > 1)
		return reason_set(why, REASON_MALFORMED,
		    "more than one Content-Type: or transfer encoding");
	if (!sane)
		return reason_set(why, REASON_MALFORMED,
		    "a Content-Type: that cannot be read in one way alone");
	return DONE;
}
