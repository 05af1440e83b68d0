#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "directory/ad_examine.h"

#define DOMAINS_MAX 1000
#define LIST_SIZE 200

/* Without these nothing can be published. */
static const char *const needed[] = {"userCertificate", "extensionName",
    "proxyAddresses", "mail", "displayName", NULL};

/* What the extension of the schema by Exchange brings for contacts. */
static const char *const exchange[] = {
    "mailNickname", "targetAddress", "msExchPoliciesExcluded", NULL};

static void
append_name(char *list, const char *name)
{
	size_t n = strlen(list);

	snprintf(list + n, LIST_SIZE - n, "%s%s", n > 0 ? ", " : "", name);
}

static bool
schema_has(struct examination *x, const char *name, struct reason *why)
{
	static const char *const attributes[] = {"lDAPDisplayName", NULL};
	LDAPMessage *result;
	char filter[128];
	bool has;

	snprintf(filter, sizeof filter,
	    "(&(objectClass=attributeSchema)(lDAPDisplayName=%s))", name);
	has = ad_examine_first(x, x->ad->schema, LDAP_SCOPE_ONELEVEL, filter,
		  attributes, &result, why) != NULL;
	ldap_msgfree(result);
	return has;
}

/* Those of the names that the schema lacks, into list. */
static bool
schema_lacks(
    struct examination *x, const char *const *names, char list[LIST_SIZE])
{
	struct reason why;

	list[0] = '\0';
	for (; *names != NULL; names++) {
		if (schema_has(x, *names, &why))
			continue;
		if (why.code != REASON_OK) {
			findings_add_reason(x->out, FINDING_ASK_FAILED, &why);
			return false;
		}
		append_name(list, *names);
	}
	return true;
}

static void
look_at_attributes(struct examination *x)
{
	char list[LIST_SIZE];

	if (!schema_lacks(x, needed, list))
		return;
	if (list[0] == '\0')
		findings_add(x->out, FINDING_SCHEMA_OK,
		    "the schema has what contacts need");
	else
		findings_add(x->out, FINDING_SCHEMA_MISSING,
		    "the schema does not have %s", list);
}

static void
look_at_exchange(struct examination *x)
{
	char list[LIST_SIZE];

	if (!schema_lacks(x, exchange, list))
		return;
	if (list[0] == '\0')
		findings_add(x->out, FINDING_EXCHANGE_OK,
		    "the schema has the attributes of Exchange");
	else
		findings_add(x->out, FINDING_EXCHANGE_NONE,
		    "the schema does not have %s", list);
}

/* One entry of site.own_domains in canonical form. */
static bool
own_domain(const struct settings *s, size_t i, char out[ADDRESS_SIZE + 1])
{
	const char *own = settings_peek_at(s, "site", "own_domains", i);
	bool below = own[0] == '.';

	out[0] = '.';
	return address_domain(span_str(own + below), out + below, NULL) == DONE;
}

/* Whether one of ours covers it; Exchange writes *.example.org for what is
 * .example.org here. */
static bool
is_ours(const struct settings *s, const char *accepted)
{
	size_t n = settings_count(s, "site", "own_domains");
	char domain[ADDRESS_SIZE], own[ADDRESS_SIZE + 1];
	bool below = strncmp(accepted, "*.", 2) == 0;

	if (address_domain(
		span_str(accepted + (below ? 2 : 0)), domain, NULL) != DONE)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!own_domain(s, i, own) || (below && own[0] != '.'))
			continue;
		if (address_domain_matches(domain, own) ||
		    (below && strcmp(own + 1, domain) == 0))
			return true;
	}
	return false;
}

static void
compare_domains(struct examination *x, LDAPMessage *result)
{
	char domain[256];
	unsigned n = 0, missing = 0;
	LDAPMessage *e;

	for (e = ldap_first_entry(x->ad->ld, result); e != NULL;
	     e = ldap_next_entry(x->ad->ld, e)) {
		ad_get_string(x->ad, e, "msExchAcceptedDomainName", domain,
		    sizeof domain);
		if (domain[0] == '\0')
			continue;
		n++;
		if (is_ours(x->ad->settings, domain))
			continue;
		missing++;
		findings_add(x->out, FINDING_DOMAINS_MISSING,
		    "%s is not in site.own_domains", domain);
	}
	if (n == 0)
		findings_add(x->out, FINDING_DOMAINS_UNKNOWN,
		    "no accepted domains of Exchange to compare "
		    "site.own_domains with");
	else if (missing == 0)
		findings_add(x->out, FINDING_DOMAINS_OK,
		    "site.own_domains has all %u accepted domains of Exchange",
		    n);
}

static void
look_at_domains(struct examination *x)
{
	static const char *const attributes[] = {
	    "msExchAcceptedDomainName", NULL};
	LDAPMessage *result = NULL;
	struct reason why;

	if (settings_count(x->ad->settings, "site", "own_domains") == 0)
		findings_add(
		    x->out, FINDING_DOMAINS_NONE, "site.own_domains is empty");
	x->ad->deadline = clock_ms() + AD_OPERATION_MAX;
	if (x->ad->ld == NULL || x->configuration[0] == '\0')
		return;
	if (ad_search(x->ad, x->configuration, LDAP_SCOPE_SUBTREE,
		"(objectClass=msExchAcceptedDomain)", attributes, DOMAINS_MAX,
		&result, &why) == DONE)
		compare_domains(x, result);
	else
		findings_add_reason(x->out, FINDING_ASK_FAILED, &why);
	ldap_msgfree(result);
}

void
ad_examine_schema(struct examination *x)
{
	look_at_attributes(x);
	look_at_exchange(x);
	look_at_domains(x);
}
