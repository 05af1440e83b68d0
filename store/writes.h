#ifndef STORE_WRITES_H
#define STORE_WRITES_H

#include "store/store.h"

/*
 * What we wrote to the directory, each with what stood at the contact before
 * and what was changed, so that it can be told and undone.  It is recorded as
 * about to be written with the intent, and belongs to an entry of the journal
 * from the transaction on that settles what it was written for.  What is
 * settled is never changed again; it goes with its entry.
 */
enum store_part {
	STORE_CERTIFICATE, /* userCertificate */
	STORE_MARK,	   /* extensionName, a mark of ours by its form */
	STORE_SHADOW,	   /* userSMIMECertificate */
	STORE_PARTS
};

enum store_op {
	STORE_HAD, /* it stood there before; what was removed, too */
	STORE_REMOVED,
	STORE_ADDED,
	STORE_OPS
};

/* More changes than a contact has values are nobody's. */
#define STORE_CHANGES 512

struct store_change {
	enum store_part part;
	enum store_op op;
	char value[256]; /* a fingerprint; of a MARK: its text */
	struct span der; /* REMOVED: what is kept of it, borrowed */
};

struct store_write {
	int64_t entry; /* of the journal */
	int64_t at;
	char address[ADDRESS_SIZE];
	char object[STORE_OBJECT]; /* "" when it is about to be made */
	char dn[1025];
	char server[256];
	bool created;
	int64_t undoes; /* the entry of the write that it undoes; 0 */
	const struct store_change *changes;
	unsigned n;
};

/* The words for a part and an op, as JSON and log have them. */
const char *store_part_name(enum store_part part);

/* The same for an op. */
const char *store_op_name(enum store_op op);

/* Of a visitor: the entry, and what was written with it, or NULL. */
typedef void store_logged(
    void *arg, const struct store_entry *e, const struct store_write *w);

/* Which entries; 0 and NULL: no such bound. */
struct store_log_query {
	const char *address;
	int64_t since;	/* seconds */
	int64_t after;	/* the ids above that */
	unsigned limit; /* of them the newest; this is never 0 */
};

/* Visit entries of the journal, the oldest first. */
MUST_CHECK enum outcome store_log(struct store *s,
    const struct store_log_query *q, store_logged *visit, void *arg,
    struct reason *why);

/*
 * The write that belongs to an entry; *out is freed by store_write_free().
 * NOTHING: none does.
 */
MUST_CHECK enum outcome store_write_get(struct store *s, int64_t entry,
    struct store_write **out, struct reason *why);

/* NULL is allowed. */
void store_write_free(struct store_write *w);

/* The newest write to an object.  As store_write_get(). */
MUST_CHECK enum outcome store_write_last(struct store *s, const char *object,
    struct store_write **out, struct reason *why);

/* The entry that undid that one.  NOTHING: none did. */
MUST_CHECK enum outcome store_write_undone(
    struct store *s, int64_t entry, int64_t *out, struct reason *why);

/* A value that was removed once, or a certificate of a mail, by its
 * fingerprint; the caller clears *out.  NOTHING: it is not kept. */
MUST_CHECK enum outcome store_value(
    struct store *s, const char *sha256, struct bytes *out, struct reason *why);

/* What was about to be written for a harvest, or an order (harvest NULL),
 * was not: somebody else was there.  Settling and intending do so
 * by themselves. */
MUST_CHECK enum outcome store_write_void(
    struct store *s, const char *harvest, int64_t order, struct reason *why);

/*
 * Have tell called for every entry after it was committed, once; an entry
 * whose telling a crash prevented is told now.  The visitor must not call the
 * store.  tell is NULL: no more.
 */
void store_observe(struct store *s, store_logged *tell, void *arg);

#endif
