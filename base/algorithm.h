#ifndef BASE_ALGORITHM_H
#define BASE_ALGORITHM_H

#include "base/judge.h"

/*
 * The algorithm policy: one table of digests and one of kinds of keys, with
 * what may never count, what counts unless the settings say otherwise, and
 * the least size of a key.  The same for the signature of a mail and for every
 * certificate of the chain.  What costs too much to compute with at all is
 * refused before, whatever stands here (pki/skim.c).
 */

/*
 * Let the digest of that name count (trust.digests).  false, with words for
 * what is wrong in problem: it is unknown, or below the floor.
 */
bool algorithm_add_hash(
    struct judge_policy *p, const char *word, char *problem, size_t size);

/*
 * Let keys of a kind count, KIND or KIND:BITS with their least size
 * (trust.keys).  false, as above: it is unknown, not within the bounds, or
 * there twice.
 */
bool algorithm_add_key(
    struct judge_policy *p, const char *text, char *problem, size_t size);

/*
 * Whether a signature by that digest counts; what is signed is told to people
 * ("the mail").  REFUSED: weak-digest.
 */
MUST_CHECK enum outcome algorithm_check_hash(const struct judge_policy *policy,
    enum hash_kind hash, const char *what, struct reason *why);

/* Whether the key's kind and size are good enough.  REFUSED: weak-key. */
MUST_CHECK enum outcome algorithm_check_key(const struct judge_policy *policy,
    enum key_kind key, unsigned bits, struct reason *why);

/* The digest's name for people, for example SHA-256. */
const char *algorithm_hash_name(enum hash_kind hash);

/* The name of the kind of key for people, for example RSASSA-PSS. */
const char *algorithm_key_name(enum key_kind key);

#endif
