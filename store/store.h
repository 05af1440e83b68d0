#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/facts.h"
#include "base/harvest.h"

/*
 * What became of every harvest.  A harvest put here survives a crash and
 * leaves its state only through store_settle() or store_put_off().  One process
 * writes, through one connection; readers open their own.  No SQL shows.
 */
struct store;
struct store_write;

#define STORE_ID DIGEST_HEX /* a harvest's digest */
#define STORE_OBJECT 129    /* an opaque object id of the directory */

/*
 * Open or create the store at path for the one writer; a lock beside it keeps
 * a second out (BROKEN, locked).  BROKEN (store-version): a newer program
 * wrote it; nothing was changed.  After LATER or BROKEN of any call the handle
 * can be used on: it opens the file anew where that may help.
 */
MUST_CHECK enum outcome store_open(
    const char *path, struct store **out, struct reason *why);

/* Open for reading only; NOTHING when there is no store yet.  LATER
 * (store-busy): a writer that was killed left work for the next one. */
MUST_CHECK enum outcome store_open_reader(
    const char *path, struct store **out, struct reason *why);

/* Close; NULL is allowed. */
void store_close(struct store *s);

/*
 * Take a harvest (or a refusal note): durable when this says DONE.
 * NOTHING: it is known; its times and last-seen are brought up to date.  One
 * that was decided on long ago (an hour; a day when it was published) is due
 * once more, which is DONE too: what stood in its way may be gone.  A note of
 * encrypted mail leaves a count alone, see store/seen.h, and is NOTHING.
 */
MUST_CHECK enum outcome store_take(
    struct store *s, const struct harvest *h, int64_t now, struct reason *why);

/* Where in the order of what is due something stands. */
struct store_place {
	int64_t due, row;
};

/* A harvest that is due. */
struct store_due_harvest {
	struct harvest *harvest; /* the caller's */
	char id[STORE_ID];	 /* its key */
	unsigned tries;		 /* how often it was put off */
	bool approved;		 /* a human looked at it and said yes */
	struct store_place place;
};

/*
 * The next harvests that are due at now, oldest first, at most max, behind
 * that place ({0, 0}: from the start): one of an address at a time, in the
 * order they were received.  NOTHING: none.  On DONE out has *n of them.
 */
MUST_CHECK enum outcome store_next_group(struct store *s, int64_t now,
    const struct store_place *place, unsigned max,
    struct store_due_harvest *out, unsigned *n, struct reason *why);

/* The first of them alone. */
MUST_CHECK enum outcome store_next(struct store *s, int64_t now,
    struct harvest **out, char id[STORE_ID], unsigned *tries,
    struct reason *why);

/* When the next one is due; NOTHING: none waits. */
MUST_CHECK enum outcome store_due(
    struct store *s, int64_t *out, struct reason *why);

/*
 * Have the writes that follow be one transaction, for one wait for the disk:
 * each says how it went, and one that fails leaves the others as they are,
 * but none is durable before store_group_end().  LATER, BROKEN.
 */
MUST_CHECK enum outcome store_group_begin(struct store *s, struct reason *why);

/* The end of the group.  DONE: what said DONE is durable.  LATER, BROKEN:
 * nothing of the group was written. */
MUST_CHECK enum outcome store_group_end(struct store *s, struct reason *why);

/* What is about to be written to the directory for a harvest. */
struct store_intent {
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	char object[STORE_OBJECT]; /* "" when the contact is to be made */
	char certificate[DIGEST_HEX];
	char plan[2048]; /* for the journal and humans, one line */
	const struct store_write *write; /* store/writes.h; or NULL */
};

/* Record the intent, durable before the directory is written to.  BROKEN:
 * the harvest is not due, so nothing may be written for it. */
MUST_CHECK enum outcome store_intend(struct store *s,
    const struct store_intent *intent, int64_t now, struct reason *why);

/* Visit the intents that were never settled (after a crash); visit may
 * settle them.  The visitors below must not call the store. */
MUST_CHECK enum outcome store_intents(struct store *s,
    void (*visit)(void *arg, const struct store_intent *intent), void *arg,
    struct reason *why);

/* A publication: our certificate stands in the directory. */
struct store_publication {
	char address[ADDRESS_SIZE];
	char object[STORE_OBJECT];
	char dn[1025];
	char certificate[DIGEST_HEX];
	char issuer[FACTS_TEXT];
	char subject[FACTS_TEXT];
	int64_t not_before, not_after;
	int64_t published;
	char message_id[256];
	char server[256]; /* of the directory, that took the write; or "" */
	int64_t missing;  /* since when another one does not show it; 0 */
	int64_t gone;	  /* since when it does not stand any more; 0 */
	int64_t lost;	  /* how often it was gone without our doing, */
	int64_t lost_at;  /* and when that was, the last time */
	bool shadowed;	  /* a userSMIMECertificate hides it */
	enum validation validation; /* what its CA counted for then */
	bool stamped; /* of a contact that was made: Exchange shows it */
};

/*
 * The end of a harvest: outcome and reason, and with a publication what
 * now stands in the directory (it replaces the one before for the
 * address).  Removes the intent.  One transaction.  NOTHING: it is not due,
 * as it was settled before.  BROKEN, without a change: outcome is LATER or
 * BROKEN, which settle nothing.
 */
MUST_CHECK enum outcome store_settle(struct store *s, const char *id,
    enum outcome outcome, const struct reason *reason,
    const struct store_publication *publication, int64_t now,
    struct reason *why);

/*
 * Try again at due; tries is counted.  An intent is removed; one to make a
 * contact is kept, unseen by store_intents(), until the next one or the end:
 * it may have been made.  NOTHING: it is not due.
 */
MUST_CHECK enum outcome store_put_off(struct store *s, const char *id,
    int64_t due, const struct reason *reason, int64_t now, struct reason *why);

/* Have everything that was put off, orders too, due at now.  NOTHING: nothing
 * was. */
MUST_CHECK enum outcome store_make_due(
    struct store *s, int64_t now, struct reason *why);

/* One harvest or note as a reader sees it. */
struct store_row {
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	char state[16]; /* due, done, nothing, refused, held, note */
	struct reason reason;
	char certificate[DIGEST_HEX]; /* "" for a note */
	struct authentication authentication;
	char message_id[256];
	char queue_id[64];
	int64_t received, taken, changed, due;
	int64_t last_seen;
	unsigned tries;
};

/* Visit the rows of one address, newest first, at most limit. */
MUST_CHECK enum outcome store_show(struct store *s, const char *address,
    unsigned limit, void (*visit)(void *arg, const struct store_row *row),
    void *arg, struct reason *why);

/* Visit what is not decided yet (due and held), oldest first. */
MUST_CHECK enum outcome store_queue(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_row *row), void *arg,
    struct reason *why);

/* What is published for the address.  NOTHING: nothing. */
MUST_CHECK enum outcome store_published(struct store *s, const char *address,
    struct store_publication *out, struct reason *why);

/* The same, and what was published and is gone. */
MUST_CHECK enum outcome store_remembered(struct store *s, const char *address,
    struct store_publication *out, struct reason *why);

/* Note since when a publication is not to be seen; 0: it is.  NOTHING: there
 * is none. */
MUST_CHECK enum outcome store_note_missing(
    struct store *s, const char *address, int64_t since, struct reason *why);

/* Note whether a publication is hidden by a userSMIMECertificate.  NOTHING:
 * that was known. */
MUST_CHECK enum outcome store_note_shadowed(
    struct store *s, const char *address, bool shadowed, struct reason *why);

/* Note that we ourselves took out what was published.  NOTHING: nothing was.
 * The address may be published for again. */
MUST_CHECK enum outcome store_note_gone(
    struct store *s, const char *address, int64_t now, struct reason *why);

/* One entry of the journal. */
struct store_entry {
	int64_t id, at;
	char address[ADDRESS_SIZE];
	char harvest[STORE_ID]; /* its key; or "" */
	char what[32];	 /* taken, intent, published, refused, held, ... */
	char text[2048]; /* one line */
};

/* Visit the journal, newest first; address NULL: of everybody. */
MUST_CHECK enum outcome store_journal(struct store *s, const char *address,
    unsigned limit, void (*visit)(void *arg, const struct store_entry *e),
    void *arg, struct reason *why);

/* What Exchange has still to do: with a contact that we made and that still
 * has our certificate, or with a mail user, which we never touch. */
struct store_work {
	char object[STORE_OBJECT];
	char address[ADDRESS_SIZE];
	bool stamped; /* it had what Exchange's lists choose by */
	bool user;    /* a mail user, for whom a certificate is held */
	struct span certificate; /* DER, with user; until visit returns */
	int64_t made;		 /* or held */
};

/* Visit contacts that were made at since or later, then mail users of whom
 * that was decided then, the newest certificate of each; oldest first. */
MUST_CHECK enum outcome store_worklist(struct store *s, int64_t since,
    void (*visit)(void *arg, const struct store_work *w), void *arg,
    struct reason *why);

/*
 * Visit the certificates worth knowing (published ones, and others of their
 * messages), newest first, at most limit: for the snapshot.
 */
MUST_CHECK enum outcome store_known(struct store *s, unsigned limit,
    void (*visit)(void *arg, struct span der), void *arg, struct reason *why);

/* Signed mail that was changed on its way, by the domain of its From:. */
struct store_broken {
	char domain[ADDRESS_SIZE];
	enum reason_code code; /* digest-mismatch, body-... */
	int64_t mails;	       /* at least; those of one sender and code may
				* reach us as one note */
	int64_t senders;
	int64_t last_seen;
};

/*
 * Visit them, of notes that were last seen at since or later, the most mails
 * first, at most limit.  Bounded as the notes are.
 */
MUST_CHECK enum outcome store_broken(struct store *s, int64_t since,
    unsigned limit, void (*visit)(void *arg, const struct store_broken *b),
    void *arg, struct reason *why);

/* Counts for the metrics. */
struct store_counts {
	int64_t due, held, published, shadowed;
};

/* Count. */
MUST_CHECK enum outcome store_count(
    struct store *s, struct store_counts *out, struct reason *why);

/* SQLite's integrity check.  BROKEN (store-corrupt). */
MUST_CHECK enum outcome store_check(struct store *s, struct reason *why);

#endif
