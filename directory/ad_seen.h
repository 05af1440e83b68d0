#ifndef DIRECTORY_AD_SEEN_H
#define DIRECTORY_AD_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

/*
 * On which connection what was read: a write is for the server that was asked,
 * and for no other.  The memory is small and forgets what was noted longest
 * ago, which is read again then; but it never takes one name for another.
 */
#define AD_SEEN 256 /* four times what DIRECTORY_GROUP questions note */

struct ad_seen {
	struct {
		uint8_t digest[DIGEST_LEN]; /* strangers choose addresses */
		unsigned connection;	    /* 0: free */
		uint32_t noted;
	} at[AD_SEEN];
	uint32_t n; /* noted so far */
};

/* The key, an address or an object's id, was read on this connection, which
 * is the present one and not 0. */
void ad_seen_note(struct ad_seen *s, const char *key, unsigned connection);

/* Whether it was read on this connection, and on none after that. */
bool ad_seen_has(const struct ad_seen *s, const char *key, unsigned connection);

#endif
