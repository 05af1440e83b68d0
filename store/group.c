#include "store/inside.h"

enum outcome
store_group_begin(struct store *s, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	s->grouped = o == DONE;
	return o;
}

enum outcome
store_group_end(struct store *s, struct reason *why)
{
	s->grouped = false;
	/* What rolled back by itself must not look committed. */
	if (s->db == NULL || sqlite3_get_autocommit(s->db))
		return reason_set(why, REASON_STORE_IO,
		    "%s: a group failed half-way", s->path);
	if (s->sick) {
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		return reason_set(why, REASON_STORE_IO,
		    "%s: a write of a group failed", s->path);
	}
	return store_end(s, DONE, why);
}

enum outcome
group_member_begin(struct store *s, struct reason *why)
{
	enum outcome o;

	if (s->db == NULL || sqlite3_get_autocommit(s->db))
		return reason_set(why, REASON_STORE_IO,
		    "%s: a group failed half-way", s->path);
	o = statement_run(s, STATEMENT_MEMBER, NULL, why);
	return o == NOTHING ? DONE : o;
}

enum outcome
group_member_end(struct store *s, enum outcome o, struct reason *why)
{
	enum outcome end;

	if (o == DONE || o == NOTHING) {
		end = statement_run(s, STATEMENT_MEMBER_END, NULL, why);
		if (end == DONE || end == NOTHING)
			return o;
		o = end;
	}
	if (s->db != NULL && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK TO member; RELEASE member", NULL,
		    NULL, NULL);
	return o;
}
