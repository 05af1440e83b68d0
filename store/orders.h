#ifndef STORE_ORDERS_H
#define STORE_ORDERS_H

#include "store/rules.h"

/*
 * What people told the publisher to do in the directory.  An order that was
 * put here is carried out, also over a crash: it waits, in the order given,
 * until store_order_settle().  What carries it out must be able to do so
 * twice.
 */
enum store_order_kind {
	STORE_WITHDRAW, /* take what is ours out of an address's contact */
	STORE_UNDO,	/* put a contact back as it was before a write */
	STORE_FORGET,	/* erase a person: store/forget.h */
	STORE_ORDERS	/* also: a kind that this program does not know */
};

struct store_order {
	int64_t id; /* from 1 on, never used twice */
	enum store_order_kind kind;
	char subject[STORE_SUBJECT]; /* an address */
	char note[STORE_NOTE];
	int64_t entry; /* UNDO: of the write */
	bool dry;      /* UNDO: look and tell, change nothing */
	bool keep;     /* FORGET: also when something is published */
	struct store_asker by;
	int64_t asked, due, ended; /* ended 0: it waits */
	unsigned tries;
	enum outcome outcome; /* once it ended */
	struct reason reason;
};

/* The word for a kind; "unknown" for a newer program's. */
const char *store_order_name(enum store_order_kind kind);

/*
 * Put an order: kind, subject, note, entry, dry, keep, asked
 * and by.  Its id becomes
 * *id.  The same one that waits already is not put twice.  A WITHDRAW sets a
 * veto at once, in the same transaction.
 */
MUST_CHECK enum outcome store_order_put(struct store *s,
    const struct store_order *order, int64_t *id, struct reason *why);

/* The oldest that is due at now.  NOTHING: none. */
MUST_CHECK enum outcome store_order_next(
    struct store *s, int64_t now, struct store_order *out, struct reason *why);

/* The order with that id.  NOTHING: there is none. */
MUST_CHECK enum outcome store_order_get(
    struct store *s, int64_t id, struct store_order *out, struct reason *why);

/* When the next one is due.  NOTHING: none waits. */
MUST_CHECK enum outcome store_order_due(
    struct store *s, int64_t *out, struct reason *why);

/* Try again at due; tries is counted.  NOTHING: it does not wait. */
MUST_CHECK enum outcome store_order_put_off(struct store *s, int64_t id,
    int64_t due, const struct reason *reason, struct reason *why);

/*
 * The end of an order.  With DONE, a WITHDRAW ends the publication of the
 * address.  NOTHING: it does not wait.  Those that ended long ago are
 * forgotten.
 */
MUST_CHECK enum outcome store_order_settle(struct store *s,
    const struct store_order *order, enum outcome outcome,
    const struct reason *reason, int64_t now, struct reason *why);

/* Write to the journal what is about to be changed in the directory; write
 * may be NULL.  It counts as written when the order is settled as DONE. */
MUST_CHECK enum outcome store_order_intend(struct store *s,
    const struct store_order *order, const char *plan,
    const struct store_write *write, int64_t now, struct reason *why);

/* What an undone write leaves, for the rest of the store. */
enum store_undo_rule {
	STORE_UNDO_NONE,
	STORE_UNDO_VETO,  /* nothing is published for the address any more */
	STORE_UNDO_PIN,	  /* but the one that was put back */
	STORE_UNDO_ALLOW, /* the veto that the write brought is lifted */
	STORE_UNDO_REDO	  /* that, or the pin, of an undo is */
};

struct store_undone {
	enum store_undo_rule rule;
	/* What of ours stands there now; NULL: nothing.  message_id is found
	 * by the store. */
	const struct store_publication *publication;
	char adopted[DIGEST_HEX];   /* is taken over again; or "" */
	char unadopted[DIGEST_HEX]; /* is not any more; or "" */
};

/* What was about to be written for an order; as store_write_get(). */
MUST_CHECK enum outcome store_order_pending(
    struct store *s, int64_t id, struct store_write **out, struct reason *why);

/* The end of an UNDO that was carried out: as store_order_settle() with DONE,
 * and the rule, the publication and what was adopted become as *u says. */
MUST_CHECK enum outcome store_undo_settle(struct store *s,
    const struct store_order *order, const struct store_undone *u,
    const struct reason *reason, int64_t now, struct reason *why);

#endif
