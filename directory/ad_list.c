#include <ldap.h>
#include <string.h>

#include "directory/ad.h"
#include "directory/ad_page.h"
#include "directory/dn.h"

/* What adopt, rollback and the sweep have a look at. */
static const char filter[] =
    "(&(objectClass=contact)(|(userCertificate=*)(userSMIMECertificate=*)"
    "(extensionName=certharvest:*)))";

void
ad_list_reset(struct ad *ad)
{
	ber_memfree(ad->listing.cookie.bv_val);
	memset(&ad->listing, 0, sizeof ad->listing);
}

static enum outcome
take_ids(struct ad *ad, LDAPMessage *result, struct contact_page *out,
    struct reason *why)
{
	char id[CONTACT_ID];
	enum outcome o = DONE;

	for (LDAPMessage *e = ldap_first_entry(ad->ld, result);
	     e != NULL && o == DONE; e = ldap_next_entry(ad->ld, e)) {
		ad_get_id(ad, e, id);
		if (id[0] != '\0')
			o = contact_page_add(out, id, why);
	}
	return o;
}

/* One page of one base. */
static enum outcome
list_base(struct ad *ad, const char *base, struct contact_page *out,
    struct reason *why)
{
	static const char *const names[] = {"objectGUID", NULL};
	struct ad_page page = {.base = base,
	    .filter = filter,
	    .attributes = names,
	    .size = CONTACT_PAGE,
	    .cookie = ad->listing.cookie};
	LDAPMessage *result = NULL;
	enum outcome o;

	/* Dropped with the connection it would be freed twice. */
	ad->listing.cookie = (struct berval){.bv_len = 0};
	o = ad_page_search(ad, &page, &result, why);
	if (o == DONE)
		o = take_ids(ad, result, out, why);
	if (o == DONE)
		ad->listing.cookie = page.cookie;
	else
		ad_page_clear(&page);
	ldap_msgfree(result);
	return o;
}

/* Whether base i lies below another one, or is named twice: then its contacts
 * are told of there. */
static bool
is_covered(const struct ad *ad, size_t i, size_t n)
{
	const char *base =
	    settings_peek_at(ad->settings, "directory", "bases", i);

	for (size_t k = 0; k < n; k++) {
		const char *other =
		    settings_peek_at(ad->settings, "directory", "bases", k);

		if (k != i && dn_is_inside(base, other) &&
		    (k < i || !dn_is_inside(other, base)))
			return true;
	}
	return false;
}

enum outcome
ad_list(struct ad *ad, bool anew, struct contact_page *out, struct reason *why)
{
	size_t bases = settings_count(ad->settings, "directory", "bases");
	enum outcome o = DONE;

	if (anew)
		ad_list_reset(ad);
	else if (!ad->listing.begun)
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "the connection was lost between two pages");
	ad->listing.begun = true;
	while (
	    ad->listing.base < bases && is_covered(ad, ad->listing.base, bases))
		ad->listing.base++;
	if (ad->listing.base >= bases)
		return DONE;
	o = list_base(ad,
	    settings_peek_at(
		ad->settings, "directory", "bases", ad->listing.base),
	    out, why);
	if (o != DONE) {
		ad_list_reset(ad);
		return o;
	}
	if (ad->listing.cookie.bv_len == 0)
		ad->listing.base++;
	out->more = ad->listing.base < bases;
	return DONE;
}
