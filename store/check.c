#include "store/inside.h"

#include <string.h>

/* Each yields one row with the word ok, or something else. */
static const char *const checks[] = {
    "PRAGMA integrity_check(1)",
    "SELECT coalesce((SELECT 'a row of ' || \"table\" || ' points nowhere' "
    "FROM pragma_foreign_key_check LIMIT 1), 'ok')",
    /* Whoever waits behind nobody would wait for ever. */
    "SELECT coalesce((SELECT 'the line of an address has ' || sum(head) || "
    "' first' FROM harvest WHERE state = 'due' GROUP BY address "
    "HAVING sum(head) <> 1 LIMIT 1), 'ok')",
};

static enum outcome
check(struct store *s, const char *sql, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o = DONE;
	char answer[200];
	int code;

	code = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code != SQLITE_ROW) {
		o = store_failed(s, why, code);
	} else {
		column_text(stmt, 0, answer, sizeof answer);
		if (strcmp(answer, "ok") != 0)
			o = reason_set(why, REASON_STORE_CORRUPT, "%s: %s",
			    s->path, answer);
	}
	sqlite3_finalize(stmt);
	return o;
}

enum outcome
store_check(struct store *s, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE && i < sizeof checks / sizeof checks[0]; i++)
		o = check(s, checks[i], why);
	return o;
}
