#include <string.h>

#include "store/inside.h"
#include "store/writes.h"

#define CATCH_UP 10000 /* entries that are told of at once */

enum outcome
journal_add(struct store *s, int64_t now, const char *address, const char *id,
    const char *what, const char *words, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_JOURNAL_ADD,
	    VALUES(
		NUMBER(now), TEXT(address), TEXT(id), TEXT(what), TEXT(words)),
	    why);
	if (o == DONE)
		s->entry = sqlite3_last_insert_rowid(s->db);
	return o;
}

static void
entry_read(sqlite3_stmt *stmt, struct store_entry *e)
{
	e->id = sqlite3_column_int64(stmt, 0);
	e->at = sqlite3_column_int64(stmt, 1);
	column_text(stmt, 2, e->address, sizeof e->address);
	column_text(stmt, 3, e->harvest, sizeof e->harvest);
	column_text(stmt, 4, e->what, sizeof e->what);
	column_text(stmt, 5, e->text, sizeof e->text);
}

enum outcome
store_journal(struct store *s, const char *address, unsigned limit,
    void (*visit)(void *arg, const struct store_entry *e), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_entry e;
	enum outcome o;

	if (address == NULL)
		o = statement_start(
		    s, STATEMENT_JOURNAL, VALUES(NUMBER(limit)), &stmt, why);
	else
		o = statement_start(s, STATEMENT_JOURNAL_ADDRESS,
		    VALUES(NUMBER(limit), TEXT(address)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		entry_read(stmt, &e);
		visit(arg, &e);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static enum outcome
log_start(struct store *s, const struct store_log_query *q, sqlite3_stmt **stmt,
    struct reason *why)
{
	if (q->address != NULL)
		return statement_start(s, STATEMENT_LOG_ADDRESS,
		    VALUES(NUMBER(q->after), NUMBER(q->since), NUMBER(q->limit),
			TEXT(q->address)),
		    stmt, why);
	return statement_start(s, STATEMENT_LOG,
	    VALUES(NUMBER(q->after), NUMBER(q->since), NUMBER(q->limit)), stmt,
	    why);
}

enum outcome
store_log(struct store *s, const struct store_log_query *q, store_logged *visit,
    void *arg, struct reason *why)
{
	struct store_write *w = NULL;
	sqlite3_stmt *stmt = NULL;
	struct store_entry e;
	enum outcome o;

	o = log_start(s, q, &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		entry_read(stmt, &e);
		o = store_write_get(s, e.id, &w, why);
		if (o == DONE || o == NOTHING) {
			visit(arg, &e, o == DONE ? w : NULL);
			o = DONE;
		}
		store_write_free(w);
		w = NULL;
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

/* Of what is committed; an entry that was rolled back is not to be found. */
static void
tell_one(void *arg, const struct store_entry *e, const struct store_write *w)
{
	struct store *s = arg;

	s->told = e->id;
	s->tell(s->tell_arg, e, w);
}

void
journal_tell(struct store *s)
{
	const struct store_log_query q = {.after = s->told, .limit = CATCH_UP};
	struct reason ignored;

	if (s->tell == NULL || s->entry <= s->told)
		return;
	(void)!store_log(s, &q, tell_one, s, &ignored);
}

enum outcome
journal_keep(struct store *s, struct reason *why)
{
	enum outcome o;

	if (s->tell == NULL || s->told == s->told_kept)
		return DONE;
	o = statement_run(s, STATEMENT_TELL, VALUES(NUMBER(s->told)), why);
	if (o != DONE && o != NOTHING)
		return o;
	s->told_kept = s->told;
	return DONE;
}

/* How far the telling came before this process. */
static void
read_told(struct store *s)
{
	sqlite3_stmt *stmt = NULL;
	struct reason ignored;
	enum outcome o;

	o = statement_start(s, STATEMENT_TOLD, NULL, &stmt, &ignored);
	if (o == DONE)
		o = statement_step(s, stmt, &ignored);
	if (o == DONE)
		s->told = s->told_kept = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
}

void
store_observe(struct store *s, store_logged *tell, void *arg)
{
	s->tell = tell;
	s->tell_arg = arg;
	if (tell == NULL)
		return;
	read_told(s);
	s->entry = INT64_MAX;
	journal_tell(s);
	s->entry = s->told;
}
