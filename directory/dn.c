#include <ctype.h>
#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "directory/dn.h"

static unsigned
count(LDAPDN dn)
{
	unsigned n = 0;

	while (dn != NULL && dn[n] != NULL)
		n++;
	return n;
}

/* libldap has no address for a value without a byte. */
static bool
same_berval(const struct berval *a, const struct berval *b)
{
	return a->bv_len == b->bv_len &&
	    (a->bv_len == 0 ||
		strncasecmp(a->bv_val, b->bv_val, a->bv_len) == 0);
}

/* Same attributes and values in the same order, ignoring ASCII case. */
static bool
same_rdn(LDAPRDN a, LDAPRDN b)
{
	unsigned i;

	for (i = 0; a[i] != NULL && b[i] != NULL; i++)
		if (!same_berval(&a[i]->la_attr, &b[i]->la_attr) ||
		    !same_berval(&a[i]->la_value, &b[i]->la_value))
			return false;
	return a[i] == NULL && b[i] == NULL;
}

/*
 * Samba writes \* and \? where RFC 4514 has no escape, and libldap refuses to
 * read that.  Such a pair becomes \XX, which means the same.  false: too long.
 */
static bool
tame(const char *dn, char *out, size_t size)
{
	size_t n = 0;

	for (; *dn != '\0' && n + 4 < size; dn++) {
		bool pair = dn[0] == '\\' && dn[1] != '\0';
		bool hex = pair && isxdigit((unsigned char)dn[1]) &&
		    isxdigit((unsigned char)dn[2]);

		if (pair && !hex && strchr("\\\"+,;<>=# ", dn[1]) == NULL) {
			n += (size_t)snprintf(
			    out + n, size - n, "\\%02X", (unsigned char)*++dn);
			continue;
		}
		out[n++] = *dn;
		if (pair)
			out[n++] = *++dn;
	}
	out[n] = '\0';
	return *dn == '\0';
}

/* Whether dn lies below base, or is it; *next is the part of dn right above
 * base, NULL when there is none. */
static bool
ends_with(LDAPDN d, LDAPDN b, LDAPRDN *next)
{
	unsigned n_d = count(d), n_b = count(b), i;
	bool ends = n_b > 0 && n_d >= n_b;

	for (i = 0; i < n_b && ends; i++)
		ends = same_rdn(d[n_d - n_b + i], b[i]);
	*next = ends && n_d > n_b ? d[n_d - n_b - 1] : NULL;
	return ends;
}

static bool
is_dc(LDAPRDN rdn)
{
	return rdn != NULL && rdn[0]->la_attr.bv_len == 2 &&
	    strncasecmp(rdn[0]->la_attr.bv_val, "DC", 2) == 0;
}

/* above: nor in a domain below base. */
static bool
is_inside(const char *dn, const char *base, bool above)
{
	LDAPDN d = NULL, b = NULL;
	LDAPRDN next = NULL;
	char low[4096], high[4096];
	bool inside;

	inside = tame(dn, low, sizeof low) && tame(base, high, sizeof high) &&
	    ldap_str2dn(low, &d, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    ldap_str2dn(high, &b, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    ends_with(d, b, &next) && !(above && is_dc(next));
	ldap_dnfree(d);
	ldap_dnfree(b);
	return inside;
}

bool
dn_is_inside(const char *dn, const char *base)
{
	return is_inside(dn, base, false);
}

bool
dn_is_in_domain(const char *dn, const char *domain)
{
	return is_inside(dn, domain, true);
}

bool
dn_is_same(const char *a, const char *b)
{
	return dn_is_inside(a, b) && dn_is_inside(b, a);
}

/* Cut the name at the line feed; false: there is none with CNF: behind it. */
static bool
cut_conflict(struct berval *value)
{
	static const char sign[] = "\nCNF:";
	const char *at = NULL;

	if (value->bv_len > 0)
		at =
		    memmem(value->bv_val, value->bv_len, sign, sizeof sign - 1);
	if (at == NULL)
		return false;
	value->bv_len = (ber_len_t)(at - value->bv_val);
	value->bv_val[value->bv_len] = '\0';
	return true;
}

bool
dn_is_conflict(const char *dn, char *winner, size_t size)
{
	LDAPDN d = NULL;
	char tamed[4096], *text = NULL;
	bool conflict = false;

	winner[0] = '\0';
	if (!tame(dn, tamed, sizeof tamed) ||
	    ldap_str2dn(tamed, &d, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS ||
	    count(d) == 0)
		goto out;
	conflict = cut_conflict(&d[0][0]->la_value);
	if (conflict &&
	    ldap_dn2str(d, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    strlen(text) < size)
		strcpy(winner, text);
out:
	ldap_memfree(text);
	ldap_dnfree(d);
	return conflict;
}

/* "CN=<cn>", escaped; the caller frees it with ldap_memfree(). */
static char *
dup_rdn(const char *cn)
{
	char name[] = "CN";
	LDAPAVA ava = {.la_attr = {.bv_len = 2, .bv_val = name}};
	LDAPAVA *rdn[] = {&ava, NULL};
	LDAPRDN dn[] = {rdn, NULL};
	char *text = NULL;

	/* libldap only reads the value. */
	ava.la_value.bv_len = strlen(cn);
	memcpy(&ava.la_value.bv_val, &cn, sizeof cn);
	ava.la_flags = LDAP_AVA_STRING;
	if (ldap_dn2str(dn, &text, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return NULL;
	return text;
}

/* The DN as libldap writes it, whatever the spacing was; as above. */
static char *
dup_normal(const char *dn)
{
	LDAPDN d = NULL;
	char *text = NULL;

	if (ldap_str2dn(dn, &d, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    count(d) > 0 &&
	    ldap_dn2str(d, &text, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		text = NULL;
	ldap_dnfree(d);
	return text;
}

enum outcome
dn_make(const char *cn, const char *parent, char *out, size_t size,
    struct reason *why)
{
	char *rdn = dup_rdn(cn), *normal = dup_normal(parent);
	enum outcome o = DONE;
	int n = -1;

	if (rdn != NULL && normal != NULL)
		n = snprintf(out, size, "%s,%s", rdn, normal);
	if (n < 0 || (size_t)n >= size)
		o = reason_set(why, REASON_SETTINGS,
		    "no name can be made of %s below \"%s\"", cn, parent);
	ldap_memfree(rdn);
	ldap_memfree(normal);
	return o;
}

bool
dn_parent(const char *dn, char *out, size_t size)
{
	char tamed[4096], *text = NULL;
	LDAPDN d = NULL;
	int n = -1;

	if (tame(dn, tamed, sizeof tamed) &&
	    ldap_str2dn(tamed, &d, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    count(d) > 1 &&
	    ldap_dn2str(d + 1, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS)
		n = snprintf(out, size, "%s", text);
	ldap_memfree(text);
	ldap_dnfree(d);
	return n >= 0 && (size_t)n < size;
}
