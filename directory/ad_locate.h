#ifndef DIRECTORY_AD_LOCATE_H
#define DIRECTORY_AD_LOCATE_H

#include "base/settings.h"
#include "directory/ad_servers.h"

/*
 * Where the servers are: from directory.uri, or from the DNS of
 * directory.domain.  What DNS said is used for as long as it said, and longer
 * when DNS fails.
 */
struct ad_locator {
	int64_t fresh_until; /* on clock_uptime(); 0: never asked */
};

/* Bring the list up to date.  DONE: servers has at least one.  LATER
 * (directory-down): DNS has none.  BROKEN (settings). */
MUST_CHECK enum outcome ad_locate(struct ad_locator *l,
    const struct settings *settings, int64_t deadline,
    struct ad_servers *servers, struct reason *why);

#endif
