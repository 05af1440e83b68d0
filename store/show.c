#include "store/inside.h"

void
row_read(sqlite3_stmt *stmt, struct store_row *row)
{
	column_text(stmt, 0, row->id, sizeof row->id);
	column_text(stmt, 1, row->address, sizeof row->address);
	column_text(stmt, 2, row->state, sizeof row->state);
	column_reason(stmt, 3, &row->reason);
	column_text(stmt, 5, row->certificate, sizeof row->certificate);
	column_text(stmt, 6, row->message_id, sizeof row->message_id);
	column_text(stmt, 7, row->queue_id, sizeof row->queue_id);
	row->received = sqlite3_column_int64(stmt, 8);
	row->taken = sqlite3_column_int64(stmt, 9);
	row->changed = sqlite3_column_int64(stmt, 10);
	row->due = sqlite3_column_int64(stmt, 11);
	row->last_seen = sqlite3_column_int64(stmt, 12);
	row->tries = (unsigned)sqlite3_column_int(stmt, 13);
	column_authentication(stmt, 14, &row->authentication);
}

static enum outcome
rows_visit(struct store *s, enum statement which, const struct value *values,
    void (*visit)(void *arg, const struct store_row *row), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_row row;
	enum outcome o;

	o = statement_start(s, which, values, &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		row_read(stmt, &row);
		visit(arg, &row);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_show(struct store *s, const char *address, unsigned limit,
    void (*visit)(void *arg, const struct store_row *row), void *arg,
    struct reason *why)
{
	return rows_visit(s, STATEMENT_SHOW,
	    VALUES(TEXT(address), NUMBER(limit)), visit, arg, why);
}

enum outcome
store_queue(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_row *row), void *arg,
    struct reason *why)
{
	return rows_visit(
	    s, STATEMENT_QUEUE, VALUES(NUMBER(limit)), visit, arg, why);
}

enum outcome
store_count(struct store *s, struct store_counts *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_COUNT, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->due = sqlite3_column_int64(stmt, 0);
		out->held = sqlite3_column_int64(stmt, 1);
		out->published = sqlite3_column_int64(stmt, 2);
		out->shadowed = sqlite3_column_int64(stmt, 3);
	}
	statement_end(stmt);
	return o;
}
