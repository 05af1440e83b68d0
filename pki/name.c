#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "base/limits.h"
#include "base/text.h"
#include "pki/name.h"

/* How types are written: RFC 4514 section 3, and what people know. */
static const struct {
	int nid;
	const char *name;
} types[] = {
    {NID_commonName, "CN"},
    {NID_localityName, "L"},
    {NID_stateOrProvinceName, "ST"},
    {NID_organizationName, "O"},
    {NID_organizationalUnitName, "OU"},
    {NID_countryName, "C"},
    {NID_streetAddress, "STREET"},
    {NID_domainComponent, "DC"},
    {NID_userId, "UID"},
    {NID_pkcs9_emailAddress, "emailAddress"},
    {NID_givenName, "GN"},
    {NID_surname, "SN"},
    {NID_serialNumber, "serialNumber"},
    {NID_title, "title"},
    {NID_pseudonym, "pseudonym"},
    {NID_organizationIdentifier, "organizationIdentifier"},
    {NID_dnQualifier, "dnQualifier"},
    {NID_name, "name"},
    {NID_initials, "initials"},
    {NID_generationQualifier, "generationQualifier"},
};

/* Text that grows up to its size and is then cut, at a character. */
struct line {
	char *out;
	size_t size;
	size_t len;
};

static void
line_add(struct line *l, const char *s)
{
	char tail[LIMIT_NAME + 1];

	text_show(span_str(s), tail, sizeof tail);
	for (s = tail; *s != '\0' && l->len + 1 < l->size; s++)
		l->out[l->len++] = *s;
	/* Not in the middle of a character. */
	if (*s != '\0')
		while (l->len > 0 && ((unsigned char)*s & 0xc0) == 0x80)
			s = &l->out[--l->len];
	l->out[l->len] = '\0';
}

/* Arcs and digits that are shown of an unknown type. */
#define OID_ARCS 16
#define OID_TEXT 128

/* X.690 section 8.19, as far as it is short and fits 32 bits. */
static void
oid_show(const ASN1_OBJECT *o, char out[OID_TEXT])
{
	const unsigned char *p = OBJ_get0_data(o);
	size_t n = OBJ_length(o), i, len = 0, arcs = 0;
	uint64_t arc = 0;

	out[0] = '\0';
	for (i = 0; i < n && arcs < OID_ARCS && len < OID_TEXT - 24; i++) {
		arc = arc << 7 | (p[i] & 0x7f);
		if (arc > UINT32_MAX)
			break;
		if ((p[i] & 0x80) != 0)
			continue;
		if (arcs++ == 0) {
			len = (size_t)snprintf(out, OID_TEXT, "%u.%u",
			    arc < 80 ? (unsigned)arc / 40 : 2,
			    (unsigned)(arc < 80 ? arc % 40 : arc - 80));
		} else {
			len += (size_t)snprintf(
			    out + len, OID_TEXT - len, ".%u", (unsigned)arc);
		}
		arc = 0;
	}
	if (i < n)
		strcpy(out + len, "...");
}

static void
type_show(struct line *l, const ASN1_OBJECT *o)
{
	char dotted[OID_TEXT];
	int nid = OBJ_obj2nid(o);
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i].nid == nid) {
			line_add(l, types[i].name);
			return;
		}
	oid_show(o, dotted);
	line_add(l, dotted);
}

/* Decode a value; longer ones than anybody shows are cut before. */
static void
value_decode(const ASN1_STRING *s, char out[LIMIT_NAME + 1])
{
	unsigned char *utf8 = NULL;
	int n;

	out[0] = '\0';
	n = ASN1_STRING_to_UTF8(&utf8, s);
	if (n >= 0)
		text_show((struct span){utf8, (size_t)n}, out, LIMIT_NAME + 1);
	OPENSSL_free(utf8);
}

/* RFC 4514 section 2.4. */
static void
value_show(struct line *l, const ASN1_STRING *s)
{
	char value[LIMIT_NAME + 1], escaped[2 * LIMIT_NAME + 3];
	size_t i, n = 0;

	value_decode(s, value);
	for (i = 0; value[i] != '\0'; i++) {
		if (strchr(",+\"\\<>;=", value[i]) != NULL ||
		    (i == 0 && value[i] == '#'))
			escaped[n++] = '\\';
		escaped[n++] = value[i];
	}
	escaped[n] = '\0';
	line_add(l, escaped);
}

void
name_show(const X509_NAME *name, char *out, size_t size)
{
	struct line l = {.out = out, .size = size};
	const X509_NAME_ENTRY *e;
	int i, set = -1;

	out[0] = '\0';
	for (i = X509_NAME_entry_count(name) - 1; i >= 0; i--) {
		if (l.len + 1 >= l.size)
			break;
		e = X509_NAME_get_entry(name, i);
		if (l.len > 0)
			line_add(&l, X509_NAME_ENTRY_set(e) == set ? "+" : ",");
		set = X509_NAME_ENTRY_set(e);
		type_show(&l, X509_NAME_ENTRY_get_object(e));
		line_add(&l, "=");
		value_show(&l, X509_NAME_ENTRY_get_data(e));
	}
}

void
name_show_der(struct span der, char *out, size_t size)
{
	const unsigned char *p = der.data;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)der.len);

	out[0] = '\0';
	if (name != NULL)
		name_show(name, out, size);
	X509_NAME_free(name);
	ERR_clear_error();
}

void
name_attribute(const X509_NAME *name, int nid, char *out, size_t size)
{
	char value[LIMIT_NAME + 1];
	int at = -1, last = -1;

	out[0] = '\0';
	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	value_decode(
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)), value);
	text_show(span_str(value), out, size);
}

bool
name_hash(struct span der, unsigned long *out)
{
	const unsigned char *p = der.data;
	X509_NAME *name;
	int ok = 0;

	name = d2i_X509_NAME(NULL, &p, (long)der.len);
	if (name != NULL)
		*out = X509_NAME_hash_ex(name, NULL, NULL, &ok);
	X509_NAME_free(name);
	return ok == 1;
}
