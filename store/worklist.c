#include "store/inside.h"

enum outcome
store_worklist(struct store *s, int64_t since,
    void (*visit)(void *arg, const struct store_work *w), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_work w;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_WORKLIST, VALUES(NUMBER(since)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, w.object, sizeof w.object);
		column_text(stmt, 1, w.address, sizeof w.address);
		w.stamped = sqlite3_column_int(stmt, 2) != 0;
		w.made = sqlite3_column_int64(stmt, 3);
		visit(arg, &w);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
