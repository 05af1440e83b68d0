#ifndef DIRECTORY_AD_LOCATE_H
#define DIRECTORY_AD_LOCATE_H

#include "base/settings.h"
#include "directory/ad_servers.h"

/*
 * Where the servers are: from directory.uri, or from the DNS of
 * directory.domain.  What DNS said is used for as long as it said, at most an
 * hour, and longer while DNS fails.
 */
struct ad_locator {
	int64_t fresh_until; /* on clock_uptime() */
	bool failed;	     /* DNS, when it was asked last: */
	struct reason why;
};

/* Bring the list up to date; a question to DNS ends at the deadline, on
 * clock_ms().  DONE: servers has at least one.  LATER (directory-down): none
 * is known.  BROKEN (settings). */
MUST_CHECK enum outcome ad_locate(struct ad_locator *l,
    const struct settings *settings, int64_t deadline,
    struct ad_servers *servers, struct reason *why);

/*
 * The same for the global catalogs of a forest, by DNS alone.  NOTHING: DNS
 * names none, or there is no directory.domain; servers is as it was.
 */
MUST_CHECK enum outcome ad_locate_catalogs(struct ad_locator *l,
    const struct settings *settings, const char *forest, int64_t deadline,
    struct ad_servers *servers, struct reason *why);

#endif
