#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "directory/ldif_file.h"

/* Where the parser stands. */
struct parse {
	const uint8_t *next;
	size_t left;
	unsigned long line_number; /* of the line in hand, from 1 */
	unsigned long lines_read;
	struct buffer line;  /* unfolded, with a NUL behind it */
	struct buffer value; /* decoded */
	char id[LDIF_ID];    /* from a comment, for the next entry */
	struct ldif_entry *entry;
	struct ldif_file file;
};

static enum outcome
complain(const struct parse *p, const char *what, struct reason *why)
{
	return reason_set(
	    why, REASON_DIRECTORY_FILE, "line %lu: %s", p->line_number, what);
}

/* Append the next physical line.  false: too long, or out of memory. */
static bool
take_line(struct parse *p)
{
	const uint8_t *end = memchr(p->next, '\n', p->left);
	size_t len = end == NULL ? p->left : (size_t)(end - p->next);
	size_t taken = end == NULL ? len : len + 1;
	bool fits;

	if (len > 0 && p->next[len - 1] == '\r')
		len--;
	fits = buffer_add(&p->line, p->next, len);
	p->next += taken;
	p->left -= taken;
	p->lines_read++;
	return fits;
}

/* The next line, unfolded (RFC 2849 note 2).  NOTHING: the end. */
static enum outcome
next_line(struct parse *p, struct reason *why)
{
	bool fits;

	if (p->left == 0)
		return NOTHING;
	p->line_number = p->lines_read + 1;
	buffer_reset(&p->line);
	fits = take_line(p);
	while (fits && p->left > 0 && p->next[0] == ' ') {
		p->next++;
		p->left--;
		fits = take_line(p);
	}
	if (!fits || !buffer_add(&p->line, "", 1))
		return complain(p, "longer than any we write", why);
	p->line.len--;
	if (memchr(p->line.data, 0, p->line.len) != NULL)
		return complain(p, "holds a NUL", why);
	return DONE;
}

static int
digit64(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 section 4, padded, nothing in between.  false: it is not. */
static bool
unbase64(const uint8_t *s, size_t len, struct buffer *out)
{
	size_t pad = len >= 2 ? (s[len - 1] == '=') + (s[len - 2] == '=') : 0;

	if (len % 4 != 0)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		unsigned long v = 0;
		size_t keep = i + 4 < len ? 3 : 3 - pad;
		uint8_t raw[3];

		for (size_t k = 0; k < 4; k++) {
			int d = k <= keep ? digit64(s[i + k]) : 0;

			if (d < 0 || (k > keep && s[i + k] != '='))
				return false;
			v = v << 6 | (unsigned long)d;
		}
		raw[0] = (uint8_t)(v >> 16);
		raw[1] = (uint8_t)(v >> 8);
		raw[2] = (uint8_t)v;
		if (!buffer_add(out, raw, keep))
			return false;
	}
	return true;
}

/* Split "name: value" or "name:: base64"; the value goes to p->value. */
static enum outcome
split(struct parse *p, char name[LDIF_ATTRIBUTE], struct reason *why)
{
	const char *line = (const char *)p->line.data;
	size_t len = strspn(line,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-;.");
	bool encoded;
	size_t at;

	if (len == 0 || len >= LDIF_ATTRIBUTE || line[len] != ':')
		return complain(p, "not \"attribute: value\"", why);
	snprintf(name, LDIF_ATTRIBUTE, "%.*s", (int)len, line);
	at = len + 1;
	encoded = line[at] == ':';
	if (line[at] == '<')
		return complain(p, "a value elsewhere is not followed", why);
	at += encoded;
	at += strspn(line + at, " ");
	buffer_reset(&p->value);
	if (encoded) {
		if (!unbase64(p->line.data + at, p->line.len - at, &p->value))
			return complain(p, "not base64", why);
	} else if (!buffer_add(&p->value, line + at, p->line.len - at)) {
		return complain(p, "a value longer than any we write", why);
	}
	return DONE;
}

/* A comment; "# id: ..." is remembered for the entry that follows. */
static void
read_comment(struct parse *p)
{
	static const char prefix[] = "# id: ";
	const char *line = (const char *)p->line.data;
	const char *id = line + sizeof prefix - 1;

	if (strncmp(line, prefix, sizeof prefix - 1) != 0)
		return;
	if (strlen(id) == LDIF_ID - 1 &&
	    strspn(id, "0123456789abcdef") == LDIF_ID - 1)
		snprintf(p->id, sizeof p->id, "%s", id);
}

static enum outcome
start_entry(struct parse *p, struct reason *why)
{
	char hex[DIGEST_HEX], *dn;

	if (p->value.len == 0 ||
	    memchr(p->value.data, 0, p->value.len) != NULL ||
	    !buffer_add(&p->value, "", 1))
		return complain(p, "no DN", why);
	dn = (char *)p->value.data;
	if (p->id[0] == '\0') {
		digest_sha256_hex(span_str(dn), hex);
		snprintf(p->id, sizeof p->id, "%.32s", hex);
	}
	p->entry = ldif_add_entry(&p->file, p->id, dn);
	p->id[0] = '\0';
	if (p->entry == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	return DONE;
}

static enum outcome
read_attribute(struct parse *p, struct reason *why)
{
	char name[LDIF_ATTRIBUTE];
	enum outcome o = split(p, name, why);

	if (o != DONE)
		return o;
	if (p->entry == NULL && strcasecmp(name, "dn") == 0)
		return start_entry(p, why);
	if (p->entry == NULL || strcasecmp(name, "dn") == 0)
		return complain(p, "an entry begins with one dn:", why);
	if (strcasecmp(name, "changetype") == 0)
		return complain(p, "a change, where content belongs", why);
	if (!ldif_add(p->entry, name, span_buffer(&p->value)))
		return reason_set(why, REASON_MEMORY, "out of memory");
	return DONE;
}

/* The first line that is no comment: it is what makes a file LDIF, and a
 * file that was cut to nothing lacks it. */
static enum outcome
read_version(struct parse *p, struct reason *why)
{
	enum outcome o = next_line(p, why);

	while (o == DONE && (p->line.len == 0 || p->line.data[0] == '#'))
		o = next_line(p, why);
	if (o == NOTHING)
		return complain(p, "the file is empty", why);
	if (o == DONE && strcmp((char *)p->line.data, "version: 1") != 0)
		return complain(p, "not \"version: 1\"", why);
	return o;
}

static enum outcome
parse(struct parse *p, struct reason *why)
{
	enum outcome o = read_version(p, why);

	while (o == DONE) {
		o = next_line(p, why);
		if (o != DONE)
			break;
		if (p->line.len == 0)
			p->entry = NULL;
		else if (p->line.data[0] == '#')
			read_comment(p);
		else
			o = read_attribute(p, why);
	}
	return o == NOTHING ? DONE : o;
}

enum outcome
ldif_parse(struct span text, struct ldif_file *out, struct reason *why)
{
	struct parse p = {.next = text.data, .left = text.len};
	enum outcome o;

	buffer_init(&p.line, LDIF_LINE);
	/* what is read must fit when it is written in base64 */
	buffer_init(&p.value, LDIF_LINE / 2);
	o = parse(&p, why);
	if (o == DONE) {
		*out = p.file;
		p.file = (struct ldif_file){.n = 0};
	}
	ldif_clear(&p.file);
	buffer_clear(&p.line);
	buffer_clear(&p.value);
	return o;
}
