#include "store/figures.h"

#include "store/digest.h"
#include "store/inside.h"

enum outcome
store_figures(struct store *s, struct store_figures *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_FIGURES, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->oldest_due = sqlite3_column_int64(stmt, 0);
		out->last_published = sqlite3_column_int64(stmt, 1);
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_last_seen(struct store *s, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_LAST_SEEN, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}

static enum outcome
reasons_visit(struct store *s, enum statement which,
    void (*visit)(void *arg, enum reason_code code, int64_t n), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct reason reason;
	enum outcome o;

	o = statement_start(s, which, NULL, &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_reason(stmt, 0, &reason);
		visit(arg, reason.code, sqlite3_column_int64(stmt, 2));
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_held_reasons(struct store *s,
    void (*visit)(void *arg, enum reason_code code, int64_t n), void *arg,
    struct reason *why)
{
	return reasons_visit(s, STATEMENT_HELD_REASONS, visit, arg, why);
}

enum outcome
store_waiting_reasons(struct store *s,
    void (*visit)(void *arg, enum reason_code code, int64_t n), void *arg,
    struct reason *why)
{
	return reasons_visit(s, STATEMENT_WAITING_REASONS, visit, arg, why);
}
