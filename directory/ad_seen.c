#include "directory/ad_seen.h"

#include <string.h>

/* Where the key stands; AD_SEEN: nowhere. */
static unsigned
find(const struct ad_seen *s, const uint8_t digest[DIGEST_LEN])
{
	unsigned at = 0;

	while (at < AD_SEEN &&
	    (s->at[at].connection == 0 ||
		!digest_equal(s->at[at].digest, digest)))
		at++;
	return at;
}

/* The place that was noted longest ago. */
static unsigned
oldest(const struct ad_seen *s)
{
	unsigned at = 0;

	for (unsigned i = 1; i < AD_SEEN; i++)
		if (s->n - s->at[i].noted > s->n - s->at[at].noted)
			at = i;
	return at;
}

void
ad_seen_note(struct ad_seen *s, const char *key, unsigned connection)
{
	uint8_t digest[DIGEST_LEN];
	unsigned at;

	digest_sha256(span_str(key), digest);
	at = find(s, digest);
	if (at == AD_SEEN)
		at = oldest(s);
	memcpy(s->at[at].digest, digest, DIGEST_LEN);
	s->at[at].connection = connection;
	s->at[at].noted = ++s->n;
}

bool
ad_seen_has(const struct ad_seen *s, const char *key, unsigned connection)
{
	uint8_t digest[DIGEST_LEN];
	unsigned at;

	digest_sha256(span_str(key), digest);
	at = find(s, digest);
	return at < AD_SEEN && s->at[at].connection == connection;
}
