#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "store/rules.h"
#include "store/writes.h"

/*
 * What the files of store/ share: the handle, every SQL statement by name
 * (statements.def), and the one place where a result code of SQLite becomes
 * an outcome.
 */
enum statement {
#define STATEMENT(name, sql) STATEMENT_##name,
#include "store/statements.def"
#undef STATEMENT
	STATEMENTS
};

struct store {
	char *path;
	sqlite3 *db;
	dev_t device;  /* of the file that is open, */
	ino_t inode;   /* which somebody may replace */
	int lock;      /* the writer's; -1 in a reader */
	bool reader;   /* opened for reading only */
	bool sick;     /* an error that a new connection may cure */
	bool grouped;  /* between store_group_begin() and its end */
	int64_t entry; /* of the journal, the last one added */
	/* Who hears of entries, up to which he did, and up to which the store
	 * knows that. */
	store_logged *tell;
	void *tell_arg;
	int64_t told, told_kept;
	sqlite3_stmt *statements[STATEMENTS];
};

/* A value to bind; a list of them ends with VALUE_END. */
struct value {
	enum { VALUE_END, VALUE_TEXT, VALUE_NUMBER, VALUE_BLOB } kind;
	const char *text;
	int64_t number;
	struct span blob;
};

#define TEXT(v) ((struct value){.kind = VALUE_TEXT, .text = (v)})
#define NUMBER(v) ((struct value){.kind = VALUE_NUMBER, .number = (v)})
#define BLOB(v) ((struct value){.kind = VALUE_BLOB, .blob = (v)})

/* Values that live as long as the block that they stand in. */
#define VALUES(...) ((const struct value[]){__VA_ARGS__, {.kind = VALUE_END}})

/* What a result code that is not a success means, by a table. */
enum outcome store_failed(struct store *s, struct reason *why, int code);

/* Open the connection of s, which has none; LATER, BROKEN. */
MUST_CHECK enum outcome store_connect(struct store *s, struct reason *why);

/* Whether the path still leads to the file that is open. */
bool store_is_there(const struct store *s);

/* Close the connection; the handle stays. */
void store_disconnect(struct store *s);

/* Bring the tables up to this program's version. BROKEN (store-version). */
MUST_CHECK enum outcome schema_upgrade(struct store *s, struct reason *why);

/*
 * Look at the tables without changing any: *out is their version, 0 in an
 * empty file.  BROKEN: a newer program's (store-version), or not a store at
 * all (store-corrupt).
 */
MUST_CHECK enum outcome schema_version(
    struct store *s, int64_t *out, struct reason *why);

/* In a reader: that the tables are of this program's version.  NOTHING:
 * the store was never written. */
MUST_CHECK enum outcome schema_check(struct store *s, struct reason *why);

/* Run SQL that yields nothing and binds nothing. */
MUST_CHECK enum outcome store_execute(
    struct store *s, const char *sql, struct reason *why);

/* The one number that the SQL yields. */
MUST_CHECK enum outcome store_number(
    struct store *s, const char *sql, int64_t *out, struct reason *why);

/* Have a connection that works, as statement_start() does. */
MUST_CHECK enum outcome statement_ready(struct store *s, struct reason *why);

/* Prepare, once, and bind.  The values must live until statement_end(). */
MUST_CHECK enum outcome statement_start(struct store *s, enum statement which,
    const struct value *values, sqlite3_stmt **out, struct reason *why);

/* DONE: a row; NOTHING: no more. */
MUST_CHECK enum outcome statement_step(
    struct store *s, sqlite3_stmt *stmt, struct reason *why);

/* Give the statement back; NULL is allowed. */
void statement_end(sqlite3_stmt *stmt);

/* Start, step to the end, end.  NOTHING: no row was changed. */
MUST_CHECK enum outcome statement_run(struct store *s, enum statement which,
    const struct value *values, struct reason *why);

/* Begin a transaction that writes, or a part of the group's that can be rolled
 * back alone; cures a sick connection first. */
MUST_CHECK enum outcome store_begin(struct store *s, struct reason *why);

/* End it: DONE and NOTHING commit, everything else rolls back.  Returns o,
 * or what became of the commit. */
MUST_CHECK enum outcome store_end(
    struct store *s, enum outcome o, struct reason *why);

/* As store_begin(), of one in a group. */
MUST_CHECK enum outcome group_member_begin(struct store *s, struct reason *why);

/* The end of it: DONE and NOTHING keep what it wrote. */
MUST_CHECK enum outcome group_member_end(
    struct store *s, enum outcome o, struct reason *why);

/* Column i into out, cut at size. */
void column_text(sqlite3_stmt *stmt, int i, char *out, size_t size);

/* Columns i and i + 1, code and words. */
void column_reason(sqlite3_stmt *stmt, int i, struct reason *out);

/* The first columns of every statement that yields rows of harvests. */
void row_read(sqlite3_stmt *stmt, struct store_row *out);

/* A harvest from the columns of STATEMENT_NEXT; *out is the caller's. */
MUST_CHECK enum outcome due_load(struct store *s, sqlite3_stmt *stmt,
    struct store_due_harvest *out, struct reason *why);

/* Columns i to i + 2: dmarc, dkim, dkim_domain. */
void column_authentication(
    sqlite3_stmt *stmt, int i, struct authentication *out);

/* Column i, a copy that the caller clears.  LATER (memory). */
MUST_CHECK enum outcome column_bytes(
    sqlite3_stmt *stmt, int i, struct bytes *out, struct reason *why);

/* Write to the journal, in the caller's transaction. */
MUST_CHECK enum outcome journal_add(struct store *s, int64_t now,
    const char *address, const char *id, const char *what, const char *words,
    struct reason *why);

/* Tell of the entries that were committed since the last time. */
void journal_tell(struct store *s);

/* Keep how far the telling came, in the caller's transaction. */
MUST_CHECK enum outcome journal_keep(struct store *s, struct reason *why);

/*
 * What is about to be written is named by what it is written for.  All of
 * these run in the caller's transaction.
 */
#define WRITE_PENDING (64 + STORE_OBJECT)

/* The names. */
void write_name_harvest(const char *id, char out[WRITE_PENDING]);

/* Of an order. */
void write_name_order(int64_t id, char out[WRITE_PENDING]);

/* Of an object of a walk. */
void write_name_walk(int64_t walk, const char *object, char out[WRITE_PENDING]);

/* Record what is about to be written, in the place of what was before; w
 * NULL: nothing is known of it. */
MUST_CHECK enum outcome write_intend(struct store *s, const char *pending,
    const struct store_write *w, int64_t now, struct reason *why);

/* What was found out with the write; "": as it was intended. */
struct write_place {
	const char *object, *dn, *server;
};

/* It was written: it belongs to the entry added last from now on.  DONE also
 * when nothing is known of it. */
MUST_CHECK enum outcome write_settle(struct store *s, const char *pending,
    const struct write_place *at, int64_t now, struct reason *why);

/* It was not written.  DONE also when nothing is known of it. */
MUST_CHECK enum outcome write_drop(
    struct store *s, const char *pending, struct reason *why);

/* An object of a walk was written to: add the entry that tells so, to which
 * the write belongs. */
MUST_CHECK enum outcome walk_write_settle(struct store *s, int64_t walk,
    const char *object, const char *address, int64_t now, struct reason *why);

/* What is about to be written.  As store_write_get(). */
MUST_CHECK enum outcome write_pending(struct store *s, const char *pending,
    struct store_write **out, struct reason *why);

/* Let the oldest harvest of the address that is due stand first in line. */
MUST_CHECK enum outcome line_form(
    struct store *s, const char *address, struct reason *why);

struct store_order;

/* The end of an order, in the caller's transaction; as store_order_settle(). */
MUST_CHECK enum outcome order_settle(struct store *s,
    const struct store_order *order, enum outcome outcome,
    const struct reason *reason, int64_t now, struct reason *why);

/* Record a publication, made from the harvest of that id, in the caller's
 * transaction. */
MUST_CHECK enum outcome publication_set(struct store *s, const char *id,
    const struct store_publication *p, struct reason *why);

/* Set or lift a rule, in the caller's transaction.  NOTHING: it stood, or there
 * was none. */
MUST_CHECK enum outcome rule_set(
    struct store *s, const struct store_rule *rule, struct reason *why);

/* The other one; what it held is due again. */
MUST_CHECK enum outcome rule_lift(
    struct store *s, const struct store_rule *rule, struct reason *why);

/* Set a veto, in the caller's transaction; DONE also when it stood. */
MUST_CHECK enum outcome rule_veto(
    struct store *s, const struct store_rule *rule, struct reason *why);

/* A copy of the text, the caller's to free(), with the address blotted out
 * where it is a word of its own; NULL: out of memory. */
char *blot_text(const char *text, const char *address);

/* Let SQL call blot(text, address), and holds(der, address). */
MUST_CHECK enum outcome blot_register(struct store *s, struct reason *why);

/* The word for the state that an outcome leads to; NULL: to none. */
const char *state_name(enum outcome o);

#endif
