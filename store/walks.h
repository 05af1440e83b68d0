#ifndef STORE_WALKS_H
#define STORE_WALKS_H

#include "store/rules.h"

/*
 * Walks through the whole directory: what is still to be looked at, and
 * a line for each thing that was found.  One that was put here is gone on
 * with, also over a crash, until store_walk_end().  Each object is recorded
 * once: it leaves the list in the transaction that keeps its lines.
 */
enum store_walk_kind {
	STORE_ADOPT,	/* what others put there, and what of it we take over */
	STORE_ROLLBACK, /* takes out all that is ours */
	STORE_SWEEP,	/* what became of what we published */
	STORE_REBUILD,	/* what the store should know, from the marks */
	STORE_WALKS	/* also: a kind that this program does not know */
};

struct store_walk {
	int64_t id; /* from 1 on, never used twice */
	enum store_walk_kind kind;
	bool dry; /* look and tell, change nothing */
	struct store_asker by;
	int64_t asked, ended; /* ended 0: it goes on */
	bool listed;	      /* all objects are known */
	bool cancelled;
	int64_t total, seen; /* objects, and those that were looked at */
	int64_t changed, failed;
	enum outcome outcome; /* once it ended */
	struct reason reason;
};

/* What a line tells, and what becomes of it in the store. */
enum store_line_kind {
	STORE_LINE_SEEN,     /* it is there, and stays */
	STORE_LINE_WOULD,    /* it would be changed */
	STORE_LINE_ADOPTED,  /* a mark was put beside it: ours from now on */
	STORE_LINE_REMOVED,  /* a certificate of ours was taken out */
	STORE_LINE_UNMARKED, /* a mark was taken out, the value stays */
	STORE_LINE_GONE,     /* published once, and not there any more */
	STORE_LINE_AGAIN,    /* lost: its harvest is due again */
	STORE_LINE_MADE,     /* a contact that we made: for an admin */
	STORE_LINE_LEFT,     /* ours, and must be left alone */
	STORE_LINE_FAILED,   /* could not be looked at or changed */
	STORE_LINE_RESTORED, /* it stands, and the store knows again */
	STORE_LINES
};

#define STORE_FINDINGS 256

/* What the store is to know again. */
struct store_restored {
	struct store_publication publication;
	bool made; /* the contact is one of ours by its name */
};

struct store_line {
	int64_t id, at;
	enum store_line_kind kind;
	char object[STORE_OBJECT];
	char dn[1025];
	char address[ADDRESS_SIZE];
	char certificate[DIGEST_HEX];  /* "": about the contact */
	char findings[STORE_FINDINGS]; /* words with a comma between */
	char issuer[FACTS_TEXT];
	int64_t until; /* notAfter, or 0 */
	char text[REASON_TEXT_MAX + 1];
	/* with RESTORED, borrowed; NULL in what is read */
	const struct store_restored *restored;
};

/* An object that is still to be looked at. */
struct store_walk_object {
	char object[STORE_OBJECT];
	char plan[2048]; /* what was about to be written, or "" */
	unsigned tries;
};

/* What the store remembers of an object. */
#define STORE_PAST 8

struct store_adopted {
	char address[ADDRESS_SIZE];
	char certificate[DIGEST_HEX];
	int64_t since;
};

struct store_past {
	struct store_publication publications[STORE_PAST]; /* none is gone */
	unsigned n_publications;
	struct store_adopted adopted[STORE_PAST];
	unsigned n_adopted;
	bool made; /* by us */
};

/* The words for a kind of walk, and of line. */
const char *store_walk_name(enum store_walk_kind kind);

/* The same for a line. */
const char *store_line_name(enum store_line_kind kind);

/*
 * Put a walk: kind, dry, asked and by.  Its id becomes *id.  The same one that
 * goes on already is not put twice.  REFUSED (walk-queue): too many wait.
 */
MUST_CHECK enum outcome store_walk_put(struct store *s,
    const struct store_walk *walk, int64_t *id, struct reason *why);

/* The oldest that goes on.  NOTHING: none. */
MUST_CHECK enum outcome store_walk_next(
    struct store *s, struct store_walk *out, struct reason *why);

/* The walk with that id.  NOTHING: there is none. */
MUST_CHECK enum outcome store_walk_get(
    struct store *s, int64_t id, struct store_walk *out, struct reason *why);

/* Visit the walks, newest first, at most limit. */
MUST_CHECK enum outcome store_walks_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_walk *w), void *arg,
    struct reason *why);

/* Have a walk end before its next object.  NOTHING: it does not go on. */
MUST_CHECK enum outcome store_walk_cancel(struct store *s, int64_t id,
    const struct store_asker *by, int64_t now, struct reason *why);

/* Add objects to be looked at; those that are there already stay once. */
MUST_CHECK enum outcome store_walk_add(struct store *s, int64_t walk,
    const char (*objects)[STORE_OBJECT], unsigned n, struct reason *why);

/* All objects are known; published: and those of all publications, of what was
 * made and what was adopted, wherever they are now. */
MUST_CHECK enum outcome store_walk_listed(
    struct store *s, int64_t walk, bool published, struct reason *why);

/* The next object to look at, those that failed last.  NOTHING: none. */
MUST_CHECK enum outcome store_walk_object(struct store *s, int64_t walk,
    struct store_walk_object *out, struct reason *why);

/* What is about to be written at an object, and the lines that will be true
 * then. */
struct store_walk_intent {
	const char *object, *plan;
	const struct store_line *lines;
	unsigned n;
	const struct store_write *write; /* store/writes.h; or NULL */
};

/* Record it: durable before the directory is written to, and not told before
 * store_walk_wrote(). */
MUST_CHECK enum outcome store_walk_intend(struct store *s, int64_t walk,
    const struct store_walk_intent *intent, int64_t now, struct reason *why);

/* It was written: the lines count, with what becomes of them, and the object
 * is done. */
MUST_CHECK enum outcome store_walk_wrote(struct store *s, int64_t walk,
    const char *object, int64_t now, struct reason *why);

/* The next of the lines that wait for the write at an object, behind that id.
 * NOTHING: no more. */
MUST_CHECK enum outcome store_walk_pending(struct store *s, int64_t walk,
    const char *object, int64_t after, struct store_line *out,
    struct reason *why);

/* An object at which something was about to be written.  NOTHING: none. */
MUST_CHECK enum outcome store_walk_begun(struct store *s, int64_t walk,
    struct store_walk_object *out, struct reason *why);

/* Whether it was written cannot be asked now: again after all others, and that
 * counts as a try.  What was intended stays so. */
MUST_CHECK enum outcome store_walk_later(
    struct store *s, int64_t walk, const char *object, struct reason *why);

/*
 * Whether it was written will not be known: the object is done, with that
 * line.  What was to be taken out is ours no more, lest its absence be taken
 * for somebody's will.
 */
MUST_CHECK enum outcome store_walk_unsure(struct store *s, int64_t walk,
    const char *object, const struct store_line *line, int64_t now,
    struct reason *why);

/* It was not written; the object is to be looked at again.  late: after all
 * others, and that counts as a try. */
MUST_CHECK enum outcome store_walk_again(struct store *s, int64_t walk,
    const char *object, bool late, struct reason *why);

/* Nothing is to be written: keep the lines, the object is done. */
MUST_CHECK enum outcome store_walk_record(struct store *s, int64_t walk,
    const char *object, const struct store_line *lines, unsigned n, int64_t now,
    struct reason *why);

/* The end; the oldest walks are forgotten with their lines. */
MUST_CHECK enum outcome store_walk_end(struct store *s, int64_t id,
    enum outcome outcome, const struct reason *reason, int64_t now,
    struct reason *why);

/* Visit the lines of a walk with ids above after, in order, at most limit. */
MUST_CHECK enum outcome store_walk_lines(struct store *s, int64_t walk,
    int64_t after, unsigned limit,
    void (*visit)(void *arg, const struct store_line *l), void *arg,
    struct reason *why);

/* What is known of an object; more than STORE_PAST of a kind are left out. */
MUST_CHECK enum outcome store_past_of(struct store *s, const char *object,
    struct store_past *out, struct reason *why);

/* The newest certificate that waits for an address because somebody else's
 * stands there; the caller clears *out.  NOTHING: none. */
MUST_CHECK enum outcome store_waiting(struct store *s, const char *address,
    struct bytes *out, struct reason *why);

/* Visit the certificates that came in the mail of a certificate of an address,
 * at most limit.  NOTHING: no mail with it is remembered. */
MUST_CHECK enum outcome store_companions(struct store *s, const char *address,
    const char *certificate, unsigned limit,
    void (*visit)(void *arg, struct span der), void *arg, struct reason *why);

#endif
