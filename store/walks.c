#include "store/walks.h"

#include <stdio.h>
#include <string.h>

#include "store/inside.h"

#define WAITING 16 /* walks that have not ended */
#define KEPT 20	   /* ended ones, with their lines */

static const char *const names[STORE_WALKS] = {
    [STORE_ADOPT] = "adopt",
    [STORE_ROLLBACK] = "rollback",
    [STORE_SWEEP] = "sweep",
    [STORE_REBUILD] = "rebuild",
};

const char *
store_walk_name(enum store_walk_kind kind)
{
	return kind < STORE_WALKS ? names[kind] : "unknown";
}

static enum outcome
journal_walk(struct store *s, int64_t id, const char *name,
    const struct store_asker *by, const char *what, const char *words,
    int64_t now, struct reason *why)
{
	char text[REASON_TEXT_MAX + 300];

	snprintf(text, sizeof text, "%s, walk %lld by uid %lld \"%s\"%s%s",
	    name, (long long)id, (long long)by->uid, by->name,
	    words[0] == '\0' ? "" : ": ", words);
	return journal_add(s, now, "", "", what, text, why);
}

/* The id of the same one that goes on, and how many do. */
static enum outcome
look_around(struct store *s, const struct store_walk *walk, int64_t *id,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	int64_t count = 0;
	enum outcome o;

	o = statement_start(s, STATEMENT_WALK_SAME,
	    VALUES(TEXT(names[walk->kind]), NUMBER(walk->dry)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		*id = sqlite3_column_int64(stmt, 0);
		count = sqlite3_column_int64(stmt, 1);
	}
	statement_end(stmt);
	if (o != DONE || *id != 0)
		return o;
	if (count >= WAITING)
		return reason_set(why, REASON_WALK_QUEUE,
		    "%lld walks have not ended", (long long)count);
	return NOTHING;
}

static enum outcome
put(struct store *s, const struct store_walk *walk, int64_t *id,
    struct reason *why)
{
	enum outcome o = look_around(s, walk, id, why);

	if (o != NOTHING)
		return o;
	o = statement_run(s, STATEMENT_WALK_PUT,
	    VALUES(TEXT(names[walk->kind]), NUMBER(walk->dry),
		NUMBER(walk->by.uid), TEXT(walk->by.name), NUMBER(walk->asked)),
	    why);
	if (o != DONE)
		return o;
	*id = sqlite3_last_insert_rowid(s->db);
	return journal_walk(s, *id, names[walk->kind], &walk->by, "walk",
	    walk->dry ? "dry run" : "", walk->asked, why);
}

enum outcome
store_walk_put(struct store *s, const struct store_walk *walk, int64_t *id,
    struct reason *why)
{
	int64_t given = 0;
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = put(s, walk, &given, why);
	o = store_end(s, o, why);
	if (o == DONE)
		*id = given;
	return o;
}

static void
walk_read(sqlite3_stmt *stmt, struct store_walk *out)
{
	char word[32];
	unsigned i;

	memset(out, 0, sizeof *out);
	out->id = sqlite3_column_int64(stmt, 0);
	column_text(stmt, 1, word, sizeof word);
	for (i = 0; i < STORE_WALKS; i++)
		if (strcmp(names[i], word) == 0)
			break;
	out->kind = (enum store_walk_kind)i;
	out->dry = sqlite3_column_int(stmt, 2) != 0;
	out->by.uid = sqlite3_column_int64(stmt, 3);
	column_text(stmt, 4, out->by.name, sizeof out->by.name);
	out->asked = sqlite3_column_int64(stmt, 5);
	out->ended = sqlite3_column_int64(stmt, 6);
	out->listed = sqlite3_column_int(stmt, 7) != 0;
	out->cancelled = sqlite3_column_int(stmt, 8) != 0;
	out->total = sqlite3_column_int64(stmt, 9);
	out->seen = sqlite3_column_int64(stmt, 10);
	out->changed = sqlite3_column_int64(stmt, 11);
	out->failed = sqlite3_column_int64(stmt, 12);
	column_text(stmt, 13, word, sizeof word);
	while (out->outcome < BROKEN &&
	    strcmp(outcome_name(out->outcome), word) != 0)
		out->outcome++;
	column_reason(stmt, 14, &out->reason);
}

static enum outcome
one(struct store *s, enum statement which, const struct value *values,
    struct store_walk *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, which, values, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		walk_read(stmt, out);
	statement_end(stmt);
	return o;
}

enum outcome
store_walk_next(struct store *s, struct store_walk *out, struct reason *why)
{
	return one(s, STATEMENT_WALK_NEXT, NULL, out, why);
}

enum outcome
store_walk_get(
    struct store *s, int64_t id, struct store_walk *out, struct reason *why)
{
	return one(s, STATEMENT_WALK_GET, VALUES(NUMBER(id)), out, why);
}

enum outcome
store_walks_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_walk *w), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_walk walk;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_WALK_ALL, VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		walk_read(stmt, &walk);
		visit(arg, &walk);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_walk_cancel(struct store *s, int64_t id, const struct store_asker *by,
    int64_t now, struct reason *why)
{
	struct store_walk walk;
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = store_walk_get(s, id, &walk, why);
	if (o == DONE)
		o = statement_run(
		    s, STATEMENT_WALK_CANCEL, VALUES(NUMBER(id)), why);
	if (o == DONE)
		o = journal_walk(s, id, store_walk_name(walk.kind), by,
		    "walk-cancelled", "", now, why);
	return store_end(s, o, why);
}

static enum outcome
end(struct store *s, int64_t id, enum outcome outcome,
    const struct reason *reason, int64_t now, struct reason *why)
{
	char words[64 + REASON_TEXT_MAX + 1];
	struct store_walk walk;
	enum outcome o;

	o = store_walk_get(s, id, &walk, why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_WALK_END,
		    VALUES(NUMBER(id), NUMBER(now), TEXT(outcome_name(outcome)),
			TEXT(reason_name(reason->code)), TEXT(reason->text)),
		    why);
	if (o != DONE)
		return o;
	snprintf(words, sizeof words, "%s: %s", reason_name(reason->code),
	    reason->text);
	o = journal_walk(s, id, store_walk_name(walk.kind), &walk.by,
	    "walk-ended", words, now, why);
	if (o == DONE)
		o = statement_run(
		    s, STATEMENT_WALK_CLEAR, VALUES(NUMBER(id)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_WALK_TRIM, VALUES(NUMBER(KEPT)), why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_walk_end(struct store *s, int64_t id, enum outcome outcome,
    const struct reason *reason, int64_t now, struct reason *why)
{
	enum outcome o;

	if (state_name(outcome) == NULL)
		return reason_set(why, REASON_STORE_IO,
		    "a walk cannot end as %s", outcome_name(outcome));
	o = store_begin(s, why);
	if (o != DONE)
		return o;
	return store_end(s, end(s, id, outcome, reason, now, why), why);
}
