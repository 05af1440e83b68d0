#include "store/newcomers.h"

#include "store/inside.h"

#define HOUR 3600
#define KEPT (STORE_NEWCOMERS_KEPT / HOUR)

enum outcome
store_newcomers_count(struct store *s, const char *address, int64_t received,
    struct store_newcomers *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_NEWCOMERS,
	    VALUES(NUMBER(received / HOUR), TEXT(address),
		TEXT(address_peek_domain(address))),
	    &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->all = sqlite3_column_int64(stmt, 0);
		out->domain = sqlite3_column_int64(stmt, 1);
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_newcomers_add(
    struct store *s, const char *address, int64_t received, struct reason *why)
{
	enum outcome o;

	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_NEWCOMER_FORGET,
	    VALUES(NUMBER(received / HOUR - KEPT)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(s, STATEMENT_NEWCOMER_ADD,
		    VALUES(NUMBER(received / HOUR),
			TEXT(address_peek_domain(address)), TEXT(address)),
		    why);
	return store_end(s, o == NOTHING ? DONE : o, why);
}
