#ifndef STORE_AUTHORITY_H
#define STORE_AUTHORITY_H

#include "base/limits.h"
#include "store/review.h"

/*
 * CAs that no anchor leads to, which mail brought: who uses them, and what
 * people said of them.  A fingerprint names one, never a name.  Of those that
 * nobody said anything of, the 20 of a domain and the 1,000 in all that were
 * seen last are kept, and of each the 1,000 addresses that used it last; those
 * that our mail server vouched for (DMARC) stay longest.
 */
#define STORE_ANCHORS 3000 /* approved at most: a judge bears LIMIT_ANCHORS */

enum store_authority_state {
	STORE_AUTHORITY_SEEN,
	STORE_AUTHORITY_APPROVED, /* an anchor, for its scope */
	STORE_AUTHORITY_REJECTED, /* what it issued is refused */
	STORE_AUTHORITY_STATES
};

/* The word for it. */
const char *store_authority_state_name(enum store_authority_state state);

struct store_authority {
	char fingerprint[DIGEST_HEX]; /* absent: of the DER name */
	char kind[16];		      /* authority_name() */
	char name[FACTS_TEXT];
	enum store_authority_state state;
	char scope[LIMIT_SCOPE]; /* approved: as base/scope.h has it */
	int64_t first_seen, last_seen, seen;
	bool vouched;	 /* by our mail server, for one that used it */
	int64_t decided; /* with by and note; 0: nobody said anything */
	struct store_asker by;
	char note[STORE_NOTE];
	int64_t addresses, domains; /* that use it */
	int64_t held;		    /* harvests that wait for it */
};

/* One harvest that needs one; der is empty when it is absent. */
struct store_authority_seen {
	const char *id; /* of the harvest, which is due */
	const char *address;
	const char *fingerprint, *kind, *name;
	struct span der;
	bool vouched;
};

/* Take note of it.  One transaction. */
MUST_CHECK enum outcome store_authority_note(struct store *s,
    const struct store_authority_seen *seen, int64_t now, struct reason *why);

/* Add one that an administrator brings; nothing is known of who uses it.
 * NOTHING: it is there. */
MUST_CHECK enum outcome store_authority_add(struct store *s,
    const struct store_authority *a, struct span der, struct reason *why);

/* The one of that fingerprint.  NOTHING: there is none. */
MUST_CHECK enum outcome store_authority_get(struct store *s,
    const char *fingerprint, struct store_authority *out, struct reason *why);

/* What was said of it alone.  NOTHING: it is not known. */
MUST_CHECK enum outcome store_authority_state(struct store *s,
    const char *fingerprint, enum store_authority_state *out,
    struct reason *why);

/* Its certificate, the caller's to clear; empty when it is absent. */
MUST_CHECK enum outcome store_authority_der(struct store *s,
    const char *fingerprint, struct bytes *out, struct reason *why);

/* Visit those in that state, the one seen last first, at most limit.  visit
 * must not call the store, here and below. */
MUST_CHECK enum outcome store_authorities(struct store *s,
    enum store_authority_state state, unsigned limit,
    void (*visit)(void *arg, const struct store_authority *a), void *arg,
    struct reason *why);

/* Visit the certificates of those that were rejected, at most limit: CAs, then
 * what signed itself alone, of each the one seen last first.  ca is that of a
 * CA, borrowed; empty for the others. */
MUST_CHECK enum outcome store_authorities_rejected(struct store *s,
    unsigned limit,
    void (*visit)(void *arg, const char *fingerprint, struct span ca),
    void *arg, struct reason *why);

struct store_authority_user {
	char address[ADDRESS_SIZE];
	int64_t seen, last_seen;
};

/* Visit who uses it, the one seen last first, at most limit. */
MUST_CHECK enum outcome store_authority_users(struct store *s,
    const char *fingerprint, unsigned limit,
    void (*visit)(void *arg, const struct store_authority_user *u), void *arg,
    struct reason *why);

/*
 * Say something of one: its new state and, when approved, its scope.  What is
 * held for it is due again once store_release() was called.  NOTHING: that is
 * what was said before, or there is none.  BROKEN (usage): it would be one
 * approved CA too many.
 */
MUST_CHECK enum outcome store_authority_decide(struct store *s,
    const char *fingerprint, enum store_authority_state state,
    const char *scope, const struct store_word *word, struct reason *why);

/* An approved one. */
struct store_anchor {
	struct span der;
	char scope[LIMIT_SCOPE];
	char who[64];
	int64_t decided;
};

/* Visit the approved ones. */
MUST_CHECK enum outcome store_anchors(struct store *s,
    void (*visit)(void *arg, const struct store_anchor *a), void *arg,
    struct reason *why);

/* Visit how many publications rest on which anchor; fingerprint "": not
 * known. */
MUST_CHECK enum outcome store_anchor_uses(struct store *s,
    void (*visit)(void *arg, const char *fingerprint, int64_t n), void *arg,
    struct reason *why);

/* Remember which anchor a publication rests on.  NOTHING: that is known, or
 * nothing is published. */
MUST_CHECK enum outcome store_note_anchor(struct store *s, const char *address,
    const char *fingerprint, struct reason *why);

/*
 * The judge believes what is said now, and files of that stamp: have decided
 * on again what was held or refused for CAs of which something was said since
 * the last time; with an approval among that, another stamp, or all, whatever
 * is held as chain-unknown or revocation-unknown, or was refused as
 * chain-domain.  *n addresses are due again.
 */
MUST_CHECK enum outcome store_release(struct store *s, const char *stamp,
    bool all, int64_t now, unsigned *n, struct reason *why);

#endif
