#ifndef DIRECTORY_AD_SRV_H
#define DIRECTORY_AD_SRV_H

#include <stdint.h>

#include "base/bytes.h"
#include "directory/ad_servers.h"

/*
 * What a name server says to a question for SRV records (RFC 2782).  Whoever
 * can answer for it, or in its place, chooses every byte: so records are
 * counted, names are checked, and servers elsewhere are not taken.
 */
#define AD_SRV_ANSWER 65535 /* bytes of one answer */
#define AD_SRV_RECORDS 256  /* kept, of all answers together */

struct ad_srv {
	struct ad_server list[AD_SRV_RECORDS];
	unsigned n;
	uint32_t ttl;	/* seconds, the least of those taken */
	bool elsewhere; /* what is read next is not about our site */
};

/*
 * Read an answer to the question for name, and add what it says; only servers
 * that are called domain, or something below it, count.  DONE: at least one.
 * NOTHING: the name or its records do not exist, or none counts.  LATER
 * (directory-down): no answer that can be read, or the server's failure.
 */
MUST_CHECK enum outcome ad_srv_parse(struct span answer, const char *name,
    const char *domain, struct ad_srv *out, struct reason *why);

#endif
