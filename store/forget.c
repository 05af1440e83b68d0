#include "store/forget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

#define TABLES 128 /* and columns of one: our own are fewer */

/* What of others goes with the person, before his own rows do. */
static const char *const first[] = {
    /* a CA that nobody else uses, and one that is believed for him alone */
    "DELETE FROM authority WHERE state = 'seen' AND id IN "
    "(SELECT authority FROM authority_use WHERE address = ?1) AND id NOT IN "
    "(SELECT authority FROM authority_use WHERE address <> ?1)",
    "DELETE FROM authority WHERE scope = ?1",
    /* and for him among others: for those alone, then */
    "UPDATE authority SET scope = "
    "trim(replace(' ' || scope || ' ', ' ' || ?1 || ' ', ' ')) "
    "WHERE instr(' ' || scope || ' ', ' ' || ?1 || ' ') > 0",
    /* one that is his certificate itself: nobody is believed for what was
     * said of it, and seen again it is a stranger's */
    "DELETE FROM authority WHERE state = 'rejected' AND holds(der, ?1)",
    "DELETE FROM rule WHERE subject = ?1",
    "DELETE FROM orders WHERE subject = ?1 AND id <> ?2",
};

/* And afterwards. */
static const char *const last[] = {
    "DELETE FROM certificate WHERE id NOT IN "
    "(SELECT certificate FROM harvest_certificate) AND id NOT IN "
    "(SELECT certificate FROM written_value WHERE certificate IS NOT NULL)",
};

struct forgetting {
	struct store *store;
	const struct store_order *order;
	struct store_forgotten *out;
	struct reason *why;
};

/* Prepared for this once: it is seldom, and looks at everything. */
static enum outcome
run(const struct forgetting *f, const char *sql, int64_t *changed)
{
	sqlite3 *db = f->store->db;
	sqlite3_stmt *stmt = NULL;
	int before = sqlite3_total_changes(db), code;

	code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK && sqlite3_bind_parameter_count(stmt) > 0)
		code = sqlite3_bind_text(
		    stmt, 1, f->order->subject, -1, SQLITE_STATIC);
	if (code == SQLITE_OK && sqlite3_bind_parameter_count(stmt) > 1)
		code = sqlite3_bind_int64(stmt, 2, f->order->id);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		return store_failed(f->store, f->why, code);
	*changed += sqlite3_total_changes(db) - before;
	return DONE;
}

static enum outcome
run_all(const struct forgetting *f, const char *const *list, size_t n)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; i < n && o == DONE; i++)
		o = run(f, list[i], &f->out->rows);
	return o;
}

struct name {
	char text[64];
};

/* What the SQL yields in its first column; ?1 is table, if there is one. */
static enum outcome
read_names(const struct forgetting *f, const char *sql, const char *table,
    struct name *out, unsigned *n)
{
	sqlite3_stmt *stmt = NULL;
	int code;

	*n = 0;
	code = sqlite3_prepare_v2(f->store->db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK && table != NULL)
		code = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (code == SQLITE_OK && *n < TABLES &&
	    (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		column_text(stmt, 0, out[*n].text, sizeof out[*n].text);
		(*n)++;
		code = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE || code == SQLITE_OK
	    ? DONE
	    : store_failed(f->store, f->why, code);
}

/* A statement for a column of a table, whose names our own tables gave. */
static enum outcome
run_for(const struct forgetting *f, const char *format, const char *table,
    const char *column, int64_t *changed)
{
	char *sql = sqlite3_mprintf(
	    format, table, column, column, column, column, column);
	enum outcome o;

	if (sql == NULL)
		return reason_set(f->why, REASON_MEMORY, "out of memory");
	o = run(f, sql, changed);
	sqlite3_free(sql);
	return o;
}

/* His rows: of every table that says whose a row is. */
static enum outcome
delete_rows(const struct forgetting *f, const struct name *tables, unsigned n)
{
	struct name columns[TABLES];
	enum outcome o = DONE;
	unsigned i, k;

	for (i = 0; i < n && o == DONE; i++) {
		o = read_names(f,
		    "SELECT name FROM pragma_table_info(?1) "
		    "WHERE name = 'address'",
		    tables[i].text, columns, &k);
		if (o == DONE && k == 1)
			o = run_for(f, "DELETE FROM \"%w\" WHERE \"%w\" = ?1",
			    tables[i].text, "address", &f->out->rows);
	}
	return o;
}

/* Whatever text there is of others; whose a row is, and what a CA is believed
 * for, is no text that may be changed. */
static enum outcome
blot_rows(const struct forgetting *f, const struct name *tables, unsigned n)
{
	struct name columns[TABLES];
	enum outcome o = DONE;
	unsigned i, k, c;

	for (i = 0; i < n && o == DONE; i++) {
		o = read_names(f,
		    "SELECT name FROM pragma_table_info(?1) "
		    "WHERE type = 'TEXT' AND name NOT IN ('scope', 'address') "
		    "AND NOT (name = 'subject' AND ?1 IN ('rule', 'orders'))",
		    tables[i].text, columns, &k);
		for (c = 0; o == DONE && c < k; c++)
			o = run_for(f,
			    "UPDATE \"%w\" SET \"%w\" = blot(\"%w\", ?1) "
			    "WHERE instr(lower(\"%w\"), lower(?1)) > 0 "
			    "AND blot(\"%w\", ?1) <> \"%w\"",
			    tables[i].text, columns[c].text, &f->out->words);
	}
	return o;
}

/* Who else has mails that name him. */
static enum outcome
count_kept(const struct forgetting *f)
{
	sqlite3_stmt *stmt = NULL;
	int code;

	code = sqlite3_prepare_v2(f->store->db,
	    "SELECT count(*) FROM certificate "
	    "WHERE holds(der, ?1)",
	    -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(
		    stmt, 1, f->order->subject, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		f->out->kept = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW ? DONE : store_failed(f->store, f->why, code);
}

static enum outcome
erase(const struct forgetting *f)
{
	struct name tables[TABLES];
	unsigned n;
	enum outcome o;

	o = read_names(f,
	    "SELECT name FROM sqlite_schema WHERE type = 'table' "
	    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
	    NULL, tables, &n);
	if (o == DONE)
		o = run_all(f, first, sizeof first / sizeof first[0]);
	if (o == DONE)
		o = delete_rows(f, tables, n);
	if (o == DONE)
		o = run_all(f, last, sizeof last / sizeof last[0]);
	if (o == DONE)
		o = blot_rows(f, tables, n);
	return o == DONE ? count_kept(f) : o;
}

/* The order names him as well, who asked may not be forgotten. */
static enum outcome
settle(const struct forgetting *f, const char *digest, int64_t now)
{
	const struct store_order *order = f->order;
	struct store *s = f->store;
	char words[300];
	enum outcome o;

	snprintf(words, sizeof words,
	    "%lld rows deleted, %lld blotted out, %lld certificates kept that "
	    "mails of others brought, order %lld by uid %lld \"%s\"",
	    (long long)f->out->rows, (long long)f->out->words,
	    (long long)f->out->kept, (long long)order->id,
	    (long long)order->by.uid, order->by.name);
	o = statement_run(s, STATEMENT_ORDER_SETTLE,
	    VALUES(NUMBER(order->id), NUMBER(now), TEXT(outcome_name(DONE)),
		TEXT(reason_name(REASON_OK)), TEXT(words)),
	    f->why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_ORDER_BLOT,
		    VALUES(NUMBER(order->id), TEXT(digest)), f->why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_TOMBSTONE,
		    VALUES(TEXT(digest), NUMBER(now)), f->why);
	if (o == DONE)
		o = journal_add(s, now, "", digest, "forgotten", words, f->why);
	return o;
}

/* Nothing that is under way, and nothing that others would still see. */
static enum outcome
may_forget(const struct forgetting *f)
{
	struct store_publication p;
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(f->store, STATEMENT_UNSETTLED,
	    VALUES(TEXT(f->order->subject)), &stmt, f->why);
	if (o == DONE)
		o = statement_step(f->store, stmt, f->why);
	statement_end(stmt);
	if (o == DONE)
		return reason_set(f->why, REASON_DIRECTORY_SLOW,
		    "a write for the address is not settled yet");
	if (o == NOTHING)
		o = store_published(f->store, f->order->subject, &p, f->why);
	if (o == DONE && !f->order->keep)
		return reason_set(f->why, REASON_STILL_PUBLISHED,
		    "our certificate %.16s... stands at %s", p.certificate,
		    p.dn);
	return o == NOTHING ? DONE : o;
}

/* Whether the address stands in the file, in any case; false: not as far as it
 * can be read. */
static bool
file_holds(const char *path, const char *address)
{
	size_t len = strlen(address), kept = 0, n;
	static char chunk[65536 + ADDRESS_SIZE];
	FILE *file = fopen(path, "re");
	bool found = false;

	while (file != NULL && !found &&
	    (n = fread(chunk + kept, 1, 65536, file)) > 0) {
		n += kept;
		for (size_t i = 0; i < n && !found; i++)
			found = i + len <= n &&
			    strncasecmp(chunk + i, address, len) == 0;
		kept = n < len - 1 ? n : len - 1;
		memmove(chunk, chunk + n - kept, kept);
	}
	if (file != NULL)
		fclose(file);
	return found;
}

/*
 * What was deleted is overwritten in the file, but stands in the log beside
 * it; and pages that were put together anew may have left a copy of it.
 */
static enum outcome
empty_log(struct store *s, bool *left, struct reason *why)
{
	int64_t busy = 1;
	enum outcome o;

	o = store_number(s, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, why);
	*left = o != DONE || busy != 0;
	return o;
}

static enum outcome
empty_files(
    struct store *s, const char *address, bool *left, struct reason *why)
{
	enum outcome o = empty_log(s, left, why);

	if (o != DONE || *left || !file_holds(s->path, address))
		return o;
	/* In memory it would take as much as the whole store. */
	o = store_execute(s, "PRAGMA temp_store = FILE", why);
	if (o == DONE)
		o = store_execute(s, "VACUUM", why);
	if (o == DONE)
		o = store_execute(s, "PRAGMA temp_store = MEMORY", why);
	return o == DONE ? empty_log(s, left, why) : o;
}

enum outcome
store_forget(struct store *s, const struct store_order *order,
    const char *digest, int64_t now, struct store_forgotten *out,
    struct reason *why)
{
	const struct forgetting f = {s, order, out, why};
	enum outcome o = store_begin(s, why);

	memset(out, 0, sizeof *out);
	if (o != DONE)
		return o;
	o = may_forget(&f);
	if (o == DONE)
		o = blot_register(s, why);
	if (o == DONE)
		o = erase(&f);
	if (o == DONE)
		o = settle(&f, digest, now);
	o = store_end(s, o, why);
	if (o != DONE)
		return o;
	/* It is done; where the disk has no room for this, or somebody reads,
	 * it stays to do. */
	if (empty_files(s, order->subject, &out->log_left, NULL) != DONE)
		out->log_left = true;
	if (out->log_left)
		(void)!statement_run(s, STATEMENT_ORDER_WORDS,
		    VALUES(NUMBER(order->id),
			TEXT("the file could not be emptied of what was "
			     "deleted, as somebody reads it: do it again")),
		    NULL);
	return DONE;
}

enum outcome
store_forgotten_at(
    struct store *s, const char *digest, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_FORGOTTEN, VALUES(TEXT(digest)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}
