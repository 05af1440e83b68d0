#include "store/inside.h"

/* A number that is no level says as much as none. */
static enum validation
validation_of(int n)
{
	return n > VALIDATION_UNKNOWN && n < VALIDATIONS ? (enum validation)n
							 : VALIDATION_UNKNOWN;
}

enum outcome
store_remembered(struct store *s, const char *address,
    struct store_publication *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_PUBLISHED, VALUES(TEXT(address)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		column_text(stmt, 0, out->address, sizeof out->address);
		column_text(stmt, 1, out->object, sizeof out->object);
		column_text(stmt, 2, out->dn, sizeof out->dn);
		column_text(stmt, 3, out->certificate, sizeof out->certificate);
		column_text(stmt, 4, out->issuer, sizeof out->issuer);
		column_text(stmt, 5, out->subject, sizeof out->subject);
		out->not_before = sqlite3_column_int64(stmt, 6);
		out->not_after = sqlite3_column_int64(stmt, 7);
		out->published = sqlite3_column_int64(stmt, 8);
		column_text(stmt, 9, out->message_id, sizeof out->message_id);
		column_text(stmt, 10, out->server, sizeof out->server);
		out->missing = sqlite3_column_int64(stmt, 11);
		out->gone = sqlite3_column_int64(stmt, 12);
		out->lost = sqlite3_column_int64(stmt, 13);
		out->lost_at = sqlite3_column_int64(stmt, 14);
		out->shadowed = sqlite3_column_int(stmt, 15) != 0;
		out->validation = validation_of(sqlite3_column_int(stmt, 16));
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_published(struct store *s, const char *address,
    struct store_publication *out, struct reason *why)
{
	struct store_publication p;
	enum outcome o;

	o = store_remembered(s, address, &p, why);
	if (o == DONE && p.gone != 0)
		return NOTHING;
	if (o == DONE)
		*out = p;
	return o;
}

enum outcome
store_note_missing(
    struct store *s, const char *address, int64_t since, struct reason *why)
{
	return statement_run(s, STATEMENT_NOTE_MISSING,
	    VALUES(TEXT(address), NUMBER(since)), why);
}

enum outcome
store_note_shadowed(
    struct store *s, const char *address, bool shadowed, struct reason *why)
{
	return statement_run(s, STATEMENT_NOTE_SHADOWED,
	    VALUES(TEXT(address), NUMBER(shadowed)), why);
}

enum outcome
store_note_gone(
    struct store *s, const char *address, int64_t now, struct reason *why)
{
	return statement_run(s, STATEMENT_NOTE_GONE,
	    VALUES(TEXT(address), NUMBER(now), NUMBER(0)), why);
}

enum outcome
store_known(struct store *s, unsigned limit,
    void (*visit)(void *arg, struct span der), void *arg, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct span der;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_KNOWN, VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		der.data = sqlite3_column_blob(stmt, 0);
		der.len = (size_t)sqlite3_column_bytes(stmt, 0);
		visit(arg, der);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
