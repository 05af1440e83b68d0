#include "store/tidy.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "store/care.h"
#include "store/inside.h"

#define STEP 64	       /* harvests of a step */
#define ROWS 256       /* other rows of one */
#define PAGES 256      /* given back to the disk in one */
#define CANDIDATES 512 /* certificates looked at in one */
#define DAY ((int64_t)86400)
#define FRESH DAY /* so old at least is what goes for want of room */
#define JOURNAL_FLOOR (30 * DAY)

/* One step. */
struct step {
	struct store *s;
	struct store_tidying *at;
	int64_t now, before;
	int64_t removed;
	struct reason *why;
};

struct victim {
	int64_t row;
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	char reason[64];
};

static enum outcome
victims_read(
    const struct step *t, const char *state, struct victim *out, unsigned *n)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	*n = 0;
	o = statement_start(t->s, STATEMENT_TIDY_HARVESTS,
	    VALUES(TEXT(state), NUMBER(t->before), NUMBER(STEP)), &stmt,
	    t->why);
	while (o == DONE && *n < STEP) {
		o = statement_step(t->s, stmt, t->why);
		if (o != DONE)
			break;
		out[*n].row = sqlite3_column_int64(stmt, 0);
		column_text(stmt, 1, out[*n].id, sizeof out[*n].id);
		column_text(stmt, 2, out[*n].address, sizeof out[*n].address);
		column_text(stmt, 3, out[*n].reason, sizeof out[*n].reason);
		++*n;
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

/* Numbers of certificates, at most max. */
static enum outcome
numbers_read(const struct step *t, enum statement which, int64_t from,
    unsigned max, int64_t *out, unsigned *n)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	*n = 0;
	o = statement_start(
	    t->s, which, VALUES(NUMBER(from), NUMBER(max)), &stmt, t->why);
	while (o == DONE && *n < max) {
		o = statement_step(t->s, stmt, t->why);
		if (o == DONE)
			out[(*n)++] = sqlite3_column_int64(stmt, 0);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static enum outcome
drop_certificates(struct step *t, const int64_t *rows, unsigned n)
{
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < n && (o == DONE || o == NOTHING); i++) {
		o = statement_run(t->s, STATEMENT_TIDY_CERTIFICATE,
		    VALUES(NUMBER(rows[i])), t->why);
		t->removed += o == DONE;
	}
	return o == NOTHING ? DONE : o;
}

/* With the certificates that nothing else refers to. */
static enum outcome
drop_harvest(struct step *t, const struct victim *v, bool told)
{
	int64_t certificates[LIMIT_CERTIFICATES + 2];
	char words[128];
	enum outcome o;
	unsigned n;

	o = numbers_read(t, STATEMENT_TIDY_LINKS, v->row,
	    LIMIT_CERTIFICATES + 2, certificates, &n);
	if (o == DONE)
		o = statement_run(
		    t->s, STATEMENT_TIDY_DROP, VALUES(NUMBER(v->row)), t->why);
	t->removed += o == DONE;
	if (o == DONE)
		o = drop_certificates(t, certificates, n);
	snprintf(words, sizeof words, "nobody decided: %s", v->reason);
	if (o == DONE && told)
		o = journal_add(
		    t->s, t->now, v->address, v->id, "dropped", words, t->why);
	return o;
}

static enum outcome
drop_harvests(struct step *t, const char *state)
{
	struct victim victims[STEP];
	enum outcome o;
	unsigned n, i;

	o = victims_read(t, state, victims, &n);
	for (i = 0; i < n && o == DONE; i++)
		o = drop_harvest(t, &victims[i], strcmp(state, "held") == 0);
	return o;
}

static enum outcome
drop_rows(struct step *t, enum statement which)
{
	enum outcome o;

	o = statement_run(
	    t->s, which, VALUES(NUMBER(t->before), NUMBER(ROWS)), t->why);
	if (o == DONE)
		t->removed += sqlite3_changes(t->s->db);
	return o == NOTHING ? DONE : o;
}

static enum outcome
drop_walks(struct step *t, const char *state)
{
	enum outcome o = drop_rows(t, STATEMENT_TIDY_LINES);

	(void)state;
	/* a step may have to end before the last line went */
	if (o == DONE && t->removed == 0)
		o = statement_run(t->s, STATEMENT_TIDY_WALKS,
		    VALUES(NUMBER(t->before)), t->why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
drop_journal(struct step *t, const char *state)
{
	enum outcome o = drop_rows(t, STATEMENT_TIDY_WRITTEN);

	(void)state;
	return o == DONE ? drop_rows(t, STATEMENT_TIDY_JOURNAL) : o;
}

static enum outcome
drop_gone(struct step *t, const char *state)
{
	enum outcome o = drop_rows(t, STATEMENT_TIDY_GONE_SIGHTINGS);

	(void)state;
	if (o == DONE)
		o = drop_rows(t, STATEMENT_TIDY_GONE_STOOD);
	return o == DONE ? drop_rows(t, STATEMENT_TIDY_GONE) : o;
}

/* Once through all, for those that lost their last entry of the journal. */
static enum outcome
drop_orphans(struct step *t, const char *state)
{
	int64_t rows[CANDIDATES];
	enum outcome o;
	unsigned n;

	(void)state;
	o = numbers_read(t, STATEMENT_TIDY_CERTIFICATES, t->at->certificate,
	    CANDIDATES, rows, &n);
	if (o == DONE)
		o = drop_certificates(t, rows, n);
	t->at->certificate = o == DONE && n > 0 ? rows[n - 1] : 0;
	return o;
}

/* In the order in which they go when there is no room; floor 0: not then. */
static const struct row {
	enum outcome (*drop)(struct step *t, const char *state);
	const char *state;
	size_t age; /* where struct store_keep has it */
	int64_t floor;
} rows[] = {
#define AGE(name) offsetof(struct store_keep, name)
    {drop_harvests, "note", AGE(notes), FRESH},
    {drop_harvests, "refused", AGE(decided), FRESH},
    {drop_harvests, "nothing", AGE(decided), FRESH},
    {drop_harvests, "done", AGE(decided), FRESH},
    {drop_walks, NULL, AGE(walks), FRESH},
    {drop_journal, NULL, AGE(journal), JOURNAL_FLOOR},
    {drop_harvests, "held", AGE(held), 0},
    {drop_gone, NULL, AGE(journal), 0},
    {drop_orphans, NULL, AGE(journal), 0},
#undef AGE
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static int64_t
age_of(const struct row *row, const struct store_keep *keep, bool tight)
{
	int64_t age;

	memcpy(&age, (const char *)keep + row->age, sizeof age);
	return tight && row->floor != 0 && row->floor < age ? row->floor : age;
}

static enum outcome
used(struct store *s, int64_t *out, struct reason *why)
{
	struct store_size size;
	enum outcome o = store_measure(s, &size, why);

	if (o == DONE)
		*out = size.bytes - size.unused;
	return o;
}

/* Give back to the disk what is more than a quarter of the file. */
static enum outcome
shrink(struct store *s, bool *more, struct reason *why)
{
	struct store_size size;
	char sql[64];
	enum outcome o = store_measure(s, &size, why);

	*more = false;
	if (o != DONE || size.unused < size.bytes / 4)
		return o;
	snprintf(sql, sizeof sql, "PRAGMA incremental_vacuum(%d)", PAGES);
	o = store_execute(s, sql, why);
	if (o == DONE) {
		int64_t before = size.unused;

		o = store_measure(s, &size, why);
		*more = o == DONE && size.unused < before;
	}
	return o;
}

static enum outcome
step(struct step *t, const struct row *row)
{
	enum outcome o = store_begin(t->s, t->why);

	if (o != DONE)
		return o;
	o = row->drop(t, row->state);
	return store_end(t->s, o, t->why);
}

enum outcome
store_tidy(struct store *s, const struct store_keep *keep,
    struct store_tidying *at, int64_t now, struct reason *why)
{
	struct step t = {.s = s, .at = at, .now = now, .why = why};
	const struct row *row = &rows[at->row < N_ROWS ? at->row : 0];
	int64_t bytes = 0;
	enum outcome o;
	bool more;

	o = statement_ready(s, why);
	if (o == DONE)
		o = used(s, &bytes, why);
	if (o != DONE)
		return o;
	at->tight = keep->size > 0 && bytes > keep->size / 10 * 9;
	if (at->row == N_ROWS) {
		o = shrink(s, &more, why);
		at->row = more ? at->row : 0;
		return o == DONE && !more ? NOTHING : o;
	}
	t.before = now - age_of(row, keep, at->tight);
	o = step(&t, row);
	if (o != DONE)
		return o;
	at->removed += t.removed;
	/* the same again, until there is nothing to be had of it */
	if (t.removed == 0 && at->certificate == 0)
		at->row++;
	return DONE;
}

enum outcome
store_room(struct store *s, int64_t size, bool full, struct reason *why)
{
	int64_t bytes = 0, most = full ? size / 20 * 19 : size;
	enum outcome o;

	if (size == 0)
		return DONE;
	o = statement_ready(s, why);
	if (o == DONE)
		o = used(s, &bytes, why);
	if (o != DONE || bytes < most)
		return o;
	return reason_set(why, REASON_STORE_SIZE,
	    "%s: %lld bytes are used, store.size allows %lld", s->path,
	    (long long)bytes, (long long)size);
}
