#include "store/observed.h"

#include "store/inside.h"

enum outcome
store_observed_note(
    struct store *s, const struct store_observed *o, struct reason *why)
{
	return statement_run(s, STATEMENT_OBSERVED_ADD,
	    VALUES(TEXT(o->id), TEXT(o->object), TEXT(o->dn), TEXT(o->plan)),
	    why);
}

static void
observed_read(sqlite3_stmt *stmt, struct store_observed *out)
{
	column_text(stmt, 0, out->id, sizeof out->id);
	column_text(stmt, 1, out->address, sizeof out->address);
	column_text(stmt, 2, out->object, sizeof out->object);
	column_text(stmt, 3, out->dn, sizeof out->dn);
	column_text(stmt, 4, out->certificate, sizeof out->certificate);
	column_text(stmt, 5, out->plan, sizeof out->plan);
	column_text(stmt, 6, out->message_id, sizeof out->message_id);
	out->looked = sqlite3_column_int64(stmt, 7);
}

enum outcome
store_observed_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_observed *o), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_observed row;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_OBSERVED, VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		observed_read(stmt, &row);
		visit(arg, &row);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_observed_addresses(struct store *s, const char *after, unsigned max,
    char (*out)[ADDRESS_SIZE], unsigned *n, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	*n = 0;
	o = statement_start(s, STATEMENT_OBSERVED_ADDRESSES,
	    VALUES(TEXT(after), NUMBER(max)), &stmt, why);
	while (o == DONE && *n < max) {
		o = statement_step(s, stmt, why);
		if (o == DONE)
			column_text(stmt, 0, out[(*n)++], ADDRESS_SIZE);
	}
	statement_end(stmt);
	return o == NOTHING && *n > 0 ? DONE : o;
}

enum outcome
store_observed_due(
    struct store *s, const char *address, int64_t now, struct reason *why)
{
	enum outcome o;

	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = statement_run(
	    s, STATEMENT_OBSERVED_DUE, VALUES(TEXT(address), NUMBER(now)), why);
	if (o == DONE)
		o = line_form(s, address, why);
	return store_end(s, o, why);
}
