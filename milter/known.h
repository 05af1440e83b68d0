#ifndef MILTER_KNOWN_H
#define MILTER_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/reason.h"

/*
 * The signers that were verified within the last day, by the digest that a
 * worker made of what their harvest depends on.  In memory alone: a new
 * process knows nobody.  Of fixed size; when it is full, the oldest entry
 * makes room.  Times are clock_uptime().  Thread-safe.
 */
struct known;

/* So long an entry lives, in seconds, however often it is found. */
#define KNOWN_LIFE 86400

/* An empty table for so many entries; 0: it stays empty.  LATER (memory). */
MUST_CHECK enum outcome known_new(
    unsigned entries, struct known **out, struct reason *why);

/* Free; NULL is allowed. */
void known_free(struct known *k);

/* Whether there is an entry that is young enough. */
bool known_has(struct known *k, const uint8_t digest[DIGEST_LEN], int64_t now);

/*
 * Make an entry, once the harvest is durable and its chain was found good:
 * so that neither a flood of certificates that nobody vouches for displaces
 * those that somebody does, nor a harvest is lost that was not taken.  One
 * that is there already stays as old as it is.
 */
void known_add(struct known *k, const uint8_t digest[DIGEST_LEN], int64_t now);

/* How many entries there are, old ones too. */
unsigned known_count(struct known *k);

#endif
