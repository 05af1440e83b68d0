#include "base/algorithm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which settings may let it count. */
enum floor {
	NEVER,	  /* broken */
	OLD_MAIL, /* broken since; certharvest try --sha1 alone */
	ALLOWED,  /* only when trust.digests names it */
	USUAL,	  /* when trust.digests is not set */
	INHERENT  /* part of the key's own scheme: the key decides */
};

/*
 * The digests.  SHA-224 is what nobody's mail program signs with, and RFC
 * 8551 section 2.1 leaves it out.
 */
static const struct hash_row {
	const char *word; /* in settings; NULL: never */
	const char *name;
	enum floor floor;
} hashes[HASH_KINDS] = {
    [HASH_UNKNOWN] = {NULL, "an unknown digest", NEVER},
    [HASH_MD5] = {"md5", "MD5", NEVER},
    [HASH_SHA1] = {"sha1", "SHA-1", OLD_MAIL},
    [HASH_SHA224] = {"sha224", "SHA-224", ALLOWED},
    [HASH_SHA256] = {"sha256", "SHA-256", USUAL},
    [HASH_SHA384] = {"sha384", "SHA-384", USUAL},
    [HASH_SHA512] = {"sha512", "SHA-512", USUAL},
    [HASH_SHA3_256] = {"sha3-256", "SHA3-256", USUAL},
    [HASH_SHA3_384] = {"sha3-384", "SHA3-384", USUAL},
    [HASH_SHA3_512] = {"sha3-512", "SHA3-512", USUAL},
    [HASH_INHERENT] = {NULL, "the key's own digest", INHERENT},
};

/* The kinds of keys, and the least size that settings can ask for. */
static const struct key_row {
	const char *word; /* NULL: never */
	const char *name;
	unsigned least; /* also when trust.keys is not set */
	unsigned most;	/* equal to least: there is one size */
} keys[KEY_KINDS] = {
    [KEY_OTHER] = {NULL, "another kind", 0, 0},
    [KEY_RSA] = {"rsa", "RSA", LIMIT_RSA_MIN, LIMIT_RSA_MAX},
    [KEY_RSA_PSS] = {"rsa-pss", "RSASSA-PSS", LIMIT_RSA_MIN, LIMIT_RSA_MAX},
    [KEY_EC] = {"ec", "EC", 256, 521},
    [KEY_ED25519] = {"ed25519", "Ed25519", 256, 256},
    [KEY_ED448] = {"ed448", "Ed448", 456, 456},
};

bool
algorithm_add_hash(
    struct judge_policy *p, const char *word, char *problem, size_t size)
{
	static const char *const problems[] = {
	    [NEVER] = "is broken and never counts",
	    [OLD_MAIL] = "is broken and counts in certharvest try --sha1 alone",
	};
	const char *what = "is no digest that we know";
	unsigned k;

	for (k = 0; k < HASH_KINDS; k++)
		if (hashes[k].word != NULL && strcmp(hashes[k].word, word) == 0)
			break;
	if (k < HASH_KINDS && hashes[k].floor >= ALLOWED) {
		p->hashes |= 1u << k;
		return true;
	}
	if (k < HASH_KINDS)
		what = problems[hashes[k].floor];
	snprintf(problem, size,
	    "\"%s\" %s; write names such as sha256, sha512 or sha3-256", word,
	    what);
	return false;
}

/* KIND or KIND:BITS, behind the colon a whole number and nothing else. */
static bool
key_parse(const char *text, unsigned *kind, unsigned long *bits)
{
	size_t n = strcspn(text, ":");
	const char *word;
	char *end;

	for (*kind = 0; *kind < KEY_KINDS; ++*kind) {
		word = keys[*kind].word;
		if (word != NULL && strlen(word) == n &&
		    strncmp(word, text, n) == 0)
			break;
	}
	if (*kind == KEY_KINDS)
		return false;
	*bits = keys[*kind].least;
	if (text[n] == '\0')
		return true;
	if (text[n + 1] < '0' || text[n + 1] > '9')
		return false;
	errno = 0;
	*bits = strtoul(text + n + 1, &end, 10);
	return *end == '\0' && errno == 0;
}

bool
algorithm_add_key(
    struct judge_policy *p, const char *text, char *problem, size_t size)
{
	unsigned long bits = 0;
	unsigned k;

	if (!key_parse(text, &k, &bits)) {
		snprintf(problem, size,
		    "\"%s\" is no kind of key; write rsa:BITS, rsa-pss:BITS, "
		    "ec:BITS, ed25519 or ed448",
		    text);
		return false;
	}
	if (bits < keys[k].least || bits > keys[k].most) {
		snprintf(problem, size, "\"%s\" is not within %s:%u and %s:%u",
		    text, keys[k].word, keys[k].least, keys[k].word,
		    keys[k].most);
		return false;
	}
	if (p->key_bits[k] != 0) {
		snprintf(problem, size, "%s is there twice", keys[k].word);
		return false;
	}
	p->key_bits[k] = (uint32_t)bits;
	return true;
}

static bool
hash_counts(const struct judge_policy *policy, enum hash_kind k)
{
	switch (hashes[k].floor) {
	case NEVER:
		return false;
	case OLD_MAIL:
		return policy->sha1;
	case INHERENT:
		return true;
	case ALLOWED:
	case USUAL:
		break;
	}
	return policy->hashes == 0 ? hashes[k].floor == USUAL
				   : (policy->hashes >> k & 1) != 0;
}

enum outcome
algorithm_check_hash(const struct judge_policy *policy, enum hash_kind hash,
    const char *what, struct reason *why)
{
	if (hash_counts(policy, hash))
		return DONE;
	return reason_set(why, REASON_WEAK_DIGEST, "%s is signed with %s", what,
	    hashes[hash].name);
}

/* The least size that counts; 0: none does. */
static unsigned
key_least(const struct judge_policy *policy, enum key_kind key)
{
	unsigned k;

	for (k = 0; k < KEY_KINDS; k++)
		if (policy->key_bits[k] != 0)
			return policy->key_bits[key];
	return keys[key].least;
}

enum outcome
algorithm_check_key(const struct judge_policy *policy, enum key_kind key,
    unsigned bits, struct reason *why)
{
	unsigned least = key_least(policy, key);

	if (keys[key].word == NULL)
		return reason_set(why, REASON_WEAK_KEY,
		    "a kind of key or curve that is not trusted");
	if (least == 0)
		return reason_set(why, REASON_WEAK_KEY,
		    "trust.keys leaves keys of %s out", keys[key].name);
	if (bits < least)
		return reason_set(why, REASON_WEAK_KEY,
		    "%s of %u bits, less than %u", keys[key].name, bits, least);
	return DONE;
}

const char *
algorithm_hash_name(enum hash_kind hash)
{
	return hashes[hash].name;
}

const char *
algorithm_key_name(enum key_kind key)
{
	return keys[key].name;
}
