#ifndef STORE_REVIEW_H
#define STORE_REVIEW_H

#include "store/rules.h"

/*
 * What waits for a human, and what he said.  His word is about a certificate
 * for an address, however many mails brought it.  A yes is good for one
 * publication for the address, the next one, whosever it is: it was said to
 * what stood there; a no stands until somebody says yes, and no mail with that
 * certificate comes to the review any more.  Of the noes some
 * 100,000 are kept, the newest.
 */

/* So many digits of an id tell it from others, as a rule. */
#define STORE_SHORT 12

struct store_review {
	struct store_row row; /* held, or refused as rejected */
	int64_t held;	      /* since when, through all decisions anew; 0 */
	int64_t approved;     /* when somebody said yes; 0: nobody did */
	int64_t seen;	      /* mails that brought it */
	char subject[FACTS_TEXT];
	char issuer[FACTS_TEXT];    /* "": it was not judged */
	char authority[DIGEST_HEX]; /* that it was held for; "": none */
};

/* "" is anything. */
struct store_review_filter {
	char reason[64]; /* its name */
	char domain[ADDRESS_SIZE];
	char issuer[FACTS_TEXT];
};

/* Visit what is held, the oldest first, at most limit.  visit must not call
 * the store. */
MUST_CHECK enum outcome store_review_held(struct store *s,
    const struct store_review_filter *filter, unsigned limit,
    void (*visit)(void *arg, const struct store_review *r), void *arg,
    struct reason *why);

/* Visit what was rejected, the newest first, at most limit. */
MUST_CHECK enum outcome store_review_rejected(struct store *s,
    const struct store_review_filter *filter, unsigned limit,
    void (*visit)(void *arg, const struct store_review *r), void *arg,
    struct reason *why);

/*
 * The one that is held, or was rejected, whose id starts so: at least four
 * hexadecimal digits.  NOTHING: there is none.  BROKEN (usage): it is no such
 * beginning, or that of several.
 */
MUST_CHECK enum outcome store_review_find(struct store *s, const char *start,
    struct store_review *out, struct reason *why);

/* What the judge said of a harvest that is due and will be held. */
MUST_CHECK enum outcome store_review_note(struct store *s, const char *id,
    const char *subject, const char *issuer, struct reason *why);

/* The harvest of one, the caller's.  NOTHING: there is none. */
MUST_CHECK enum outcome store_review_harvest(
    struct store *s, const char *id, struct harvest **out, struct reason *why);

/* A certificate that came with a mail, the caller's to clear.  NOTHING: it is
 * not known. */
MUST_CHECK enum outcome store_certificate(
    struct store *s, const char *sha256, struct bytes *out, struct reason *why);

/* What had to make room. */
struct store_evicted {
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	struct reason why; /* review-full, and what it was held for */
};

/*
 * Let at most in_domain be held of the domain, and at most in_all: the oldest
 * is refused (review-full), where all is full the oldest of the domain that
 * has most; but what no CA vouches for before all else, and of that first what
 * the mail server did not authenticate.  At most one is, and *out says which;
 * NOTHING: there is room.
 */
MUST_CHECK enum outcome store_review_trim(struct store *s, const char *domain,
    unsigned in_domain, unsigned in_all, int64_t now, struct store_evicted *out,
    struct reason *why);

/* Somebody's word. */
struct store_word {
	int64_t at;
	struct store_asker by;
	char note[STORE_NOTE];
};

/*
 * Yes: what is held of that certificate for that address, or was rejected, is
 * due as approved.  NOTHING: nothing is.
 */
MUST_CHECK enum outcome store_review_approve(struct store *s,
    const struct store_review *r, const struct store_word *word,
    struct reason *why);

/* No: what is held of it is refused (rejected), and so is what comes.
 * NOTHING: nothing is held. */
MUST_CHECK enum outcome store_review_reject(struct store *s,
    const struct store_review *r, const struct store_word *word,
    struct reason *why);

#endif
