#include "milter/known.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NONE UINT32_MAX

struct entry {
	uint8_t digest[DIGEST_LEN];
	int64_t made;
	uint32_t next; /* in the same chain, or NONE */
};

/*
 * Entries are made in the order of time and live equally long: a ring, of
 * which the oldest is always the next to go.
 */
struct known {
	pthread_mutex_t lock;
	uint64_t key[2];
	unsigned size; /* of the ring */
	unsigned oldest;
	unsigned n;
	unsigned bits; /* 2^bits chains */
	struct entry *ring;
	uint32_t *chains;
};

enum outcome
known_new(unsigned entries, struct known **out, struct reason *why)
{
	struct known *k = calloc(1, sizeof *k);
	enum outcome o = DONE;
	size_t i;

	if (k == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	(void)pthread_mutex_init(&k->lock, NULL);
	k->size = entries;
	for (k->bits = 1; k->bits < 30 && 1u << k->bits < entries; k->bits++)
		;
	k->ring = calloc(entries > 0 ? entries : 1, sizeof *k->ring);
	k->chains = malloc(sizeof *k->chains << k->bits);
	if (k->ring == NULL || k->chains == NULL ||
	    getrandom(k->key, sizeof k->key, 0) != sizeof k->key) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	for (i = 0; i < (size_t)1 << k->bits; i++)
		k->chains[i] = NONE;
	*out = k;
	k = NULL;
out:
	known_free(k);
	return o;
}

void
known_free(struct known *k)
{
	if (k == NULL)
		return;
	(void)pthread_mutex_destroy(&k->lock);
	free(k->ring);
	free(k->chains);
	free(k);
}

/*
 * The chain of a digest: multiplied by a secret, as a worker that was taken
 * over chooses its digests, and all in one chain would be slow.
 */
static uint32_t *
chain_of(struct known *k, const uint8_t digest[DIGEST_LEN])
{
	uint64_t x;

	memcpy(&x, digest, sizeof x);
	x = (x ^ k->key[0]) * (k->key[1] | 1);
	return &k->chains[x >> (64 - k->bits)];
}

static const struct entry *
find(struct known *k, const uint8_t digest[DIGEST_LEN])
{
	uint32_t at;

	for (at = *chain_of(k, digest); at != NONE; at = k->ring[at].next)
		if (memcmp(k->ring[at].digest, digest, DIGEST_LEN) == 0)
			return &k->ring[at];
	return NULL;
}

static void
remove_oldest(struct known *k)
{
	struct entry *e = &k->ring[k->oldest];
	uint32_t *link = chain_of(k, e->digest);

	while (*link != k->oldest)
		link = &k->ring[*link].next;
	*link = e->next;
	k->oldest = (k->oldest + 1) % k->size;
	k->n--;
}

static bool
is_young(const struct entry *e, int64_t now)
{
	return now - e->made < KNOWN_LIFE;
}

bool
known_has(struct known *k, const uint8_t digest[DIGEST_LEN], int64_t now)
{
	const struct entry *e;
	bool has;

	(void)pthread_mutex_lock(&k->lock);
	e = find(k, digest);
	has = e != NULL && is_young(e, now);
	(void)pthread_mutex_unlock(&k->lock);
	return has;
}

void
known_add(struct known *k, const uint8_t digest[DIGEST_LEN], int64_t now)
{
	uint32_t at, *chain;

	(void)pthread_mutex_lock(&k->lock);
	while (k->n > 0 && !is_young(&k->ring[k->oldest], now))
		remove_oldest(k);
	if (k->size == 0 || find(k, digest) != NULL)
		goto out;
	if (k->n == k->size)
		remove_oldest(k);
	at = (k->oldest + k->n) % k->size;
	chain = chain_of(k, digest);
	memcpy(k->ring[at].digest, digest, DIGEST_LEN);
	k->ring[at].made = now;
	k->ring[at].next = *chain;
	*chain = at;
	k->n++;
out:
	(void)pthread_mutex_unlock(&k->lock);
}

unsigned
known_count(struct known *k)
{
	unsigned n;

	(void)pthread_mutex_lock(&k->lock);
	n = k->n;
	(void)pthread_mutex_unlock(&k->lock);
	return n;
}
