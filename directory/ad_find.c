#include <ldap.h>
#include <stdio.h>
#include <string.h>

#include "directory/ad_entry.h"
#include "directory/dn.h"
#include "directory/hits.h"

/* Both forms of the longest address, three times, each byte escaped as \xx,
 * and words. */
#define FILTER_SIZE (2 * (3 * 3 * ADDRESS_SIZE + 128))

/* A branch with an attribute that the schema lacks is just not true. */
static enum outcome
add_address(const char *address, char out[FILTER_SIZE], struct reason *why)
{
	struct berval raw = {.bv_len = strlen(address)},
		      escaped = {.bv_len = 0};
	size_t used = strlen(out);
	enum outcome o = DONE;
	int n;

	memcpy(&raw.bv_val, &address, sizeof address); /* only read */
	if (ldap_bv2escaped_filter_value(&raw, &escaped) != 0)
		return reason_set(why, REASON_MEMORY, "out of memory");
	n = snprintf(out + used, FILTER_SIZE - used,
	    "(proxyAddresses=smtp:%s)(mail=%s)(targetAddress=smtp:%s)",
	    escaped.bv_val, escaped.bv_val, escaped.bv_val);
	if (n < 0 || (size_t)n >= FILTER_SIZE - used)
		o = reason_set(why, REASON_BAD_ADDRESS,
		    "too long for a search: %s", address);
	ldap_memfree(escaped.bv_val);
	return o;
}

/* An internationalised domain may stand there as people write it. */
static enum outcome
make_filter(const char *address, char out[FILTER_SIZE], struct reason *why)
{
	char unicode[ADDRESS_SIZE];
	enum outcome o;

	strcpy(out, "(|");
	o = add_address(address, out, why);
	if (o == DONE && address_unicode(address, unicode))
		o = add_address(unicode, out, why);
	if (o == DONE)
		strcat(out, ")");
	return o;
}

/* What asks on behind an entry may lose the connection, and libldap aborts
 * without one. */
static LDAPMessage *
next_entry(const struct ad *ad, LDAPMessage *e, enum outcome o)
{
	return o == DONE && ad->ld != NULL ? ldap_next_entry(ad->ld, e) : NULL;
}

/* Entries alone: continuation references are not followed.  Of several only
 * what they are is told, so that nothing more is read. */
static enum outcome
add_entries(
    struct ad *ad, LDAPMessage *result, struct hits *hits, struct reason *why)
{
	bool one = ldap_count_entries(ad->ld, result) == 1;
	enum outcome o = DONE;

	for (LDAPMessage *e = ldap_first_entry(ad->ld, result);
	     e != NULL && o == DONE; e = next_entry(ad, e, o)) {
		struct contact *c = hits_add(hits);

		if (c == NULL)
			break;
		o = one ? ad_entry_describe(ad, e, c, why)
			: ad_entry_outline(ad, e, c, why);
	}
	return o;
}

/*
 * The catalog has somebody of our own domain whom its search did not find.  It
 * may be late: then the object is there, without the address.  If it is not,
 * our server may be: made at another one a moment ago, and not here yet.
 */
static enum outcome
check_late(struct ad *ad, const struct contact *c, struct reason *why)
{
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	char base[CONTACT_ID + 8];
	LDAPMessage *result = NULL;
	struct reason inner;
	enum outcome o;

	snprintf(base, sizeof base, "<GUID=%s>", c->id);
	reason_clear(&inner);
	o = ad_search(ad, base, LDAP_SCOPE_BASE, "(objectClass=*)", none, 1,
	    &result, &inner);
	ldap_msgfree(result);
	if (inner.code == REASON_DIRECTORY_OU)
		o = reason_set(&inner, REASON_DIRECTORY_RACE,
		    "the global catalog has %s, which is not at %s yet, or no "
		    "longer",
		    c->dn, ad->server.host);
	if (o != DONE && why != NULL)
		*why = inner;
	return o;
}

/* Somebody else's turn closed a connection that we were in the middle of. */
static enum outcome
lost(struct reason *why)
{
	return reason_set(why, REASON_DIRECTORY_RACE,
	    "the connection was lost in the middle of a search");
}

/* One of the catalog's entries: kept when it is in another domain. */
static enum outcome
add_other(struct ad *gc, struct ad *ad, LDAPMessage *e, struct hits *hits,
    struct reason *why)
{
	struct contact *c, found = {.kind = CONTACT_NONE};
	enum outcome o = ad_entry_outline(gc, e, &found, why);

	found.inside = false;
	found.elsewhere = !dn_is_in_domain(found.dn, ad->domain);
	if (o == DONE && !found.elsewhere && !hits_have(hits, found.id))
		o = check_late(ad, &found, why);
	else if (o == DONE && found.elsewhere && (c = hits_add(hits)) != NULL) {
		*c = found;
		found = (struct contact){.kind = CONTACT_NONE};
	}
	contact_clear(&found);
	return o;
}

/* What the forest has of the address beyond our domain. */
static enum outcome
add_others(struct ad *gc, struct ad *ad, LDAPMessage *result, struct hits *hits,
    struct reason *why)
{
	unsigned connection = gc->connection;
	enum outcome o = DONE;

	for (LDAPMessage *e = ldap_first_entry(gc->ld, result);
	     e != NULL && o == DONE && !hits->more; e = next_entry(gc, e, o)) {
		o = add_other(gc, ad, e, hits, why);
		if (o == DONE && gc->connection != connection)
			o = lost(why);
	}
	return o;
}

/*
 * The global catalog, behind the search of the domain: it may be late, and
 * has not all attributes.
 */
static enum outcome
find_in_forest(
    struct ad *ad, const char *filter, struct hits *hits, struct reason *why)
{
	static const char *const names[] = {
	    "objectClass", "objectGUID", "targetAddress", NULL};
	unsigned connection = ad->connection;
	LDAPMessage *result = NULL;
	struct ad *gc = NULL;
	enum outcome o;

	if (!ad->configuration.has_more)
		return DONE;
	o = ad_gc_connect(ad, &gc, why);
	if (o != DONE)
		return o == NOTHING ? DONE : o;
	o = ad_search(gc, gc->base, LDAP_SCOPE_SUBTREE, filter, names,
	    HITS_MAX + 1, &result, why);
	/* our own domain is asked again for what the catalog has */
	if (o == DONE && ad->connection != connection)
		o = lost(why);
	if (o == DONE)
		o = add_others(gc, ad, result, hits, why);
	if (o == DONE && ad_is_cut(gc, result))
		hits->more = true;
	ldap_msgfree(result);
	return o;
}

static enum outcome
find_in_domain(
    struct ad *ad, const char *filter, struct hits *hits, struct reason *why)
{
	LDAPMessage *result = NULL;
	enum outcome o;

	o = ad_search(ad, ad->base, LDAP_SCOPE_SUBTREE, filter,
	    ad_entry_peek_attributes(), HITS_MAX + 1, &result, why);
	if (o == DONE)
		o = add_entries(ad, result, hits, why);
	if (o == DONE && ad_is_cut(ad, result))
		hits->more = true;
	ldap_msgfree(result);
	return o;
}

enum outcome
ad_find(
    struct ad *ad, const char *address, struct contact *out, struct reason *why)
{
	struct hits hits = {.n = 0};
	char filter[FILTER_SIZE];
	enum outcome o;

	o = make_filter(address, filter, why);
	if (o == DONE)
		o = ad_forest_read(ad, why);
	if (o == DONE && ad_forest_accepts(&ad->configuration, address))
		o = reason_set(why, REASON_OWN_DOMAIN,
		    "%s: Exchange takes mail for this domain", address);
	if (o == DONE)
		o = find_in_domain(ad, filter, &hits, why);
	if (o == DONE)
		o = find_in_forest(ad, filter, &hits, why);
	if (o == DONE)
		hits_end(&hits, out);
	hits_clear(&hits);
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
	o = ad_search(ad, base, LDAP_SCOPE_BASE, "(objectClass=*)",
	    ad_entry_peek_attributes(), 1, &result, &inner);
	entry = o == DONE ? ldap_first_entry(ad->ld, result) : NULL;
	if (entry != NULL)
		o = ad_entry_describe(ad, entry, out, why);
	else if (inner.code == REASON_DIRECTORY_OU)
		o = DONE; /* noSuchObject: it was deleted */
	else if (o != DONE && why != NULL)
		*why = inner;
	ldap_msgfree(result);
	return o;
}
