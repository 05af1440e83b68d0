#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/dn.h"

/* Three times the longest address, each byte escaped as \xx, and words. */
#define FILTER_SIZE (3 * 3 * ADDRESS_SIZE + 128)

static const char *const attributes[] = {"objectClass", "objectGUID", "mail",
    "proxyAddresses", "targetAddress", "userCertificate",
    "userSMIMECertificate", "extensionName", NULL};

/* A branch with an attribute that the schema lacks is just not true. */
static enum outcome
make_filter(const char *address, char *out, size_t size, struct reason *why)
{
	struct berval raw = {.bv_len = strlen(address)},
		      escaped = {.bv_len = 0};
	enum outcome o = DONE;
	int n;

	memcpy(&raw.bv_val, &address, sizeof address); /* only read */
	if (ldap_bv2escaped_filter_value(&raw, &escaped) != 0)
		return reason_set(why, REASON_MEMORY, "out of memory");
	n = snprintf(out, size,
	    "(|(proxyAddresses=smtp:%s)(mail=%s)(targetAddress=smtp:%s))",
	    escaped.bv_val, escaped.bv_val, escaped.bv_val);
	if (n < 0 || (size_t)n >= size)
		o = reason_set(why, REASON_BAD_ADDRESS,
		    "too long for a search: %s", address);
	ldap_memfree(escaped.bv_val);
	return o;
}

static bool
holds(struct ad *ad, LDAPMessage *e, const char *attribute, const char *value)
{
	struct berval **v = ldap_get_values_len(ad->ld, e, attribute);
	bool found = false;

	for (size_t i = 0; v != NULL && v[i] != NULL && !found; i++)
		found = v[i]->bv_len == strlen(value) &&
		    strncasecmp(v[i]->bv_val, value, v[i]->bv_len) == 0;
	ldap_value_free_len(v);
	return found;
}

static bool
is_inside(const struct ad *ad, const char *dn)
{
	size_t n = settings_count(ad->settings, "directory", "bases");

	for (size_t i = 0; i < n; i++)
		if (dn_is_inside(dn,
			settings_peek_at(
			    ad->settings, "directory", "bases", i)))
			return true;
	return false;
}

/* The proxy address with SMTP: in capitals. */
static void
get_primary_proxy(struct ad *ad, LDAPMessage *e, char *out, size_t size)
{
	struct berval **v = ldap_get_values_len(ad->ld, e, "proxyAddresses");

	out[0] = '\0';
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		if (v[i]->bv_len > 5 && v[i]->bv_len < size &&
		    strncmp(v[i]->bv_val, "SMTP:", 5) == 0)
			snprintf(
			    out, size, "%.*s", (int)v[i]->bv_len, v[i]->bv_val);
	ldap_value_free_len(v);
}

static const char *
or_null(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

static void
get_primary(struct ad *ad, LDAPMessage *e, struct contact *out)
{
	char target[CONTACT_DN], proxy[CONTACT_DN], mail[CONTACT_DN];

	ad_get_string(ad, e, "targetAddress", target, sizeof target);
	get_primary_proxy(ad, e, proxy, sizeof proxy);
	ad_get_string(ad, e, "mail", mail, sizeof mail);
	contact_set_primary(
	    out, or_null(target), or_null(proxy), or_null(mail));
}

static enum outcome
get_list(struct ad *ad, LDAPMessage *e, const char *attribute,
    enum outcome (*add)(struct contact *, struct span, struct reason *),
    struct contact *out, struct reason *why)
{
	struct berval **v = ldap_get_values_len(ad->ld, e, attribute);
	enum outcome o = DONE;

	for (size_t i = 0; v != NULL && v[i] != NULL && o == DONE; i++)
		o = add(out,
		    (struct span){(const uint8_t *)v[i]->bv_val, v[i]->bv_len},
		    why);
	ldap_value_free_len(v);
	return o;
}

/*
 * Active Directory hands out at most 1,500 values and calls the attribute
 * userCertificate;range=0-1499 then: nobody writes to such a contact.
 */
static bool
has_range(struct ad *ad, LDAPMessage *e)
{
	BerElement *ber = NULL;
	char *name = ldap_first_attribute(ad->ld, e, &ber);
	bool range = false;

	while (name != NULL) {
		if (strcasestr(name, ";range=") != NULL)
			range = true;
		ldap_memfree(name);
		name = ldap_next_attribute(ad->ld, e, ber);
	}
	ber_free(ber, 0);
	return range;
}

static enum outcome
describe(struct ad *ad, LDAPMessage *e, struct contact *out, struct reason *why)
{
	char *dn = ldap_get_dn(ad->ld, e);
	enum outcome o;

	if (dn == NULL || strlen(dn) >= sizeof out->dn) {
		ldap_memfree(dn);
		return reason_set(why, REASON_DIRECTORY_VALUE,
		    "an object with a name that is too long");
	}
	snprintf(out->dn, sizeof out->dn, "%s", dn);
	ldap_memfree(dn);
	out->kind =
	    holds(ad, e, "objectClass", "contact") ? CONTACT_ONE : CONTACT_USER;
	ad_get_id(ad, e, out->id);
	get_primary(ad, e, out);
	out->inside = is_inside(ad, out->dn);
	if (out->kind == CONTACT_USER)
		return DONE;
	o = get_list(ad, e, "userCertificate", contact_add_value, out, why);
	if (o == DONE)
		o = get_list(ad, e, "userSMIMECertificate", contact_add_shadow,
		    out, why);
	if (o == DONE)
		o = get_list(
		    ad, e, "extensionName", contact_add_mark, out, why);
	/* Whichever attribute it is: we have not seen all of this object. */
	if (has_range(ad, e))
		contact_set_overfull(out);
	return o;
}

enum outcome
ad_find(
    struct ad *ad, const char *address, struct contact *out, struct reason *why)
{
	char filter[FILTER_SIZE];
	LDAPMessage *result = NULL;
	enum outcome o;
	int n;

	o = make_filter(address, filter, sizeof filter, why);
	if (o != DONE)
		return o;
	/* Two are as ambiguous as a thousand. */
	o = ad_search(ad, ad->base, LDAP_SCOPE_SUBTREE, filter, attributes, 2,
	    &result, why);
	if (o != DONE)
		goto out;
	/* Entries alone: continuation references are not followed. */
	n = ldap_count_entries(ad->ld, result);
	if (n > 1)
		out->kind = CONTACT_MANY;
	else if (n == 1)
		o = describe(ad, ldap_first_entry(ad->ld, result), out, why);
out:
	ldap_msgfree(result);
	return o;
}

/* [MS-ADTS] 3.1.1.3.1.2.4: an object by its GUID, wherever it is. */
enum outcome
ad_get(
    struct ad *ad, const char *object, struct contact *out, struct reason *why)
{
	char base[CONTACT_ID + 8];
	LDAPMessage *result = NULL, *entry;
	struct reason inner;
	enum outcome o;

	snprintf(base, sizeof base, "<GUID=%s>", object);
	reason_clear(&inner);
	o = ad_search(ad, base, LDAP_SCOPE_BASE, "(objectClass=*)", attributes,
	    1, &result, &inner);
	entry = o == DONE ? ldap_first_entry(ad->ld, result) : NULL;
	if (entry != NULL)
		o = describe(ad, entry, out, why);
	else if (inner.code == REASON_DIRECTORY_OU)
		o = DONE; /* noSuchObject: it was deleted */
	else if (o != DONE && why != NULL)
		*why = inner;
	ldap_msgfree(result);
	return o;
}

/* So many of one name are looked at; with more it counts as taken. */
#define NAMESAKES 32

/* (|(displayName=...)(cn=...)...) of each variant, each byte as \\xx. */
#define NAMES_SIZE (NAME_VARIANTS * 2 * (3 * LIMIT_NAME + 24) + 8)

static enum outcome
names_filter(const char *name, char out[NAMES_SIZE], struct reason *why)
{
	char list[NAME_VARIANTS][LIMIT_NAME + 1];
	unsigned i, n = name_variants(name, list);
	size_t used = (size_t)snprintf(out, NAMES_SIZE, "(|");

	for (i = 0; i < n; i++) {
		struct berval raw = {.bv_val = list[i],
				  .bv_len = strlen(list[i])},
			      escaped = {.bv_len = 0};

		if (ldap_bv2escaped_filter_value(&raw, &escaped) != 0)
			return reason_set(why, REASON_MEMORY, "out of memory");
		used += (size_t)snprintf(out + used, NAMES_SIZE - used,
		    "(displayName=%s)(cn=%s)", escaped.bv_val, escaped.bv_val);
		ldap_memfree(escaped.bv_val);
	}
	snprintf(out + used, NAMES_SIZE - used, ")");
	return DONE;
}

static bool
is_ours(struct ad *ad, LDAPMessage *e)
{
	char *dn = ldap_get_dn(ad->ld, e);
	bool ours = dn != NULL && is_inside(ad, dn) &&
	    holds(ad, e, "objectClass", "contact");

	ldap_memfree(dn);
	return ours;
}

enum outcome
ad_named(struct ad *ad, const char *name, bool *taken, struct reason *why)
{
	static const char *const wanted[] = {"objectClass", NULL};
	LDAPMessage *result = NULL, *e;
	char filter[NAMES_SIZE];
	enum outcome o;

	*taken = false;
	o = names_filter(name, filter, why);
	if (o == DONE)
		o = ad_search(ad, ad->base, LDAP_SCOPE_SUBTREE, filter, wanted,
		    NAMESAKES, &result, why);
	if (o != DONE)
		goto out;
	*taken = ldap_count_entries(ad->ld, result) >= NAMESAKES;
	for (e = ldap_first_entry(ad->ld, result); e != NULL;
	     e = ldap_next_entry(ad->ld, e))
		*taken = *taken || !is_ours(ad, e);
out:
	ldap_msgfree(result);
	return o;
}
