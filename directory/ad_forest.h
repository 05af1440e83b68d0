#ifndef DIRECTORY_AD_FOREST_H
#define DIRECTORY_AD_FOREST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

struct ad;

/*
 * What the configuration of the forest says: whether it has more domains than
 * one, and for which mail domains Exchange takes mail (its accepted domains).
 * Read once an hour.
 */
#define AD_FOREST_KEPT 3600	/* seconds */
#define AD_FOREST_DOMAINS 20000 /* accepted ones */

struct ad_forest {
	int64_t read;	    /* when, on clock_uptime(); 0: never */
	bool has_more;	    /* domains than one */
	unsigned n_domains; /* as address_domain_matches() has patterns */
	char (*domains)[ADDRESS_SIZE];
};

/*
 * Have it read.  LATER, BROKEN: it cannot be; what was read before is kept.
 * HELD (directory-value): there are more accepted domains than are read.
 */
MUST_CHECK enum outcome ad_forest_read(struct ad *ad, struct reason *why);

/* Whether the domain of a canonical address is an accepted one. */
bool ad_forest_accepts(const struct ad_forest *f, const char *address);

/* Free the contents. */
void ad_forest_clear(struct ad_forest *f);

#endif
