#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/ad_entry.h"
#include "directory/dn.h"
#include "directory/object.h"
#include "directory/settings.h"

#define PIECE 500 /* values; Active Directory gives at most 1,500 */
#define NAME_SIZE 64

/* Attributes of which all has to be seen. */
enum { PROXIES, MARKS, LONG_ATTRIBUTES };
static const char *const long_attributes[] = {
    [PROXIES] = "proxyAddresses",
    [MARKS] = "extensionName",
};

/* What was told of an entry so far. */
struct reading {
	struct ad *ad;
	struct object object;
	unsigned next[LONG_ATTRIBUTES]; /* value to go on with; 0: all read */
};

/* One value more than is kept of certificates and shadows tells of the rest:
 * CONTACT_VALUES, CONTACT_SHADOWS. */
const char *const *
ad_entry_peek_attributes(void)
{
	static const char *const names[] = {"objectClass", "objectGUID", "mail",
	    "proxyAddresses;range=0-499", "targetAddress",
	    "userCertificate;range=0-64", "userSMIMECertificate;range=0-8",
	    "extensionName;range=0-499", "msExchOriginatingForest",
	    "mailNickname", NULL};

	return names;
}

bool
ad_entry_is_inside(const struct ad *ad, const char *dn)
{
	size_t n = settings_count(ad->settings, "directory", "bases");

	for (size_t i = 0; i < n; i++)
		if (dn_is_inside(dn,
			settings_peek_at(
			    ad->settings, "directory", "bases", i)))
			return true;
	return false;
}

/*
 * Take an attribute description apart (RFC 4512 section 2.5): the name, and
 * the number of the value to go on with, 0 when these are all.  "range=0-*"
 * are all of them.
 */
static void
take_description(const char *description, char name[NAME_SIZE], unsigned *next)
{
	const char *option = strcasestr(description, ";range=");
	const char *dash = option != NULL ? strchr(option, '-') : NULL;

	snprintf(name, NAME_SIZE, "%.*s", (int)strcspn(description, ";"),
	    description);
	*next = 0;
	if (dash != NULL && dash[1] != '*')
		*next = (unsigned)strtoul(dash + 1, NULL, 10) + 1;
}

/* There is more of the attribute than these. */
static void
note_rest(struct reading *r, const char *name, unsigned next)
{
	for (unsigned i = 0; i < LONG_ATTRIBUTES; i++)
		if (strcasecmp(name, long_attributes[i]) == 0)
			r->next[i] = next;
	if (strcasecmp(name, "userCertificate") == 0)
		contact_set_overfull(r->object.contact);
}

static enum outcome
note_attribute(struct reading *r, LDAPMessage *e, const char *description,
    struct reason *why)
{
	struct berval **v = ldap_get_values_len(r->ad->ld, e, description);
	enum outcome o = DONE;
	char name[NAME_SIZE];
	unsigned next;

	take_description(description, name, &next);
	for (size_t i = 0; v != NULL && v[i] != NULL && o == DONE; i++)
		o = object_note(&r->object, name,
		    (struct span){(const uint8_t *)v[i]->bv_val, v[i]->bv_len},
		    why);
	if (next > 0)
		note_rest(r, name, next);
	ldap_value_free_len(v);
	return o;
}

static enum outcome
note_entry(struct reading *r, LDAPMessage *e, struct reason *why)
{
	BerElement *ber = NULL;
	char *name = ldap_first_attribute(r->ad->ld, e, &ber);
	enum outcome o = DONE;

	while (name != NULL && o == DONE) {
		o = note_attribute(r, e, name, why);
		ldap_memfree(name);
		name = ldap_next_attribute(r->ad->ld, e, ber);
	}
	ldap_memfree(name);
	ber_free(ber, 0);
	return o;
}

/* Ask the object that was found once more.  Somebody may have deleted it
 * since. */
static enum outcome
ask_again(struct ad *ad, const char *id, const char *filter,
    const char *const *names, LDAPMessage **result, struct reason *why)
{
	char base[CONTACT_ID + 8];
	struct reason inner;
	enum outcome o;

	snprintf(base, sizeof base, "<GUID=%s>", id);
	reason_clear(&inner);
	o = ad_search(
	    ad, base, LDAP_SCOPE_BASE, filter, names, 1, result, &inner);
	if (inner.code == REASON_DIRECTORY_OU)
		o = reason_set(&inner, REASON_DIRECTORY_RACE,
		    "%s was there a moment ago", base);
	if (o != DONE && why != NULL)
		*why = inner;
	return o;
}

/* One piece more of one attribute. */
static enum outcome
read_piece(struct reading *r, unsigned which, struct reason *why)
{
	const char *names[] = {NULL, NULL};
	char name[NAME_SIZE + 40];
	LDAPMessage *result = NULL, *entry = NULL;
	unsigned from = r->next[which];
	enum outcome o;

	snprintf(name, sizeof name, "%s;range=%u-%u", long_attributes[which],
	    from, from + PIECE - 1);
	names[0] = name;
	r->next[which] = 0;
	o = ask_again(r->ad, r->object.contact->id, "(objectClass=*)", names,
	    &result, why);
	if (o == DONE)
		entry = ldap_first_entry(r->ad->ld, result);
	if (entry != NULL)
		o = note_entry(r, entry, why);
	/* A server that gives the same piece again would never end. */
	if (o == DONE && r->next[which] != 0 && r->next[which] <= from)
		o = reason_set(why, REASON_PROTOCOL,
		    "the directory does not go on behind value %u of %s", from,
		    long_attributes[which]);
	ldap_msgfree(result);
	return o;
}

static enum outcome
read_on(struct reading *r, struct reason *why)
{
	enum outcome o = DONE;

	for (unsigned i = 0; i < LONG_ATTRIBUTES; i++) {
		for (unsigned n = 1;
		     n < AD_ENTRY_PIECES && r->next[i] != 0 && o == DONE; n++)
			o = read_piece(r, i, why);
		/* Nothing is written to what was not seen as a whole. */
		if (r->next[i] != 0)
			contact_set_overfull(r->object.contact);
	}
	return o;
}

static enum outcome
note_name(struct reading *r, LDAPMessage *e, struct reason *why)
{
	struct contact *out = r->object.contact;
	char *dn = ldap_get_dn(r->ad->ld, e), winner[CONTACT_DN];
	enum outcome o = DONE;

	if (dn == NULL || strlen(dn) >= sizeof out->dn)
		o = reason_set(why, REASON_DIRECTORY_VALUE,
		    "an object with a name that is too long");
	else
		snprintf(out->dn, sizeof out->dn, "%s", dn);
	ldap_memfree(dn);
	ad_get_id(r->ad, e, out->id);
	/* What we cannot name again is not for us; two such are not one. */
	if (o == DONE && out->id[0] == '\0')
		o = reason_set(why, REASON_DIRECTORY_VALUE,
		    "%.200s has no objectGUID that we may read", out->dn);
	out->inside = ad_entry_is_inside(r->ad, out->dn);
	out->conflict = dn_is_conflict(out->dn, winner, sizeof winner);
	return o;
}

/*
 * Whether the contact is somebody else's by directory.managed_filter.  That of
 * the default is known already; another one is the server's to evaluate.
 */
static enum outcome
check_managed(struct ad *ad, struct contact *c, struct reason *why)
{
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	const char *filter =
	    settings_peek(ad->settings, "directory", "managed_filter");
	LDAPMessage *result = NULL;
	enum outcome o;

	if (strcmp(filter, DIRECTORY_MANAGED_FILTER) == 0)
		return DONE;
	c->managed = false;
	if (filter[0] == '\0')
		return DONE;
	o = ask_again(ad, c->id, filter, none, &result, why);
	if (o == DONE)
		c->managed = ldap_count_entries(ad->ld, result) > 0;
	ldap_msgfree(result);
	return o;
}

static enum outcome
describe(struct ad *ad, LDAPMessage *entry, bool all, struct contact *out,
    struct reason *why)
{
	struct reading r = {.ad = ad};
	enum outcome o;

	object_init(&r.object, out);
	o = note_name(&r, entry, why);
	if (o == DONE)
		o = note_entry(&r, entry, why);
	if (o == DONE && all)
		o = read_on(&r, why);
	if (o != DONE)
		return o;
	object_end(&r.object);
	out->managed = r.object.is_foreign;
	return all && out->kind == CONTACT_ONE && out->inside
	    ? check_managed(ad, out, why)
	    : DONE;
}

enum outcome
ad_entry_describe(
    struct ad *ad, LDAPMessage *entry, struct contact *out, struct reason *why)
{
	return describe(ad, entry, true, out, why);
}

enum outcome
ad_entry_outline(
    struct ad *ad, LDAPMessage *entry, struct contact *out, struct reason *why)
{
	return describe(ad, entry, false, out, why);
}
