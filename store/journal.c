#include "store/inside.h"

enum outcome
journal_add(struct store *s, int64_t now, const char *address, const char *id,
    const char *what, const char *words, struct reason *why)
{
	return statement_run(s, STATEMENT_JOURNAL_ADD,
	    VALUES(
		NUMBER(now), TEXT(address), TEXT(id), TEXT(what), TEXT(words)),
	    why);
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
		e.id = sqlite3_column_int64(stmt, 0);
		e.at = sqlite3_column_int64(stmt, 1);
		column_text(stmt, 2, e.address, sizeof e.address);
		column_text(stmt, 3, e.what, sizeof e.what);
		column_text(stmt, 4, e.text, sizeof e.text);
		visit(arg, &e);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
