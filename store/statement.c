#include "store/inside.h"

#include <stdio.h>
#include <string.h>

#include "base/hooks.h"

static const char *const sql[] = {
#define STATEMENT(name, text) [STATEMENT_##name] = text,
#include "store/statements.def"
#undef STATEMENT
};

static int
bind(sqlite3_stmt *stmt, int i, const struct value *v)
{
	switch (v->kind) {
	case VALUE_TEXT:
		return sqlite3_bind_text(stmt, i, v->text, -1, SQLITE_STATIC);
	case VALUE_NUMBER:
		return sqlite3_bind_int64(stmt, i, v->number);
	case VALUE_BLOB:
		/* A NULL pointer would become an SQL NULL. */
		return sqlite3_bind_blob64(stmt, i,
		    v->blob.len == 0 ? "" : (const void *)v->blob.data,
		    v->blob.len, SQLITE_STATIC);
	case VALUE_END:
		break;
	}
	return SQLITE_MISUSE;
}

/*
 * A connection is cured between transactions only: inside one, what was
 * written so far would be lost without a word.
 */
enum outcome
statement_ready(struct store *s, struct reason *why)
{
	bool inside = s->db != NULL && !sqlite3_get_autocommit(s->db);

	/* What is written to a file without a name is lost. */
	if (s->db != NULL && !s->sick && (inside || store_is_there(s)))
		return DONE;
	if (inside)
		return reason_set(why, REASON_STORE_IO,
		    "%s: a transaction failed half-way", s->path);
	store_disconnect(s);
	return store_connect(s, why);
}

enum outcome
statement_start(struct store *s, enum statement which,
    const struct value *values, sqlite3_stmt **out, struct reason *why)
{
	sqlite3_stmt *stmt;
	enum outcome o;
	int i, code;

	o = statement_ready(s, why);
	if (o != DONE)
		return o;
	if (s->statements[which] == NULL) {
		code = sqlite3_prepare_v3(s->db, sql[which], -1,
		    SQLITE_PREPARE_PERSISTENT, &s->statements[which], NULL);
		if (code != SQLITE_OK)
			return store_failed(s, why, code);
	}
	stmt = s->statements[which];
	for (i = 0; values != NULL && values[i].kind != VALUE_END; i++) {
		code = bind(stmt, i + 1, &values[i]);
		if (code != SQLITE_OK) {
			o = store_failed(s, why, code);
			statement_end(stmt);
			return o;
		}
	}
	*out = stmt;
	return DONE;
}

enum outcome
statement_step(struct store *s, sqlite3_stmt *stmt, struct reason *why)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		return DONE;
	if (code == SQLITE_DONE)
		return NOTHING;
	return store_failed(s, why, code);
}

void
statement_end(sqlite3_stmt *stmt)
{
	if (stmt == NULL)
		return;
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

enum outcome
statement_run(struct store *s, enum statement which, const struct value *values,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, which, values, &stmt, why);
	if (o != DONE)
		return o;
	do
		o = statement_step(s, stmt, why);
	while (o == DONE);
	statement_end(stmt);
	if (o == NOTHING && sqlite3_changes(s->db) > 0)
		o = DONE;
	return o;
}

enum outcome
store_begin(struct store *s, struct reason *why)
{
	enum outcome o;

	if (s->grouped)
		return group_member_begin(s, why);
	o = statement_run(s, STATEMENT_BEGIN, NULL, why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_end(struct store *s, enum outcome o, struct reason *why)
{
	enum outcome end;

	if (s->grouped)
		return group_member_end(s, o, why);
	if (o == DONE || o == NOTHING) {
		end = s->sick ? BROKEN : journal_keep(s, why);
		CRASH_POINT("store-uncommitted");
		if (end == DONE)
			end = statement_run(s, STATEMENT_COMMIT, NULL, why);
		CRASH_POINT("store-committed");
		if (end == DONE || end == NOTHING) {
			journal_tell(s);
			return o;
		}
		o = end;
	}
	/* A failure may have rolled back by itself. */
	if (s->db != NULL && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return o;
}

enum outcome
store_execute(struct store *s, const char *text, struct reason *why)
{
	int code = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return code == SQLITE_OK ? DONE : store_failed(s, why, code);
}

enum outcome
store_number(
    struct store *s, const char *text, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o = DONE;
	int code;

	code = sqlite3_prepare_v2(s->db, text, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else
		o = store_failed(s, why, code);
	sqlite3_finalize(stmt);
	return o;
}

void
column_text(sqlite3_stmt *stmt, int i, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);

	snprintf(out, size, "%s", text == NULL ? "" : text);
}

void
column_reason(sqlite3_stmt *stmt, int i, struct reason *out)
{
	char code[64], words[REASON_TEXT_MAX + 1];

	column_text(stmt, i, code, sizeof code);
	column_text(stmt, i + 1, words, sizeof words);
	out->code = REASON_STORE_VERSION; /* a code of another version */
	if (code[0] == '\0' || reason_parse(code, &out->code) != DONE)
		reason_set(out, code[0] == '\0' ? REASON_OK : out->code,
		    "%s%s%s", code, words[0] == '\0' ? "" : ": ", words);
	else
		reason_set(out, out->code, "%s", words);
}

void
column_authentication(sqlite3_stmt *stmt, int i, struct authentication *out)
{
	char dmarc[16], dkim[16];

	column_text(stmt, i, dmarc, sizeof dmarc);
	column_text(stmt, i + 1, dkim, sizeof dkim);
	column_text(stmt, i + 2, out->dkim_domain, sizeof out->dkim_domain);
	/* a word of another version says nothing */
	if (!authentication_parse(span_str(dmarc), &out->dmarc))
		out->dmarc = AUTHENTICATION_UNSAID;
	if (!authentication_parse(span_str(dkim), &out->dkim))
		out->dkim = AUTHENTICATION_UNSAID;
}

enum outcome
column_bytes(sqlite3_stmt *stmt, int i, struct bytes *out, struct reason *why)
{
	const void *data = sqlite3_column_blob(stmt, i);
	struct span s = {data, (size_t)sqlite3_column_bytes(stmt, i)};

	return bytes_dup(s, out)
	    ? DONE
	    : reason_set(why, REASON_MEMORY, "out of memory");
}
