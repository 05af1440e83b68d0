#include "store/writes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

static const char *const parts[STORE_PARTS] = {
    [STORE_CERTIFICATE] = "certificate",
    [STORE_MARK] = "mark",
    [STORE_SHADOW] = "shadow",
};

static const char *const ops[STORE_OPS] = {
    [STORE_HAD] = "had",
    [STORE_REMOVED] = "removed",
    [STORE_ADDED] = "added",
};

const char *
store_part_name(enum store_part part)
{
	return part < STORE_PARTS ? parts[part] : "unknown";
}

const char *
store_op_name(enum store_op op)
{
	return op < STORE_OPS ? ops[op] : "unknown";
}

void
write_name_harvest(const char *id, char out[WRITE_PENDING])
{
	snprintf(out, WRITE_PENDING, "harvest %s", id);
}

void
write_name_order(int64_t id, char out[WRITE_PENDING])
{
	snprintf(out, WRITE_PENDING, "order %lld", (long long)id);
}

void
write_name_walk(int64_t walk, const char *object, char out[WRITE_PENDING])
{
	snprintf(out, WRITE_PENDING, "walk %lld %s", (long long)walk, object);
}

static enum outcome
fine(enum outcome o)
{
	return o == NOTHING ? DONE : o;
}

static enum outcome
add_value(struct store *s, int64_t id, unsigned position,
    const struct store_change *c, struct reason *why)
{
	const char *kept = c->der.len > 0 ? c->value : "";
	enum outcome o = DONE;

	if (kept[0] != '\0')
		o = fine(statement_run(s, STATEMENT_ADD_CERTIFICATE,
		    VALUES(TEXT(c->value), BLOB(c->der)), why));
	if (o == DONE)
		o = statement_run(s, STATEMENT_WRITE_VALUE,
		    VALUES(NUMBER(id), NUMBER(position),
			TEXT(store_op_name(c->op)),
			TEXT(store_part_name(c->part)), TEXT(c->value),
			TEXT(kept)),
		    why);
	return o;
}

enum outcome
write_intend(struct store *s, const char *pending, const struct store_write *w,
    int64_t now, struct reason *why)
{
	enum outcome o;
	int64_t id;
	unsigned i;

	o = write_drop(s, pending, why);
	if (o != DONE || w == NULL)
		return o;
	if (w->n > STORE_CHANGES)
		return reason_set(
		    why, REASON_STORE_IO, "%u changes in one write", w->n);
	o = statement_run(s, STATEMENT_WRITE_ADD,
	    VALUES(TEXT(pending), NUMBER(now), TEXT(w->address),
		TEXT(w->object), TEXT(w->dn), TEXT(w->server),
		NUMBER(w->created), NUMBER(w->undoes)),
	    why);
	id = o == DONE ? sqlite3_last_insert_rowid(s->db) : 0;
	for (i = 0; i < w->n && o == DONE; i++)
		o = add_value(s, id, i, &w->changes[i], why);
	return o;
}

enum outcome
write_settle(struct store *s, const char *pending, const struct write_place *at,
    int64_t now, struct reason *why)
{
	return fine(statement_run(s, STATEMENT_WRITE_SETTLE,
	    VALUES(TEXT(pending), NUMBER(s->entry), NUMBER(now),
		TEXT(at->object), TEXT(at->dn), TEXT(at->server)),
	    why));
}

enum outcome
write_drop(struct store *s, const char *pending, struct reason *why)
{
	return fine(
	    statement_run(s, STATEMENT_WRITE_DROP, VALUES(TEXT(pending)), why));
}

/* The place of a word in a table; the last one is no word. */
static unsigned
place_of(const char *const *words, unsigned n, const char *word)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			break;
	return i;
}

struct owned {
	struct store_write write; /* the first member: freed as one */
	struct store_change changes[];
};

void
store_write_free(struct store_write *w)
{
	free(w);
}

static enum outcome
read_changes(struct store *s, int64_t id, struct owned *out, struct reason *why)
{
	struct store_change *c;
	sqlite3_stmt *stmt = NULL;
	char word[16];
	enum outcome o;

	o = statement_start(s, STATEMENT_WRITE_VALUES,
	    VALUES(NUMBER(id), NUMBER(STORE_CHANGES)), &stmt, why);
	while (o == DONE && out->write.n < STORE_CHANGES) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		c = &out->changes[out->write.n++];
		column_text(stmt, 0, word, sizeof word);
		c->op = (enum store_op)place_of(ops, STORE_OPS, word);
		column_text(stmt, 1, word, sizeof word);
		c->part = (enum store_part)place_of(parts, STORE_PARTS, word);
		column_text(stmt, 2, c->value, sizeof c->value);
	}
	statement_end(stmt);
	return fine(o);
}

static void
read_head(sqlite3_stmt *stmt, struct store_write *w)
{
	memset(w, 0, sizeof *w);
	w->entry = sqlite3_column_int64(stmt, 1);
	w->at = sqlite3_column_int64(stmt, 2);
	column_text(stmt, 3, w->address, sizeof w->address);
	column_text(stmt, 4, w->object, sizeof w->object);
	column_text(stmt, 5, w->dn, sizeof w->dn);
	column_text(stmt, 6, w->server, sizeof w->server);
	w->created = sqlite3_column_int(stmt, 7) != 0;
	w->undoes = sqlite3_column_int64(stmt, 8);
}

static enum outcome
read_write(struct store *s, enum statement which, const struct value *values,
    struct store_write **out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_write head;
	struct owned *w;
	int64_t id = 0;
	enum outcome o;

	o = statement_start(s, which, values, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		id = sqlite3_column_int64(stmt, 0);
		read_head(stmt, &head);
	}
	statement_end(stmt);
	if (o != DONE)
		return o;
	w = calloc(1, sizeof *w + STORE_CHANGES * sizeof w->changes[0]);
	if (w == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	w->write = head;
	w->write.changes = w->changes;
	o = read_changes(s, id, w, why);
	if (o == DONE)
		*out = &w->write;
	else
		free(w);
	return o;
}

enum outcome
store_write_get(struct store *s, int64_t entry, struct store_write **out,
    struct reason *why)
{
	return read_write(
	    s, STATEMENT_WRITE_GET, VALUES(NUMBER(entry)), out, why);
}

enum outcome
store_write_last(struct store *s, const char *object, struct store_write **out,
    struct reason *why)
{
	return read_write(
	    s, STATEMENT_WRITE_LAST, VALUES(TEXT(object)), out, why);
}

enum outcome
write_pending(struct store *s, const char *pending, struct store_write **out,
    struct reason *why)
{
	return read_write(
	    s, STATEMENT_WRITE_PENDING, VALUES(TEXT(pending)), out, why);
}

enum outcome
store_write_undone(
    struct store *s, int64_t entry, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_WRITE_UNDONE, VALUES(NUMBER(entry)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}

enum outcome
store_value(
    struct store *s, const char *sha256, struct bytes *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_VALUE, VALUES(TEXT(sha256)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		o = column_bytes(stmt, 0, out, why);
	statement_end(stmt);
	return o;
}

enum outcome
store_write_void(
    struct store *s, const char *harvest, int64_t order, struct reason *why)
{
	char pending[WRITE_PENDING];

	if (harvest != NULL)
		write_name_harvest(harvest, pending);
	else
		write_name_order(order, pending);
	return write_drop(s, pending, why);
}
