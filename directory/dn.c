#include <ldap.h>
#include <stdint.h>
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

static bool
same_berval(const struct berval *a, const struct berval *b)
{
	return a->bv_len == b->bv_len &&
	    strncasecmp(a->bv_val, b->bv_val, a->bv_len) == 0;
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

bool
dn_is_inside(const char *dn, const char *base)
{
	LDAPDN d = NULL, b = NULL;
	bool inside = false;
	unsigned n_d, n_b, i;

	if (ldap_str2dn(dn, &d, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS ||
	    ldap_str2dn(base, &b, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		goto out;
	n_d = count(d);
	n_b = count(b);
	if (n_b == 0 || n_d < n_b)
		goto out;
	inside = true;
	for (i = 0; i < n_b && inside; i++)
		inside = same_rdn(d[n_d - n_b + i], b[i]);
out:
	ldap_dnfree(d);
	ldap_dnfree(b);
	return inside;
}

bool
dn_is_valid(const char *dn)
{
	LDAPDN d = NULL;
	bool valid =
	    ldap_str2dn(dn, &d, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    count(d) > 0;

	ldap_dnfree(d);
	return valid;
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
	ava.la_value.bv_val = (char *)(uintptr_t)cn;
	ava.la_flags = LDAP_AVA_STRING;
	if (ldap_dn2str(dn, &text, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return NULL;
	return text;
}

enum outcome
dn_make(const char *cn, const char *parent, char *out, size_t size,
    struct reason *why)
{
	char *rdn = dup_rdn(cn);
	enum outcome o = DONE;
	int n = -1;

	if (rdn != NULL && dn_is_valid(parent))
		n = snprintf(out, size, "%s,%s", rdn, parent);
	if (n < 0 || (size_t)n >= size)
		o = reason_set(why, REASON_SETTINGS,
		    "no name can be made of %s below \"%s\"", cn, parent);
	ldap_memfree(rdn);
	return o;
}
