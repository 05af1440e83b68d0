#include <ldap.h>
#include <stdio.h>
#include <string.h>

#include "directory/ad_root.h"

/* LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID, MS-ADTS 3.1.1.3.4.3. */
#define READ_ONLY "1.2.840.113556.1.4.1920"

static bool
has_value(struct ad *ad, LDAPMessage *e, const char *name, const char *value)
{
	struct berval **v = ldap_get_values_len(ad->ld, e, name);
	bool found = false;

	for (size_t i = 0; v != NULL && v[i] != NULL && !found; i++)
		found = v[i]->bv_len == strlen(value) &&
		    memcmp(v[i]->bv_val, value, v[i]->bv_len) == 0;
	ldap_value_free_len(v);
	return found;
}

/* DC=corp,DC=example as corp.example; "" when that cannot be. */
static void
read_forest(struct ad *ad, LDAPMessage *e)
{
	char dn[CONTACT_DN], *domain = NULL;

	ad->forest[0] = '\0';
	ad_get_string(ad, e, "rootDomainNamingContext", dn, sizeof dn);
	if (dn[0] != '\0' && ldap_dn2domain(dn, &domain) == 0 &&
	    domain != NULL && ad_host_is_valid(domain))
		snprintf(ad->forest, sizeof ad->forest, "%s", domain);
	ldap_memfree(domain);
}

/* The catalog's own: the whole forest hangs below the empty name. */
static enum outcome
take_catalog(struct ad *ad, const char *server, struct reason *why)
{
	ad->base[0] = '\0';
	if (!ad->has_catalog)
		return reason_set(why, REASON_DIRECTORY_DOWN,
		    "%s: no global catalog, or not ready", server);
	return DONE;
}

static enum outcome
take(struct ad *ad, LDAPMessage *e, const char *server, struct reason *why)
{
	const char *chosen =
	    settings_peek(ad->settings, "directory", "search_base");

	ad->has_catalog = has_value(ad, e, "isGlobalCatalogReady", "TRUE");
	read_forest(ad, e);
	/* A name in the settings may lead to several of them. */
	ad_get_string(ad, e, "dnsHostName", ad->name, sizeof ad->name);
	if (!ad_host_is_valid(ad->name))
		snprintf(ad->name, sizeof ad->name, "%s", server);
	ad_get_string(
	    ad, e, "schemaNamingContext", ad->schema, sizeof ad->schema);
	if (has_value(ad, e, "isSynchronized", "FALSE"))
		return reason_set(why, REASON_DIRECTORY_BUSY,
		    "%s: has not caught up with the other servers yet", server);
	if (ad->gc == NULL)
		return take_catalog(ad, server, why);
	ad_get_string(
	    ad, e, "defaultNamingContext", ad->domain, sizeof ad->domain);
	snprintf(ad->base, sizeof ad->base, "%s",
	    chosen[0] != '\0' ? chosen : ad->domain);
	if (has_value(ad, e, "supportedCapabilities", READ_ONLY))
		return reason_set(why, REASON_DIRECTORY_DOWN,
		    "%s: is a read-only domain controller", server);
	if (ad->base[0] == '\0')
		return reason_set(why, REASON_DIRECTORY_SCHEMA,
		    "the server names no defaultNamingContext: set "
		    "directory.search_base");
	return DONE;
}

enum outcome
ad_root_read(struct ad *ad, const char *server, struct reason *why)
{
	static const char *const attributes[] = {"defaultNamingContext",
	    "schemaNamingContext", "rootDomainNamingContext",
	    "supportedCapabilities", "isSynchronized", "isGlobalCatalogReady",
	    "dnsHostName", NULL};
	LDAPMessage *result = NULL, *entry;
	enum outcome o;

	o = ad_search(ad, "", LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 1,
	    &result, why);
	if (o != DONE)
		goto out;
	entry = ldap_first_entry(ad->ld, result);
	if (entry != NULL)
		o = take(ad, entry, server, why);
	else
		o = reason_set(why, REASON_DIRECTORY_SCHEMA,
		    "%s: shows no root of its tree", server);
out:
	ldap_msgfree(result);
	return o;
}
