#include "directory/ad_seen.h"

/* Places in which a key may stand. */
#define PLACES 8

static uint32_t
hash_of(const char *key)
{
	uint32_t hash = 2166136261; /* FNV-1a */

	for (; *key != '\0'; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619;
	return hash;
}

static unsigned
place(uint32_t hash, unsigned i)
{
	return (hash + i) % AD_SEEN;
}

/* Where the key stands; AD_SEEN: nowhere. */
static unsigned
find(const struct ad_seen *s, uint32_t hash)
{
	for (unsigned i = 0; i < PLACES; i++) {
		unsigned at = place(hash, i);

		if (s->at[at].connection != 0 && s->at[at].hash == hash)
			return at;
	}
	return AD_SEEN;
}

/* The place that was noted longest ago. */
static unsigned
oldest(const struct ad_seen *s, uint32_t hash)
{
	unsigned at = place(hash, 0);

	for (unsigned i = 1; i < PLACES; i++)
		if (s->n - s->at[place(hash, i)].noted > s->n - s->at[at].noted)
			at = place(hash, i);
	return at;
}

void
ad_seen_note(struct ad_seen *s, const char *key, unsigned connection)
{
	uint32_t hash = hash_of(key);
	unsigned at = find(s, hash);

	if (at == AD_SEEN)
		at = oldest(s, hash);
	s->at[at].hash = hash;
	s->at[at].connection = connection;
	s->at[at].noted = ++s->n;
}

bool
ad_seen_has(const struct ad_seen *s, const char *key, unsigned connection)
{
	unsigned at = find(s, hash_of(key));

	return at < AD_SEEN && s->at[at].connection == connection;
}
