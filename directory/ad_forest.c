#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "directory/ad.h"
#include "directory/ad_page.h"

/* The least that AD_FOREST_DOMAINS can come in is 40. */
#define PAGES 200

void
ad_forest_clear(struct ad_forest *f)
{
	free(f->domains);
	*f = (struct ad_forest){.read = 0};
}

bool
ad_forest_accepts(const struct ad_forest *f, const char *address)
{
	const char *domain = address_peek_domain(address);

	for (unsigned i = 0; i < f->n_domains; i++)
		if (address_domain_matches(domain, f->domains[i]))
			return true;
	return false;
}

/* The configuration is what the schema lies in ([MS-ADTS] 3.1.1.1.9).
 * false: no such name fits. */
static bool
make_base(const struct ad *ad, const char *below, char out[CONTACT_DN])
{
	const char *comma = strchr(ad->schema, ',');
	int n = -1;

	if (comma != NULL)
		n = snprintf(out, CONTACT_DN, "%s%s", below, comma);
	return n > 0 && n < CONTACT_DN;
}

/* [MS-ADTS] 6.1.1.2.1.1.5: a crossRef for each domain, by flag 2. */
static enum outcome
read_domains(struct ad *ad, struct ad_forest *f, struct reason *why)
{
	static const char filter[] = "(&(objectClass=crossRef)"
				     "(systemFlags:1.2.840.113556.1.4.803:=2))";
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	char base[CONTACT_DN];
	LDAPMessage *result = NULL;
	enum outcome o;

	if (!make_base(ad, "CN=Partitions", base))
		return DONE;
	o = ad_search(
	    ad, base, LDAP_SCOPE_ONELEVEL, filter, none, 2, &result, why);
	f->has_more = o == DONE &&
	    (ldap_count_entries(ad->ld, result) > 1 || ad_is_cut(ad, result));
	ldap_msgfree(result);
	return o;
}

/* *.example are all below it, .example for us; what is no domain ("*", which
 * stands for all of them) says nothing. */
static enum outcome
add_domain(struct ad_forest *f, const char *name, struct reason *why)
{
	bool below = strncmp(name, "*.", 2) == 0;
	char domain[ADDRESS_SIZE];
	void *larger;

	if (address_domain(span_str(name + (below ? 2 : 0)), domain, NULL) !=
		DONE ||
	    strlen(domain) + below >= ADDRESS_SIZE)
		return DONE;
	if (f->n_domains == AD_FOREST_DOMAINS)
		return reason_set(why, REASON_DIRECTORY_VALUE,
		    "more accepted domains than %u", AD_FOREST_DOMAINS);
	larger = realloc(f->domains, (f->n_domains + 1) * sizeof *f->domains);
	if (larger == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	f->domains = larger;
	snprintf(f->domains[f->n_domains++], ADDRESS_SIZE, "%s%s",
	    below ? "." : "", domain);
	return DONE;
}

static enum outcome
add_page(
    struct ad *ad, LDAPMessage *result, struct ad_forest *f, struct reason *why)
{
	char name[ADDRESS_SIZE + 2];
	enum outcome o = DONE;

	for (LDAPMessage *e = ldap_first_entry(ad->ld, result);
	     e != NULL && o == DONE; e = ldap_next_entry(ad->ld, e)) {
		ad_get_string(
		    ad, e, "msExchAcceptedDomainName", name, sizeof name);
		o = add_domain(f, name, why);
	}
	return o;
}

/* Where there is no Exchange the base is not there. */
static enum outcome
read_accepted(struct ad *ad, struct ad_forest *f, struct reason *why)
{
	static const char *const names[] = {"msExchAcceptedDomainName", NULL};
	char base[CONTACT_DN];
	struct ad_page page = {.base = base,
	    .filter = "(objectClass=msExchAcceptedDomain)",
	    .attributes = names,
	    .size = 500};
	unsigned pages = 0;
	struct reason inner;
	enum outcome o = DONE;

	if (!make_base(ad, "CN=Microsoft Exchange,CN=Services", base))
		return DONE;
	reason_clear(&inner);
	do {
		LDAPMessage *result = NULL;

		o = ad_page_search(ad, &page, &result, &inner);
		if (o == DONE)
			o = add_page(ad, result, f, &inner);
		ldap_msgfree(result);
	} while (o == DONE && page.cookie.bv_len > 0 && ++pages < PAGES);
	if (o == DONE && page.cookie.bv_len > 0)
		o = reason_set(&inner, REASON_DIRECTORY_VALUE,
		    "more pages of accepted domains than %d", PAGES);
	ad_page_clear(&page);
	if (o != DONE && inner.code == REASON_DIRECTORY_OU)
		return DONE;
	if (o != DONE && why != NULL)
		*why = inner;
	return o;
}

enum outcome
ad_forest_read(struct ad *ad, struct reason *why)
{
	struct ad_forest f = {.read = clock_uptime() + 1};
	enum outcome o;

	if (ad->configuration.read != 0 &&
	    f.read - ad->configuration.read < AD_FOREST_KEPT)
		return DONE;
	/* Others of the group may read it at the same time: what is there is
	 * replaced as a whole. */
	o = read_domains(ad, &f, why);
	if (o == DONE)
		o = read_accepted(ad, &f, why);
	if (o == DONE) {
		ad_forest_clear(&ad->configuration);
		ad->configuration = f;
		f = (struct ad_forest){.read = 0};
	}
	ad_forest_clear(&f);
	return o;
}
