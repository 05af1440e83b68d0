#include "store/walks.h"

#include <stdio.h>
#include <string.h>

#include "store/inside.h"

static const char *const names[STORE_LINES] = {
    [STORE_LINE_SEEN] = "seen",
    [STORE_LINE_WOULD] = "would-change",
    [STORE_LINE_ADOPTED] = "adopted",
    [STORE_LINE_REMOVED] = "removed",
    [STORE_LINE_UNMARKED] = "unmarked",
    [STORE_LINE_GONE] = "gone",
    [STORE_LINE_AGAIN] = "again",
    [STORE_LINE_MADE] = "made",
    [STORE_LINE_LEFT] = "left",
    [STORE_LINE_FAILED] = "failed",
    [STORE_LINE_RESTORED] = "restored",
};

const char *
store_line_name(enum store_line_kind kind)
{
	return kind < STORE_LINES ? names[kind] : "unknown";
}

enum outcome
store_walk_add(struct store *s, int64_t walk,
    const char (*objects)[STORE_OBJECT], unsigned n, struct reason *why)
{
	int64_t added = 0;
	enum outcome o = store_begin(s, why);
	unsigned i;

	if (o != DONE)
		return o;
	for (i = 0; i < n && (o == DONE || o == NOTHING); i++) {
		o = statement_run(s, STATEMENT_WALK_ADD,
		    VALUES(NUMBER(walk), TEXT(objects[i])), why);
		added += o == DONE;
	}
	if (o == DONE || o == NOTHING)
		o = statement_run(s, STATEMENT_WALK_TOTAL,
		    VALUES(NUMBER(walk), NUMBER(added)), why);
	return store_end(s, o == NOTHING ? DONE : o, why);
}

enum outcome
store_walk_listed(
    struct store *s, int64_t walk, bool published, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	if (published)
		o = statement_run(
		    s, STATEMENT_WALK_ADD_PUBLISHED, VALUES(NUMBER(walk)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_WALK_LISTED, VALUES(NUMBER(walk)), why);
	return store_end(s, o, why);
}

static enum outcome
one_object(struct store *s, enum statement which, int64_t walk,
    struct store_walk_object *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, which, VALUES(NUMBER(walk)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		column_text(stmt, 0, out->object, sizeof out->object);
		column_text(stmt, 1, out->plan, sizeof out->plan);
		out->tries = (unsigned)sqlite3_column_int(stmt, 2);
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_walk_object(struct store *s, int64_t walk, struct store_walk_object *out,
    struct reason *why)
{
	return one_object(s, STATEMENT_WALK_OBJECT, walk, out, why);
}

enum outcome
store_walk_begun(struct store *s, int64_t walk, struct store_walk_object *out,
    struct reason *why)
{
	return one_object(s, STATEMENT_WALK_BEGUN, walk, out, why);
}

static enum outcome
add_line(struct store *s, int64_t walk, const char *object,
    const struct store_line *l, bool pending, int64_t now, struct reason *why)
{
	return statement_run(s, STATEMENT_LINE_ADD,
	    VALUES(NUMBER(walk), NUMBER(pending), NUMBER(now),
		TEXT(store_line_name(l->kind)), TEXT(object), TEXT(l->dn),
		TEXT(l->address), TEXT(l->certificate), TEXT(l->findings),
		TEXT(l->issuer), NUMBER(l->until), TEXT(l->text)),
	    why);
}

static enum outcome
take_over(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_ADOPTED_ADD,
	    VALUES(TEXT(l->address), TEXT(l->certificate), TEXT(l->object),
		NUMBER(now)),
	    why);
	/* What had to wait because of that one is decided on again. */
	if (o == DONE || o == NOTHING)
		o = statement_run(s, STATEMENT_ADOPTED_DUE,
		    VALUES(TEXT(l->address), NUMBER(now)), why);
	if (o == DONE)
		o = line_form(s, l->address, why);
	return o;
}

/* Its harvest, unless that is forgotten, goes its way once more. */
static enum outcome
decide_again(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_LOST_DUE,
	    VALUES(TEXT(l->address), TEXT(l->certificate), NUMBER(now)), why);
	if (o == DONE)
		o = line_form(s, l->address, why);
	return o;
}

/* What is known of the address, and stands, is better known than this. */
static enum outcome
restore(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	const struct store_publication *p = &l->restored->publication;
	enum outcome o;

	o = statement_run(s, STATEMENT_RESTORE,
	    VALUES(TEXT(p->address), TEXT(p->object), TEXT(p->dn),
		TEXT(p->certificate), TEXT(p->issuer), TEXT(p->subject),
		NUMBER(p->not_before), NUMBER(p->not_after),
		NUMBER(p->published), TEXT(p->server), NUMBER(p->shadowed),
		NUMBER(p->validation)),
	    why);
	if (l->restored->made && (o == DONE || o == NOTHING))
		o = statement_run(s, STATEMENT_RESTORE_MADE,
		    VALUES(TEXT(p->object), TEXT(p->address), NUMBER(now),
			NUMBER(p->stamped)),
		    why);
	return o;
}

/* It does not stand any more, by our own doing. */
static enum outcome
forget_removed(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	return statement_run(s, STATEMENT_WALK_REMOVED,
	    VALUES(TEXT(l->address), TEXT(l->certificate), NUMBER(now)), why);
}

/* Which certificate, where, and why. */
static enum outcome
journal_line(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	char words[2048];

	snprintf(words, sizeof words, "%s%s%s%s%s at %s",
	    l->certificate[0] == '\0' ? "a mark" : l->certificate,
	    l->findings[0] == '\0' ? "" : " ", l->findings,
	    l->text[0] == '\0' ? "" : ": ", l->text, l->dn);
	return journal_add(
	    s, now, l->address, "", store_line_name(l->kind), words, why);
}

/* What becomes of a line in the rest of the store. */
static enum outcome
take_effect(struct store *s, const struct store_line *l, int64_t now,
    struct reason *why)
{
	enum outcome o = DONE;

	if (l->kind == STORE_LINE_ADOPTED)
		o = take_over(s, l, now, why);
	else if (l->kind == STORE_LINE_REMOVED)
		o = forget_removed(s, l, now, why);
	else if (l->kind == STORE_LINE_AGAIN)
		o = decide_again(s, l, now, why);
	else if (l->kind == STORE_LINE_GONE)
		o = store_note_gone(s, l->address, now, why);
	else if (l->kind == STORE_LINE_RESTORED)
		o = restore(s, l, now, why);
	else if (l->kind != STORE_LINE_UNMARKED)
		return DONE;
	if (o == NOTHING)
		o = DONE;
	return o == DONE ? journal_line(s, l, now, why) : o;
}

static bool
is_change(enum store_line_kind kind)
{
	return kind == STORE_LINE_ADOPTED || kind == STORE_LINE_REMOVED ||
	    kind == STORE_LINE_UNMARKED || kind == STORE_LINE_RESTORED;
}

static enum outcome
count_object(struct store *s, int64_t walk, const char *object,
    const struct store_line *lines, unsigned n, struct reason *why)
{
	bool changed = false, failed = false;
	enum outcome o;
	unsigned i;

	for (i = 0; i < n; i++) {
		changed = changed || is_change(lines[i].kind);
		failed = failed || lines[i].kind == STORE_LINE_FAILED ||
		    lines[i].kind == STORE_LINE_LEFT;
	}
	o = statement_run(
	    s, STATEMENT_WALK_DONE, VALUES(NUMBER(walk), TEXT(object)), why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_WALK_COUNT,
		    VALUES(NUMBER(walk), NUMBER(changed), NUMBER(failed)), why);
	return o;
}

enum outcome
store_walk_record(struct store *s, int64_t walk, const char *object,
    const struct store_line *lines, unsigned n, int64_t now, struct reason *why)
{
	enum outcome o = store_begin(s, why);
	unsigned i;

	if (o != DONE)
		return o;
	o = count_object(s, walk, object, lines, n, why);
	for (i = 0; i < n && o == DONE; i++) {
		o = add_line(s, walk, object, &lines[i], false, now, why);
		if (o == DONE)
			o = take_effect(s, &lines[i], now, why);
	}
	return store_end(s, o, why);
}

enum outcome
store_walk_intend(struct store *s, int64_t walk,
    const struct store_walk_intent *in, int64_t now, struct reason *why)
{
	const char *address = in->n > 0 ? in->lines[0].address : "";
	char pending[WRITE_PENDING];
	enum outcome o = store_begin(s, why);
	unsigned i;

	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_WALK_INTEND,
	    VALUES(NUMBER(walk), TEXT(in->object), TEXT(in->plan)), why);
	/* Never write for an object that is not to be looked at. */
	if (o == NOTHING)
		o = reason_set(why, REASON_STORE_IO,
		    "%s: %.64s is not to be looked at", s->path, in->object);
	for (i = 0; i < in->n && o == DONE; i++)
		o = add_line(
		    s, walk, in->object, &in->lines[i], true, now, why);
	write_name_walk(walk, in->object, pending);
	if (o == DONE)
		o = write_intend(s, pending, in->write, now, why);
	if (o == DONE)
		o = journal_add(s, now, address, "", "intent", in->plan, why);
	return store_end(s, o, why);
}

static void
line_read(sqlite3_stmt *stmt, struct store_line *out)
{
	char word[32];
	unsigned i;

	memset(out, 0, sizeof *out);
	out->id = sqlite3_column_int64(stmt, 0);
	out->at = sqlite3_column_int64(stmt, 1);
	column_text(stmt, 2, word, sizeof word);
	for (i = 0; i < STORE_LINES; i++)
		if (strcmp(names[i], word) == 0)
			break;
	out->kind = (enum store_line_kind)i;
	column_text(stmt, 3, out->object, sizeof out->object);
	column_text(stmt, 4, out->dn, sizeof out->dn);
	column_text(stmt, 5, out->address, sizeof out->address);
	column_text(stmt, 6, out->certificate, sizeof out->certificate);
	column_text(stmt, 7, out->findings, sizeof out->findings);
	column_text(stmt, 8, out->issuer, sizeof out->issuer);
	out->until = sqlite3_column_int64(stmt, 9);
	column_text(stmt, 10, out->text, sizeof out->text);
}

enum outcome
store_walk_pending(struct store *s, int64_t walk, const char *object,
    int64_t after, struct store_line *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_LINE_PENDING,
	    VALUES(NUMBER(walk), NUMBER(after), TEXT(object)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		line_read(stmt, out);
	statement_end(stmt);
	return o;
}

static enum outcome
forget_pending(
    struct store *s, int64_t walk, const char *object, struct reason *why)
{
	char pending[WRITE_PENDING];
	enum outcome o;

	o = statement_run(
	    s, STATEMENT_LINE_FORGET, VALUES(NUMBER(walk), TEXT(object)), why);
	write_name_walk(walk, object, pending);
	if (o == DONE || o == NOTHING)
		o = write_drop(s, pending, why);
	return o;
}

enum outcome
store_walk_wrote(struct store *s, int64_t walk, const char *object, int64_t now,
    struct reason *why)
{
	struct store_line line = {.id = 0};
	enum outcome o = store_begin(s, why);
	char address[ADDRESS_SIZE] = "";
	int changed = 0, failed = 0;

	if (o != DONE)
		return o;
	while ((o = store_walk_pending(s, walk, object, line.id, &line, why)) ==
	    DONE) {
		if (address[0] == '\0')
			strcpy(address, line.address);
		changed |= is_change(line.kind);
		failed |= line.kind == STORE_LINE_LEFT;
		o = take_effect(s, &line, now, why);
		if (o != DONE)
			break;
	}
	if (o == NOTHING)
		o = statement_run(s, STATEMENT_LINE_TELL,
		    VALUES(NUMBER(walk), TEXT(object)), why);
	if (o == DONE)
		o = walk_write_settle(s, walk, object, address, now, why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_WALK_DONE,
		    VALUES(NUMBER(walk), TEXT(object)), why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_WALK_COUNT,
		    VALUES(NUMBER(walk), NUMBER(changed), NUMBER(failed)), why);
	return store_end(s, o, why);
}

enum outcome
store_walk_again(struct store *s, int64_t walk, const char *object, bool late,
    struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = forget_pending(s, walk, object, why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_WALK_AGAIN,
		    VALUES(NUMBER(walk), TEXT(object), NUMBER(late)), why);
	return store_end(s, o, why);
}

enum outcome
store_walk_later(
    struct store *s, int64_t walk, const char *object, struct reason *why)
{
	return statement_run(
	    s, STATEMENT_WALK_LATER, VALUES(NUMBER(walk), TEXT(object)), why);
}

enum outcome
store_walk_unsure(struct store *s, int64_t walk, const char *object,
    const struct store_line *line, int64_t now, struct reason *why)
{
	struct store_line l = {.id = 0};
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	while (
	    (o = store_walk_pending(s, walk, object, l.id, &l, why)) == DONE) {
		if (l.kind == STORE_LINE_REMOVED)
			o = forget_removed(s, &l, now, why);
		if (o == LATER || o == BROKEN)
			break;
	}
	if (o == NOTHING)
		o = forget_pending(s, walk, object, why);
	if (o == DONE)
		o = count_object(s, walk, object, line, 1, why);
	if (o == DONE)
		o = add_line(s, walk, object, line, false, now, why);
	if (o == DONE)
		o = journal_line(s, line, now, why);
	return store_end(s, o, why);
}

enum outcome
store_walk_lines(struct store *s, int64_t walk, int64_t after, unsigned limit,
    void (*visit)(void *arg, const struct store_line *l), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_line line;
	enum outcome o;

	o = statement_start(s, STATEMENT_LINE_VISIT,
	    VALUES(NUMBER(walk), NUMBER(after), NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		line_read(stmt, &line);
		visit(arg, &line);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
