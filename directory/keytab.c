#include "directory/keytab.h"

#include <stdio.h>
#include <string.h>

/* MIT's "keytab file format"; big-endian, as in every file of version 2. */
struct reader {
	const uint8_t *p;
	size_t left;
	bool bad;
};

static uint32_t
get(struct reader *r, unsigned octets)
{
	uint32_t v = 0;

	if (r->left < octets) {
		r->bad = true;
		r->left = 0;
		return 0;
	}
	for (unsigned i = 0; i < octets; i++)
		v = v << 8 | r->p[i];
	r->p += octets;
	r->left -= octets;
	return v;
}

static struct span
get_span(struct reader *r, size_t len)
{
	struct span s = {r->p, len};

	if (r->left < len) {
		r->bad = true;
		r->left = 0;
		return (struct span){NULL, 0};
	}
	r->p += len;
	r->left -= len;
	return s;
}

static void
append(char *out, size_t size, struct span s, const char *before)
{
	size_t n = strlen(out);

	if (s.len > 0)
		snprintf(out + n, size - n, "%s%.*s", before, (int)s.len,
		    (const char *)s.data);
}

/* component[/component...]@REALM */
static void
read_principal(struct reader *r, struct keytab_entry *e)
{
	unsigned n = get(r, 2), i;
	struct span realm = get_span(r, get(r, 2)), part;

	for (i = 0; i < n && !r->bad; i++) {
		part = get_span(r, get(r, 2));
		append(
		    e->principal, sizeof e->principal, part, i > 0 ? "/" : "");
	}
	append(e->principal, sizeof e->principal, realm, "@");
}

static bool
read_entry(struct span s, struct keytab_entry *e)
{
	struct reader r = {s.data, s.len, false};
	uint32_t version;

	*e = (struct keytab_entry){.version = 0};
	read_principal(&r, e);
	(void)get(&r, 4); /* type of the name */
	(void)get(&r, 4); /* when it was made */
	e->version = get(&r, 1);
	e->encryption = get(&r, 2);
	(void)get_span(&r, get(&r, 2)); /* the key itself */
	if (r.bad)
		return false;
	/* newer ones repeat the version with all of its bits */
	if (r.left >= 4) {
		version = get(&r, 4);
		if (version != 0)
			e->version = version;
	}
	return true;
}

enum outcome
keytab_parse(struct span file, struct keytab *out, struct reason *why)
{
	struct reader r = {file.data, file.len, false};
	struct span s;
	uint32_t size;

	out->n = 0;
	if (get(&r, 2) != 0x502)
		return reason_set(
		    why, REASON_DIRECTORY_AUTH, "the keytab is none");
	while (r.left >= 4 && out->n < KEYTAB_ENTRIES) {
		size = get(&r, 4);
		if (size == 0)
			break;
		if (size > INT32_MAX) { /* negative: a hole */
			(void)get_span(&r, -size);
			continue;
		}
		s = get_span(&r, size);
		if (r.bad || !read_entry(s, &out->list[out->n]))
			return reason_set(why, REASON_DIRECTORY_AUTH,
			    "the keytab is damaged behind %u entries", out->n);
		out->n++;
	}
	if (out->n == 0)
		return reason_set(
		    why, REASON_DIRECTORY_AUTH, "the keytab is empty");
	return DONE;
}

static const struct {
	unsigned number;
	const char *name;
	bool good;
} encryptions[] = {
    {1, "des-cbc-crc", false},
    {3, "des-cbc-md5", false},
    {16, "des3-cbc-sha1", false},
    {17, "aes128-cts-hmac-sha1-96", true},
    {18, "aes256-cts-hmac-sha1-96", true},
    {19, "aes128-cts-hmac-sha256-128", true},
    {20, "aes256-cts-hmac-sha384-192", true},
    {23, "arcfour-hmac", false},
};

#define N_ENCRYPTIONS (sizeof encryptions / sizeof encryptions[0])

const char *
keytab_encryption_name(unsigned encryption)
{
	for (size_t i = 0; i < N_ENCRYPTIONS; i++)
		if (encryptions[i].number == encryption)
			return encryptions[i].name;
	return "other";
}

bool
keytab_encryption_is_good(unsigned encryption)
{
	for (size_t i = 0; i < N_ENCRYPTIONS; i++)
		if (encryptions[i].number == encryption)
			return encryptions[i].good;
	return false;
}
