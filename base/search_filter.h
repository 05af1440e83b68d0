#ifndef BASE_SEARCH_FILTER_H
#define BASE_SEARCH_FILTER_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * Search filters of RFC 4515 in the settings: checked at start, before a
 * server sees them, and evaluated here for what is no server.
 */
#define SEARCH_FILTER_DEPTH 8  /* brackets within brackets */
#define SEARCH_FILTER_PIECES 8 /* of one value with stars in it */
#define SEARCH_FILTER_ATTRIBUTE 64
#define SEARCH_FILTER_VALUE 256

enum search_filter_test {
	SEARCH_FILTER_PRESENT, /* (a=*) */
	SEARCH_FILTER_EQUAL,   /* (a=x), and with stars in x */
	SEARCH_FILTER_OTHER    /* (a>=x), (a:1.2.3:=x), ...: a server's */
};

/* One comparison: of an attribute with a value that is what is between stars.
 */
struct search_filter_item {
	char attribute[SEARCH_FILTER_ATTRIBUTE];
	enum search_filter_test test;
	unsigned n; /* pieces; one when there is no star */
	char pieces[SEARCH_FILTER_PIECES][SEARCH_FILTER_VALUE];
};

/* Whether some value of the object fits the item; arg is the caller's. */
typedef bool search_filter_look(
    void *arg, const struct search_filter_item *item);

/*
 * Read a filter.  *local: all of it can be evaluated by
 * search_filter_matches().  BROKEN (settings): it is none; why says where.
 */
MUST_CHECK enum outcome search_filter_check(
    const char *filter, bool *local, struct reason *why);

/* Evaluate a filter that was checked.  false, too, when it is none. */
bool search_filter_matches(
    const char *filter, search_filter_look *look, void *arg);

/* Whether a value fits an item (but SEARCH_FILTER_OTHER), ignoring the case of
 * ASCII. */
bool search_filter_fits(
    const struct search_filter_item *item, struct span value);

#endif
