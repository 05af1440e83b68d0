#include "store/inside.h"

typedef void work_visit(void *arg, const struct store_work *w);

static enum outcome
users_visit(struct store *s, int64_t since, work_visit *visit, void *arg,
    struct reason *why)
{
	struct store_work w = {.user = true};
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_WORKLIST_USERS, VALUES(NUMBER(since)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, w.object, sizeof w.object);
		column_text(stmt, 1, w.address, sizeof w.address);
		w.certificate.data = sqlite3_column_blob(stmt, 2);
		w.certificate.len = (size_t)sqlite3_column_bytes(stmt, 2);
		w.made = sqlite3_column_int64(stmt, 3);
		visit(arg, &w);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static enum outcome
contacts_visit(struct store *s, int64_t since, work_visit *visit, void *arg,
    struct reason *why)
{
	struct store_work w = {.user = false};
	sqlite3_stmt *stmt = NULL;
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

enum outcome
store_worklist(struct store *s, int64_t since,
    void (*visit)(void *arg, const struct store_work *w), void *arg,
    struct reason *why)
{
	enum outcome o;

	o = contacts_visit(s, since, visit, arg, why);
	return o == DONE ? users_visit(s, since, visit, arg, why) : o;
}
