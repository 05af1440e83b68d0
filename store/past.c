#include "store/walks.h"

#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

static enum outcome
read_publications(struct store *s, const char *object, struct store_past *out,
    struct reason *why)
{
	char addresses[STORE_PAST][ADDRESS_SIZE];
	struct store_publication *p;
	sqlite3_stmt *stmt = NULL;
	unsigned n = 0, i;
	enum outcome o;

	o = statement_start(s, STATEMENT_PUBLISHED_AT,
	    VALUES(TEXT(object), NUMBER(STORE_PAST)), &stmt, why);
	while (o == DONE && n < STORE_PAST) {
		o = statement_step(s, stmt, why);
		if (o == DONE)
			column_text(stmt, 0, addresses[n++], ADDRESS_SIZE);
	}
	statement_end(stmt);
	if (o == NOTHING)
		o = DONE;
	for (i = 0; i < n && o == DONE; i++) {
		p = &out->publications[out->n_publications];
		o = store_published(s, addresses[i], p, why);
		out->n_publications += o == DONE;
		if (o == NOTHING)
			o = DONE;
	}
	return o;
}

static enum outcome
read_adopted(struct store *s, const char *object, struct store_past *out,
    struct reason *why)
{
	struct store_adopted *a;
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_ADOPTED_AT,
	    VALUES(TEXT(object), NUMBER(STORE_PAST)), &stmt, why);
	while (o == DONE && out->n_adopted < STORE_PAST) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		a = &out->adopted[out->n_adopted++];
		column_text(stmt, 0, a->address, sizeof a->address);
		column_text(stmt, 1, a->certificate, sizeof a->certificate);
		a->since = sqlite3_column_int64(stmt, 2);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_past_of(struct store *s, const char *object, struct store_past *out,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	memset(out, 0, sizeof *out);
	o = read_publications(s, object, out, why);
	if (o == DONE)
		o = read_adopted(s, object, out, why);
	if (o == DONE)
		o = statement_start(
		    s, STATEMENT_MADE, VALUES(TEXT(object)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	out->made = o == DONE;
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_waiting(
    struct store *s, const char *address, struct bytes *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_WAITING, VALUES(TEXT(address)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		o = column_bytes(stmt, 0, out, why);
	statement_end(stmt);
	return o;
}

enum outcome
store_companions(struct store *s, const char *address, const char *certificate,
    unsigned limit, void (*visit)(void *arg, struct span der), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct span der;
	unsigned n = 0;
	enum outcome o;

	o = statement_start(s, STATEMENT_COMPANIONS,
	    VALUES(TEXT(address), TEXT(certificate), NUMBER(limit)), &stmt,
	    why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		der.data = sqlite3_column_blob(stmt, 0);
		der.len = (size_t)sqlite3_column_bytes(stmt, 0);
		visit(arg, der);
		n++;
	}
	statement_end(stmt);
	return o == NOTHING && n > 0 ? DONE : o;
}
