#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/ad.h"
#include "directory/ad_result.h"

/* What adopt, rollback and the sweep have a look at. */
static char filter[] =
    "(&(objectClass=contact)(|(userCertificate=*)"
    "(userSMIMECertificate=*)(extensionName=certharvest:*)))";

void
ad_list_reset(struct ad *ad)
{
	ber_memfree(ad->listing.cookie.bv_val);
	memset(&ad->listing, 0, sizeof ad->listing);
}

static enum outcome
search_page(
    struct ad *ad, const char *base, LDAPMessage **result, struct reason *why)
{
	char guid[] = "objectGUID";
	char *names[] = {guid, NULL};
	struct timeval tv;
	LDAPControl *page = NULL, *controls[2] = {NULL, NULL};
	enum outcome o;
	int rc;

	/* RFC 2696: so many at a time, and the server's place in between */
	rc = ldap_create_page_control(
	    ad->ld, CONTACT_PAGE, &ad->listing.cookie, 1, &page);
	controls[0] = page;
	ad_start_operation(ad, &tv);
	if (rc == LDAP_SUCCESS)
		rc = ldap_search_ext_s(ad->ld, base, LDAP_SCOPE_SUBTREE, filter,
		    names, 0, controls, NULL, &tv, LDAP_NO_LIMIT, result);
	o = ad_result(ad->ld, rc, AD_SEARCH, base, why);
	ldap_control_free(page);
	ad_end_operation(ad, rc, AD_SEARCH);
	return o;
}

/* The server's place for the next page; empty after the last. */
static enum outcome
take_cookie(struct ad *ad, LDAPMessage *result, struct reason *why)
{
	LDAPControl **controls = NULL, *page;
	struct berval cookie = {.bv_len = 0};
	ber_int_t estimate;
	int rc;

	ber_memfree(ad->listing.cookie.bv_val);
	ad->listing.cookie = (struct berval){.bv_len = 0};
	rc = ldap_parse_result(
	    ad->ld, result, NULL, NULL, NULL, NULL, &controls, 0);
	page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	if (rc == LDAP_SUCCESS && page != NULL)
		rc = ldap_parse_pageresponse_control(
		    ad->ld, page, &estimate, &cookie);
	ldap_controls_free(controls);
	if (rc != LDAP_SUCCESS)
		return ad_result(ad->ld, rc, AD_SEARCH, "a page", why);
	ad->listing.cookie = cookie;
	return DONE;
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

enum outcome
ad_list(struct ad *ad, bool anew, struct contact_page *out, struct reason *why)
{
	size_t bases = settings_count(ad->settings, "directory", "bases");
	LDAPMessage *result = NULL;
	enum outcome o = DONE;

	if (anew)
		ad_list_reset(ad);
	else if (!ad->listing.begun)
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "the connection was lost between two pages");
	ad->listing.begun = true;
	if (ad->listing.base >= bases)
		return DONE;
	o = search_page(ad,
	    settings_peek_at(
		ad->settings, "directory", "bases", ad->listing.base),
	    &result, why);
	if (o == DONE)
		o = take_ids(ad, result, out, why);
	if (o == DONE)
		o = take_cookie(ad, result, why);
	ldap_msgfree(result);
	if (o != DONE) {
		ad_list_reset(ad);
		return o;
	}
	if (ad->listing.cookie.bv_len == 0)
		ad->listing.base++;
	out->more = ad->listing.base < bases;
	return DONE;
}
