#ifndef DIRECTORY_AD_PAGE_H
#define DIRECTORY_AD_PAGE_H

#include "directory/ad.h"

/* A search that comes page by page (RFC 2696). */
struct ad_page {
	const char *base;
	const char *filter;
	const char *const *attributes;
	int size;	      /* entries of a page */
	struct berval cookie; /* the server's place; empty before the first */
};

/*
 * Ask for the next page.  DONE: *result is the caller's (ldap_msgfree), and so
 * it is otherwise; the last page was it when the cookie is empty.  A
 * connection that failed is dropped, and all places with it.
 */
MUST_CHECK enum outcome ad_page_search(struct ad *ad, struct ad_page *page,
    LDAPMessage **result, struct reason *why);

/* Free the cookie. */
void ad_page_clear(struct ad_page *page);

#endif
