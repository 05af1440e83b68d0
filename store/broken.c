#include "store/inside.h"

static void
broken_read(sqlite3_stmt *stmt, struct store_broken *out)
{
	struct reason reason;

	column_text(stmt, 0, out->domain, sizeof out->domain);
	column_reason(stmt, 1, &reason);
	out->code = reason.code;
	out->mails = sqlite3_column_int64(stmt, 3);
	out->senders = sqlite3_column_int64(stmt, 4);
	out->last_seen = sqlite3_column_int64(stmt, 5);
}

enum outcome
store_broken(struct store *s, int64_t since, unsigned limit,
    void (*visit)(void *arg, const struct store_broken *b), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_broken b;
	enum outcome o;

	o = statement_start(s, STATEMENT_BROKEN,
	    VALUES(NUMBER(since), NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		broken_read(stmt, &b);
		visit(arg, &b);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
