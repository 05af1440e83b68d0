#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "directory/ad_entry.h"

/* So many of one name are looked at; a search that ends before its end counts
 * as taken. */
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
is_ours(struct ad *ad, LDAPMessage *e)
{
	char *dn = ldap_get_dn(ad->ld, e);
	bool ours = dn != NULL && ad_entry_is_inside(ad, dn) &&
	    holds(ad, e, "objectClass", "contact");

	ldap_memfree(dn);
	return ours;
}

/* Of one domain, or with the connection to a global catalog of all. */
static enum outcome
look(struct ad *ad, const char *filter, bool *taken, struct reason *why)
{
	static const char *const wanted[] = {"objectClass", NULL};
	LDAPMessage *result = NULL, *e = NULL;
	enum outcome o;

	o = ad_search(ad, ad->base, LDAP_SCOPE_SUBTREE, filter, wanted,
	    NAMESAKES, &result, why);
	if (o == DONE) {
		*taken = ad_is_cut(ad, result);
		e = ldap_first_entry(ad->ld, result);
	}
	for (; e != NULL; e = ldap_next_entry(ad->ld, e))
		*taken = *taken || !is_ours(ad, e);
	ldap_msgfree(result);
	return o;
}

enum outcome
ad_named(struct ad *ad, const char *name, bool *taken, struct reason *why)
{
	char filter[NAMES_SIZE];
	struct ad *gc = NULL;
	enum outcome o;

	*taken = false;
	o = names_filter(name, filter, why);
	if (o == DONE)
		o = look(ad, filter, taken, why);
	if (o != DONE || *taken || !ad->configuration.has_more)
		return o;
	o = ad_gc_connect(ad, &gc, why);
	if (o == DONE)
		o = look(gc, filter, taken, why);
	return o == NOTHING ? DONE : o;
}
