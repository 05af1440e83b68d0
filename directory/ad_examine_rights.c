#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/ad_examine.h"
#include "directory/dn.h"
#include "directory/rights.h"

#define LIST_SIZE 200
#define DACL_INFORMATION 4 /* of sDRightsEffective, [MS-ADTS] 3.1.1.4.5.4 */

/* RIGHTS_CONTACT as entries have it: the first three parts little-endian. */
static const uint8_t contact_class[] = {0xd0, 0x1e, 0xb4, 0x5c, 0x4c, 0x0e,
    0xd0, 0x11, 0xa2, 0x86, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2};

/* With these a stolen secret could reroute mail, or make a stranger somebody
 * inside. */
static const char *const dangerous[] = {"mail", "proxyAddresses",
    "targetAddress", "displayName", "mailNickname", "legacyExchangeDN",
    "altRecipient", NULL};

static void
append_name(char *list, const char *name)
{
	size_t n = strlen(list);

	snprintf(list + n, LIST_SIZE - n, "%s%s", n > 0 ? ", " : "", name);
}

/*
 * Owner and entries of an object's permissions; *out is the caller's.  Asked
 * for without the audit part, which only administrators see: the control of
 * [MS-ADTS] 3.1.1.3.4.1.11 with OWNER and DACL.
 */
static bool
read_descriptor(struct examination *x, const char *dn, struct bytes *out)
{
	char oid[] = "1.2.840.113556.1.4.801";
	char flags[] = {0x30, 3, 2, 1, 5};
	LDAPControl control = {.ldctl_oid = oid,
	    .ldctl_value = {sizeof flags, flags},
	    .ldctl_iscritical = 1};
	LDAPControl *controls[] = {&control, NULL};
	char name[] = "nTSecurityDescriptor";
	char *names[] = {name, NULL};
	struct timeval tv = {.tv_sec = AD_OPERATION_MAX / 1000};
	LDAPMessage *result = NULL, *e;
	struct berval **v = NULL;
	bool got = false;
	int rc;

	if (x->ad->ld == NULL)
		return false;
	rc = ldap_search_ext_s(x->ad->ld, dn, LDAP_SCOPE_BASE,
	    "(objectClass=*)", names, 0, controls, NULL, &tv, 1, &result);
	e = rc == LDAP_SUCCESS ? ldap_first_entry(x->ad->ld, result) : NULL;
	if (e != NULL)
		v = ldap_get_values_len(x->ad->ld, e, name);
	if (v != NULL && v[0] != NULL)
		got = bytes_dup(
		    (struct span){(const uint8_t *)v[0]->bv_val, v[0]->bv_len},
		    out);
	ldap_value_free_len(v);
	ldap_msgfree(result);
	return got && security_is_valid(span_bytes(out));
}

/* The reason, when there is one, names the object. */
static void
add_missing(struct examination *x, enum finding_code code, const char *dn,
    const struct reason *why)
{
	if (why->code != REASON_OK)
		findings_add_reason(x->out, code, why);
	else
		findings_add(x->out, code, "%s cannot be seen", dn);
}

/* Those by which somebody could log on or get rights, by name. */
static bool
is_notable(const char *class)
{
	static const char *const notable[] = {"user", "computer",
	    "inetOrgPerson", "group", "organizationalUnit",
	    "msDS-GroupManagedServiceAccount"};

	for (size_t i = 0; i < sizeof notable / sizeof notable[0]; i++)
		if (strcasecmp(class, notable[i]) == 0)
			return true;
	return false;
}

/* All classes but contact that may be created there. */
static void
look_at_classes(struct examination *x, LDAPMessage *e, const char *ou)
{
	struct berval **v =
	    ldap_get_values_len(x->ad->ld, e, "allowedChildClassesEffective");
	char list[LIST_SIZE] = "", one[64];
	bool contact = false;
	unsigned n = 0;

	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		snprintf(
		    one, sizeof one, "%.*s", (int)v[i]->bv_len, v[i]->bv_val);
		if (strcasecmp(one, "contact") == 0) {
			contact = true;
			continue;
		}
		n++;
		if (is_notable(one))
			append_name(list, one);
	}
	ldap_value_free_len(v);
	findings_add(x->out,
	    contact ? FINDING_CREATE_OK : FINDING_CREATE_DENIED,
	    "contacts may %sbe created in %s", contact ? "" : "not ", ou);
	if (n > 0)
		findings_add(x->out, FINDING_CREATE_WIDE,
		    "%u other classes may be created in %s%s%s", n, ou,
		    list[0] != '\0' ? ", among them " : "", list);
}

static void
look_at_create_ou(struct examination *x, const char *ou)
{
	static const char *const attributes[] = {
	    "allowedChildClassesEffective", NULL};
	LDAPMessage *result, *e;
	struct reason why;

	e = ad_examine_first(x, ou, LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, &result, &why);
	if (e == NULL)
		add_missing(x, FINDING_CREATE_MISSING, ou, &why);
	else
		look_at_classes(x, e, ou);
	ldap_msgfree(result);
}

static void
look_at_creating(struct examination *x)
{
	const struct settings *s = x->ad->settings;
	size_t n = rights_create_count(s);

	if (n == 0)
		findings_add(
		    x->out, FINDING_CREATE_OFF, "no contacts are created");
	for (size_t i = 0; i < n; i++)
		if (rights_peek_create(s, i) != NULL)
			look_at_create_ou(x, rights_peek_create(s, i));
}

/* What we write, by the table that acl prints. */
static void
look_at_needed(struct examination *x, LDAPMessage *e, const char *dn)
{
	char may[LIST_SIZE] = "", lack[LIST_SIZE] = "";
	const struct right *r;

	for (r = rights_peek(); r->what != NULL; r++) {
		if (r->where != RIGHT_BASES || r->object[0] == '\0' ||
		    !rights_needed(r, x->ad->settings))
			continue;
		append_name(ad_examine_has(
				x, e, "allowedAttributesEffective", r->object)
			? may
			: lack,
		    r->object);
	}
	if (lack[0] != '\0')
		findings_add(x->out, FINDING_WRITE_DENIED,
		    "may not write %s of %s", lack, dn);
	else
		findings_add(
		    x->out, FINDING_WRITE_OK, "may write %s of %s", may, dn);
}

static void
look_at_dangerous(struct examination *x, LDAPMessage *e, const char *dn)
{
	char list[LIST_SIZE] = "";

	for (const char *const *d = dangerous; *d != NULL; d++)
		if (ad_examine_has(x, e, "allowedAttributesEffective", *d))
			append_name(list, *d);
	if (list[0] != '\0')
		findings_add(
		    x->out, FINDING_WRITE_WIDE, "may write %s of %s", list, dn);
}

/* Whether the object, or a child of its parent, may be deleted. */
static void
look_at_deleting(struct examination *x, const char *dn, struct span sd)
{
	char parent[CONTACT_DN];
	struct bytes above = {.len = 0};
	bool may = security_grants(sd, &x->token,
		       SECURITY_DELETE | SECURITY_DELETE_TREE, NULL) != 0;

	if (!may && dn_parent(dn, parent, sizeof parent) &&
	    read_descriptor(x, parent, &above))
		may = security_grants(span_bytes(&above), &x->token,
			  SECURITY_DELETE_CHILD, contact_class) != 0;
	bytes_clear(&above);
	if (may)
		findings_add(x->out, FINDING_DELETE_WIDE, "may delete %s", dn);
	else
		findings_add(
		    x->out, FINDING_DELETE_OK, "may not delete %s", dn);
}

static void
look_at_owner(
    struct examination *x, LDAPMessage *e, const char *dn, struct span sd)
{
	bool owner = security_is_owner(sd, &x->token);
	char text[32];
	unsigned effective = 0;

	ad_get_string(x->ad, e, "sDRightsEffective", text, sizeof text);
	(void)sscanf(text, "%u", &effective);
	if (!(effective & DACL_INFORMATION))
		findings_add(x->out, FINDING_OWNER_OK,
		    "may not change permissions of %s%s", dn,
		    owner ? ", which it owns" : "");
	else if (owner && x->samba && security_limits_owner(sd) &&
	    security_grants(sd, &x->token, SECURITY_WRITE_DAC, NULL) == 0)
		findings_add(x->out, FINDING_OWNER_SAMBA,
		    "may change permissions of %s, which it owns", dn);
	else
		findings_add(x->out, FINDING_OWNER_WIDE,
		    "may change permissions of %s%s", dn,
		    owner ? ", which it owns" : "");
}

/* All that can be read from one contact. */
static void
look_at_contact(struct examination *x, const char *dn)
{
	static const char *const attributes[] = {
	    "allowedAttributesEffective", "sDRightsEffective", NULL};
	struct bytes sd = {.len = 0};
	LDAPMessage *result, *e;
	struct reason why;

	e = ad_examine_first(x, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, &result, &why);
	if (e != NULL) {
		look_at_needed(x, e, dn);
		look_at_dangerous(x, e, dn);
		if (read_descriptor(x, dn, &sd)) {
			look_at_owner(x, e, dn, span_bytes(&sd));
			look_at_deleting(x, dn, span_bytes(&sd));
		}
	} else
		findings_add_reason(x->out, FINDING_ASK_FAILED, &why);
	bytes_clear(&sd);
	ldap_msgfree(result);
}

/* A name that the filter finds below base; false: none. */
static bool
find_one(struct examination *x, const char *base, const char *filter,
    char dn[CONTACT_DN])
{
	static const char *const attributes[] = {"objectGUID", NULL};
	LDAPMessage *result, *e;
	struct reason why;
	char *name = NULL;
	bool found;

	e = ad_examine_first(
	    x, base, LDAP_SCOPE_SUBTREE, filter, attributes, &result, &why);
	if (e != NULL)
		name = ldap_get_dn(x->ad->ld, e);
	found = name != NULL && strlen(name) < CONTACT_DN;
	if (found)
		snprintf(dn, CONTACT_DN, "%s", name);
	ldap_memfree(name);
	ldap_msgfree(result);
	return found;
}

/* One of ours tells most, as we own it. */
static void
look_at_base(struct examination *x, const char *base)
{
	static const char *const attributes[] = {"objectGUID", NULL};
	LDAPMessage *result, *e;
	char dn[CONTACT_DN];
	struct reason why;

	e = ad_examine_first(x, base, LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, &result, &why);
	ldap_msgfree(result);
	if (e == NULL) {
		add_missing(x, FINDING_BASE_BAD, base, &why);
		return;
	}
	findings_add(x->out, FINDING_BASE_OK, "%s is there", base);
	if (find_one(x, base,
		"(&(objectClass=contact)(extensionName=certharvest:1:*))",
		dn) ||
	    find_one(x, base, "(objectClass=contact)", dn))
		look_at_contact(x, dn);
	else
		findings_add(x->out, FINDING_WRITE_UNPROVEN,
		    "no contact below %s yet", base);
}

/* Somebody who is neither we nor protected as an administrator. */
static bool
find_user(struct examination *x, char dn[CONTACT_DN])
{
	char filter[256 + 3 * SECURITY_SID], sid[3 * SECURITY_SID + 1] = "";

	for (size_t i = 0; x->token.n > 0 && i < x->token.sids[0].len; i++)
		snprintf(sid + 3 * i, sizeof sid - 3 * i, "\\%02x",
		    x->token.sids[0].octets[i]);
	snprintf(filter, sizeof filter,
	    "(&(objectClass=user)(objectCategory=person)(!(adminCount=1))"
	    "(userAccountControl:1.2.840.113556.1.4.803:=512)%s%s%s)",
	    sid[0] != '\0' ? "(!(objectSid=" : "", sid,
	    sid[0] != '\0' ? "))" : "");
	return find_one(x, x->domain, filter, dn) &&
	    !dn_is_same(dn, x->account);
}

static void
look_at_users(struct examination *x)
{
	static const char *const attributes[] = {
	    "allowedAttributesEffective", NULL};
	struct berval **v = NULL;
	LDAPMessage *result, *e;
	struct reason why;
	char dn[CONTACT_DN];
	int n;

	if (!find_user(x, dn))
		return;
	e = ad_examine_first(x, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, &result, &why);
	if (e != NULL)
		v = ldap_get_values_len(
		    x->ad->ld, e, "allowedAttributesEffective");
	n = ldap_count_values_len(v);
	if (n > 0)
		findings_add(x->out, FINDING_USERS_WIDE,
		    "may write %d attributes of %s", n, dn);
	else if (e != NULL)
		findings_add(
		    x->out, FINDING_USERS_OK, "may write nothing of %s", dn);
	ldap_value_free_len(v);
	ldap_msgfree(result);
}

void
ad_examine_rights(struct examination *x)
{
	const struct settings *s = x->ad->settings;
	size_t n = settings_count(s, "directory", "bases");

	for (size_t i = 0; i < n; i++)
		look_at_base(x, settings_peek_at(s, "directory", "bases", i));
	look_at_creating(x);
	look_at_users(x);
}
