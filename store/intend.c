#include "store/inside.h"

#include <stdlib.h>

#define INTENTS 256 /* the publisher makes a group at a time */

enum outcome
store_intend(struct store *s, const struct store_intent *intent, int64_t now,
    struct reason *why)
{
	char pending[WRITE_PENDING];
	enum outcome o;

	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_INTEND,
	    VALUES(TEXT(intent->id), TEXT(intent->address),
		TEXT(intent->object), TEXT(intent->certificate),
		TEXT(intent->plan), NUMBER(now)),
	    why);
	/* Never write for a harvest that the store has not as due. */
	if (o == NOTHING)
		o = reason_set(why, REASON_STORE_IO,
		    "%s: no harvest %.16s is due", s->path, intent->id);
	write_name_harvest(intent->id, pending);
	if (o == DONE)
		o = write_intend(s, pending, intent->write, now, why);
	if (o == DONE)
		o = journal_add(s, now, intent->address, intent->id, "intent",
		    intent->plan, why);
	return store_end(s, o, why);
}

/* Read them all first: visit may settle. */
enum outcome
store_intents(struct store *s,
    void (*visit)(void *arg, const struct store_intent *intent), void *arg,
    struct reason *why)
{
	struct store_intent *all = NULL, *i;
	sqlite3_stmt *stmt = NULL;
	unsigned n = 0, k;
	enum outcome o;

	all = calloc(INTENTS, sizeof *all);
	if (all == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = statement_start(
	    s, STATEMENT_INTENTS, VALUES(NUMBER(INTENTS)), &stmt, why);
	while (o == DONE && n < INTENTS) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		i = &all[n++];
		column_text(stmt, 0, i->id, sizeof i->id);
		column_text(stmt, 1, i->address, sizeof i->address);
		column_text(stmt, 2, i->object, sizeof i->object);
		column_text(stmt, 3, i->certificate, sizeof i->certificate);
		column_text(stmt, 4, i->plan, sizeof i->plan);
	}
	statement_end(stmt);
	if (o == NOTHING)
		o = DONE;
	for (k = 0; o == DONE && k < n; k++)
		visit(arg, &all[k]);
	free(all);
	return o;
}
