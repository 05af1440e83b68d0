#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/settings.h"

/*
 * Networks as administrators write them, 192.0.2.0/24 or 2001:db8::/32 or
 * one address.  IPv4 is kept as mapped IPv6 (RFC 4291 section 2.5.5.2), so
 * that a client seen either way matches.
 */
struct network {
	struct in6_addr address;
	unsigned bits; /* of 128 */
};

struct networks {
	struct network *list;
	size_t n;
};

/* Read one; false: it is none, or bits are set behind the prefix. */
bool network_parse(const char *text, struct network *out);

/* Read an address, also with the prefix IPv6: that MTAs put before one. */
bool network_address(const char *text, struct in6_addr *out);

/* The address of a client; false: it has none (a local one). */
bool network_address_of(const struct sockaddr *sa, struct in6_addr *out);

/*
 * Read a setting that lists networks.  BROKEN (settings) names the entry;
 * LATER (memory).  *out is the caller's to clear.
 */
MUST_CHECK enum outcome networks_read(const struct settings *s,
    const char *section, const char *name, struct networks *out,
    struct reason *why);

/* Whether one of them holds the address. */
bool networks_hold(const struct networks *n, const struct in6_addr *address);

/* Free the list. */
void networks_clear(struct networks *n);

#endif
