#include <stdio.h>

#include "store/inside.h"
#include "store/walks.h"

static enum outcome
plan_of(struct store *s, int64_t walk, const char *object, char plan[2048],
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	plan[0] = '\0';
	o = statement_start(s, STATEMENT_WALK_PLAN,
	    VALUES(NUMBER(walk), TEXT(object)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		column_text(stmt, 0, plan, 2048);
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
walk_write_settle(struct store *s, int64_t walk, const char *object,
    const char *address, int64_t now, struct reason *why)
{
	char plan[2048], words[2400], pending[WRITE_PENDING];
	struct store_walk w;
	enum outcome o = store_walk_get(s, walk, &w, why);

	if (o == DONE)
		o = plan_of(s, walk, object, plan, why);
	if (o != DONE)
		return o;
	snprintf(words, sizeof words, "%s, walk %lld by uid %lld \"%s\": %s",
	    store_walk_name(w.kind), (long long)walk, (long long)w.by.uid,
	    w.by.name, plan);
	write_name_walk(walk, object, pending);
	o = journal_add(s, now, address, "", "written", words, why);
	if (o == DONE)
		o = write_settle(
		    s, pending, &(struct write_place){"", "", ""}, now, why);
	return o;
}
