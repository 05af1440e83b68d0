#ifndef BASE_JUDGE_H
#define BASE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/facts.h"
#include "base/harvest.h"

/*
 * Asking a judge worker, and the answers.  The worker is certharvest-judge:
 * a process of its own that holds nothing but its socket (descriptor 3) and
 * the trust bundle (descriptor 4).  One question at a time; every question
 * carries an id, and an answer with another id makes the worker unusable.
 * What comes back was written by a process that a stranger may have taken
 * over: it is decoded under the caps of limits.h.
 */

/* The worker's descriptors beside 0, 1 and 2. */
#define JUDGE_SOCKET 3
#define JUDGE_TRUST 4 /* until it is ready; then the message in hand */

/* What an operator chose, sent along with every question. */
struct judge_policy {
	int64_t now;	       /* judge validity at this time */
	uint32_t message_size; /* larger ones are refused */
	bool subject_address;  /* legacy emailAddress in the subject counts */
	bool sha1;	       /* tolerate SHA-1, for old mail in try */
	char authserv_id[ADDRESS_SIZE]; /* of our mail server, or "" */
	/* See algorithm.h; all zero: what counts unless somebody says so. */
	uint32_t hashes;	      /* 1 << enum hash_kind */
	uint32_t key_bits[KEY_KINDS]; /* the least size; 0: never */
	bool explain; /* for people: the candidates, and chains by name */
};

enum signature {
	SIGNATURE_NONE,	  /* no top-level signature that can be checked */
	SIGNATURE_VALID,  /* the arithmetic holds */
	SIGNATURE_INVALID /* it does not */
};

/* A certificate that was at hand, and why it is the one or is not. */
struct candidate {
	struct facts facts; /* malformed: sha256 alone */
	bool known;	    /* not of the message, but known from before */
	struct reason why;
};

/*
 * The verdict on a message.  outcome and why speak of form, arithmetic,
 * From: and choice of certificate.  With DONE there is a harvest, and
 * harvest->chain says what chain, validity and usage look like from here:
 * its outcome would end the harvest.  Otherwise the harvest is NULL.
 */
struct judgement {
	enum outcome outcome;
	struct reason why;
	enum signature signature;
	enum hash_kind hash;	    /* of the content; HASH_UNKNOWN: none */
	bool malformed;		    /* for a library: replace the worker */
	char address[ADDRESS_SIZE]; /* of From:, or "" */
	char message_id[256];
	enum bulk bulk;
	struct authentication authentication; /* of that address's domain */
	uint8_t signer[DIGEST_LEN];	      /* all zero when there is none */
	uint8_t certificate[DIGEST_LEN];
	bool partner;		   /* encrypted, by one of the bundle's */
	bool asked;		   /* whether it is known: by this digest */
	uint8_t known[DIGEST_LEN]; /* of all that the harvest depends on */
	struct harvest *harvest;
	struct facts *facts; /* of the certificate; of the signer when none
			      * was chosen; NULL when there is none */
	struct candidate *candidates; /* as they came; when to be explained */
	unsigned n_candidates;
};

/* Where a chain breaks off that leads to no anchor. */
enum authority_kind {
	AUTHORITY_NONE,
	AUTHORITY_ROOT,		/* a CA that signed itself */
	AUTHORITY_INTERMEDIATE, /* a CA whose own issuer is unknown */
	AUTHORITY_LEAF,		/* a certificate that signed itself */
	AUTHORITY_ABSENT,	/* only the name of the CA is known */
	AUTHORITY_KINDS
};

struct authority {
	enum authority_kind kind;
	/* Of the certificate; ABSENT: of the DER name. */
	uint8_t sha256[DIGEST_LEN];
	char name[FACTS_TEXT]; /* the subject, a stranger's word */
};

/* The verdict on a harvest's certificates, for the publisher. */
struct admission {
	enum outcome outcome;
	struct reason why;
	struct facts facts;	    /* of the certificate to encrypt to */
	bool public_ca;		    /* the anchor came from the default set */
	bool scoped;		    /* it counts for some domains alone */
	uint8_t anchor[DIGEST_LEN]; /* zero: no chain */
	/* Of a harvest that is held as chain-unknown. */
	struct authority authority;
	/* When to be explained: where the anchor comes from, and the subjects
	 * from the certificate upwards, as far as issuers were found. */
	char origin[256];
	unsigned n_chain;
	char chain[LIMIT_CHAIN + 2][FACTS_TEXT];
};

/* The word for a kind: root, intermediate, leaf, absent; "" for none. */
const char *authority_name(enum authority_kind kind);

/* Read such a word; NONE when it is none. */
enum authority_kind authority_parse(const char *word);

/* Free what a judgement owns; the struct itself is the caller's. */
void judgement_clear(struct judgement *j);

/* The signature's word: none, valid, invalid. */
const char *signature_name(enum signature s);

/*
 * Ask a new worker whether it is ready: it has read its trust bundle and
 * is confined.  A worker that ends before it answered this is broken, one
 * that ends afterwards was ended by what it had to judge.  Optional.
 * LATER (no-answer) at the deadline; BROKEN (worker-broken).
 */
MUST_CHECK enum outcome judge_hello(
    int socket, uint32_t id, int64_t deadline, struct reason *why);

/*
 * Who knows the signers of late.  The worker may ask once about a message,
 * by a digest; it is only looked up.  What is known is not verified again:
 * the verdict is NOTHING (known-signer).
 */
struct judge_known {
	bool (*look)(void *arg, const uint8_t digest[DIGEST_LEN]);
	void *arg;
};

/* A message to be judged. */
struct judge_request {
	int socket; /* of the worker */
	uint32_t id;
	int fd; /* of the message, which is only read */
	const struct judge_policy *policy;
	const struct judge_known *known; /* NULL: no signer is known */
	int64_t deadline;
};

/*
 * Ask the worker for its verdict on a message.  *out is always in order
 * afterwards, so that there is something to log.  DONE: answered.  LATER
 * (no-answer): the deadline passed; kill the worker.  BROKEN: the worker
 * died or talks nonsense; kill it.  REFUSED (worker-memory): it ended for
 * want of memory.
 */
MUST_CHECK enum outcome judge_message(
    const struct judge_request *r, struct judgement *out, struct reason *why);

/* Ask for the verdict on a harvest's certificates; outcomes as above. */
MUST_CHECK enum outcome judge_harvest(int socket, uint32_t id,
    const struct harvest *h, const struct judge_policy *policy,
    int64_t deadline, struct admission *out, struct reason *why);

/*
 * Ask for the facts of n certificates, which become *out, an array of n
 * that the caller frees with free(); one that cannot be read has malformed
 * set.  Outcomes as above.
 */
MUST_CHECK enum outcome judge_facts(int socket, uint32_t id,
    const struct span *der, unsigned n, const struct judge_policy *policy,
    int64_t deadline, struct facts **out, struct reason *why);

/*
 * Ask for the certificates inside a userSMIMECertificate value (RFC 2798
 * section 2.8), as they lie there: at most LIMIT_CERTIFICATES, whose facts
 * become *out, the caller's to free().  *n is 0, and *out NULL, when it cannot
 * be read.  The fingerprints are made here, of the value's own bytes, so that
 * a judge whom it took over cannot say that a certificate is in it which is
 * not.  Outcomes as above.
 */
MUST_CHECK enum outcome judge_shadow(int socket, uint32_t id, struct span value,
    const struct judge_policy *policy, int64_t deadline, struct facts **out,
    unsigned *n, struct reason *why);

#endif
