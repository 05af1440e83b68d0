#ifndef DIRECTORY_AD_TCP_H
#define DIRECTORY_AD_TCP_H

#include <stdint.h>

#include "base/reason.h"

/*
 * A connection to a server, made by us and not by libldap, so that a server
 * that is away is told from one whose TLS fails, and so that nothing, not
 * even the resolver, takes longer than it may.
 */
struct ad_tcp {
	const char *host;
	unsigned port;
	int64_t deadline;   /* of clock_ms(), until it is connected */
	int64_t silence_ms; /* then for each read and write */
};

/* Connect to the first address that answers; *out is the caller's to close.
 * LATER (directory-down, directory-slow). */
MUST_CHECK enum outcome ad_tcp_connect(
    const struct ad_tcp *how, int *out, struct reason *why);

/* Whether the name has an address.  LATER (directory-down, directory-slow). */
MUST_CHECK enum outcome ad_tcp_resolve(
    const struct ad_tcp *how, struct reason *why);

#endif
