#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "directory/ad_page.h"
#include "directory/ad_result.h"

#define NAMES 8

void
ad_page_clear(struct ad_page *page)
{
	ber_memfree(page->cookie.bv_val);
	page->cookie = (struct berval){.bv_len = 0};
}

static enum outcome
send_search(struct ad *ad, struct ad_page *page, LDAPMessage **result,
    struct reason *why)
{
	LDAPControl *control = NULL, *controls[2] = {NULL, NULL};
	struct ad_call call = {.operation = AD_SEARCH, .what = page->base};
	struct timeval tv;
	char *names[NAMES + 1];
	enum outcome o;
	size_t n;

	/* libldap only reads the names. */
	for (n = 0; page->attributes[n] != NULL && n < NAMES; n++)
		memcpy(&names[n], &page->attributes[n], sizeof names[n]);
	names[n] = NULL;
	ad_start_operation(ad, &tv);
	call.rc = ldap_create_page_control(
	    ad->ld, page->size, &page->cookie, 1, &control);
	controls[0] = control;
	if (call.rc == LDAP_SUCCESS)
		call.rc = ldap_search_ext(ad->ld, page->base,
		    LDAP_SCOPE_SUBTREE, page->filter, names, 0, controls, NULL,
		    &tv, LDAP_NO_LIMIT, &call.id);
	ldap_control_free(control);
	o = ad_finish(ad, &call, why);
	*result = call.result;
	return o;
}

static enum outcome
take_cookie(struct ad *ad, struct ad_page *page, LDAPMessage *result,
    struct reason *why)
{
	LDAPControl **controls = NULL, *control;
	struct berval cookie = {.bv_len = 0};
	ber_int_t estimate;
	int rc;

	ad_page_clear(page);
	rc = ldap_parse_result(
	    ad->ld, result, NULL, NULL, NULL, NULL, &controls, 0);
	control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	if (rc == LDAP_SUCCESS && control != NULL)
		rc = ldap_parse_pageresponse_control(
		    ad->ld, control, &estimate, &cookie);
	ldap_controls_free(controls);
	if (rc != LDAP_SUCCESS)
		return ad_result(ad->ld, rc, AD_SEARCH, "a page", why);
	page->cookie = cookie;
	return DONE;
}

enum outcome
ad_page_search(struct ad *ad, struct ad_page *page, LDAPMessage **result,
    struct reason *why)
{
	enum outcome o = send_search(ad, page, result, why);

	/* A page is no limit: behind this one nobody knows what is missing. */
	if (o == DONE && ad_is_cut(ad, *result))
		o = reason_set(why, REASON_DIRECTORY_BUSY,
		    "%.80s: the server ended the list before its end",
		    page->base);
	return o == DONE ? take_cookie(ad, page, *result, why) : o;
}
