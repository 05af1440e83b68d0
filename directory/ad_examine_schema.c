#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "directory/ad_examine.h"
#include "directory/ad_schema.h"
#include "directory/exchange.h"

#define DOMAINS_TOLD 10
#define LIST_SIZE 200

/* Without these nothing can be published. */
static const char *const needed[] = {"userCertificate", "extensionName",
    "proxyAddresses", "mail", "displayName", NULL};

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

/* Whether the stamp and the templates of the settings fit the schema, by the
 * same reading that a write waits for. */
static void
look_at_exchange(struct examination *x)
{
	/* in the order of enum exchange_mode */
	static const char *const modes[] = {
	    "auto", "plain", "stamp", "update-only"};
	const char *mode = modes[exchange_read(x->ad->settings)];
	struct reason why;

	x->ad->deadline = clock_ms() + AD_OPERATION_MAX;
	if (x->ad->ld == NULL)
		return;
	if (ad_schema_read(x->ad, &why) != DONE)
		findings_add_reason(x->out, FINDING_EXCHANGE_NEEDED, &why);
	else if (x->ad->attributes.stamp)
		findings_add(x->out, FINDING_EXCHANGE_OK,
		    "contacts may have the attributes of Exchange; "
		    "directory.exchange is %s",
		    mode);
	else
		findings_add(x->out, FINDING_EXCHANGE_NONE,
		    "contacts may not have the attributes of Exchange; "
		    "directory.exchange is %s",
		    mode);
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

/* Whether one of ours covers an accepted domain, or all that are below it. */
static bool
is_ours(const struct settings *s, const char *accepted)
{
	size_t n = settings_count(s, "site", "own_domains");
	char own[ADDRESS_SIZE + 1];
	bool below = accepted[0] == '.';

	for (size_t i = 0; i < n; i++) {
		if (!own_domain(s, i, own) || (below && own[0] != '.'))
			continue;
		if (strcmp(own, accepted) == 0 ||
		    address_domain_matches(accepted + below, own))
			return true;
	}
	return false;
}

static void
compare_domains(struct examination *x, const struct ad_forest *f)
{
	unsigned missing = 0;

	for (unsigned i = 0; i < f->n_domains; i++)
		if (!is_ours(x->ad->settings, f->domains[i]) &&
		    ++missing <= DOMAINS_TOLD)
			findings_add(x->out, FINDING_DOMAINS_MISSING,
			    "%s is not in site.own_domains", f->domains[i]);
	if (missing > DOMAINS_TOLD)
		findings_add(x->out, FINDING_DOMAINS_MISSING,
		    "nor are %u others", missing - DOMAINS_TOLD);
	/* A container that we have no right to see looks like none. */
	if (f->n_domains == 0 && x->ad->attributes.stamp)
		findings_add(x->out, FINDING_DOMAINS_HIDDEN,
		    "the schema has Exchange, and no accepted domain can be "
		    "read");
	else if (f->n_domains == 0)
		findings_add(x->out, FINDING_DOMAINS_UNKNOWN,
		    "no accepted domains of Exchange to compare "
		    "site.own_domains with");
	else if (missing == 0)
		findings_add(x->out, FINDING_DOMAINS_OK,
		    "site.own_domains has all %u accepted domains of Exchange",
		    f->n_domains);
}

static void
look_at_domains(struct examination *x)
{
	struct reason why;

	if (settings_count(x->ad->settings, "site", "own_domains") == 0)
		findings_add(
		    x->out, FINDING_DOMAINS_NONE, "site.own_domains is empty");
	x->ad->deadline = clock_ms() + AD_OPERATION_MAX;
	if (x->ad->ld == NULL)
		return;
	if (ad_forest_read(x->ad, &why) == DONE)
		compare_domains(x, &x->ad->configuration);
	else
		findings_add_reason(x->out, FINDING_ASK_FAILED, &why);
}

void
ad_examine_schema(struct examination *x)
{
	look_at_attributes(x);
	look_at_exchange(x);
	look_at_domains(x);
}
