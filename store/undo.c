#include <stdio.h>
#include <string.h>

#include "store/inside.h"
#include "store/orders.h"

/* Our doing, so that nothing is allowed again by it. */
static enum outcome
set_rule(struct store *s, const struct store_order *order,
    enum store_rule_kind kind, const char *certificate, int64_t now,
    struct reason *why)
{
	struct store_rule r = {.kind = kind, .since = now, .by = order->by};
	enum outcome o;

	snprintf(r.subject, sizeof r.subject, "%s", order->subject);
	snprintf(r.certificate, sizeof r.certificate, "%s", certificate);
	snprintf(r.note, sizeof r.note, "entry %lld was undone%s%.200s",
	    (long long)order->entry, order->note[0] == '\0' ? "" : ": ",
	    order->note);
	o = kind == STORE_VETO ? rule_veto(s, &r, why) : rule_set(s, &r, why);
	return o == NOTHING ? DONE : o;
}

/* What stands in the way of what was put back, as its write had it. */
static enum outcome
lift_rules(struct store *s, const struct store_order *order, bool pin,
    int64_t now, struct reason *why)
{
	static const enum store_rule_kind kinds[] = {STORE_VETO, STORE_PIN};
	struct store_rule r = {.since = now, .by = order->by};
	size_t n = pin ? 2 : 1, i;
	enum outcome o = DONE;

	snprintf(r.subject, sizeof r.subject, "%s", order->subject);
	snprintf(r.note, sizeof r.note, "entry %lld was undone",
	    (long long)order->entry);
	for (i = 0; i < n; i++) {
		r.kind = kinds[i];
		o = rule_lift(s, &r, why);
		if (o != DONE && o != NOTHING)
			return o;
	}
	return DONE;
}

static enum outcome
take_rule(struct store *s, const struct store_order *order,
    const struct store_undone *u, int64_t now, struct reason *why)
{
	switch (u->rule) {
	case STORE_UNDO_NONE:
		break;
	case STORE_UNDO_VETO:
		return set_rule(s, order, STORE_VETO, "", now, why);
	case STORE_UNDO_PIN:
		return set_rule(
		    s, order, STORE_PIN, u->publication->certificate, now, why);
	case STORE_UNDO_ALLOW:
		return lift_rules(s, order, false, now, why);
	case STORE_UNDO_REDO:
		return lift_rules(s, order, true, now, why);
	}
	return DONE;
}

/* The mail that brought what is published now, if it is remembered. */
static enum outcome
find_mail(struct store *s, struct store_publication *p, char id[STORE_ID],
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	id[0] = '\0';
	p->message_id[0] = '\0';
	o = statement_start(s, STATEMENT_HARVEST_OF,
	    VALUES(TEXT(p->address), TEXT(p->certificate)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		column_text(stmt, 0, id, STORE_ID);
		column_text(stmt, 1, p->message_id, sizeof p->message_id);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static enum outcome
take_publication(struct store *s, const struct store_order *order,
    const struct store_undone *u, int64_t now, struct reason *why)
{
	struct store_publication p;
	char id[STORE_ID];
	enum outcome o;

	if (u->publication == NULL) {
		o = store_note_gone(s, order->subject, now, why);
		return o == NOTHING ? DONE : o;
	}
	p = *u->publication;
	o = find_mail(s, &p, id, why);
	return o == DONE ? publication_set(s, id, &p, why) : o;
}

static enum outcome
take_adoption(struct store *s, const struct store_order *order,
    const struct store_write *w, const struct store_undone *u, int64_t now,
    struct reason *why)
{
	enum outcome o = DONE;

	if (u->unadopted[0] != '\0')
		o = statement_run(s, STATEMENT_UNADOPT,
		    VALUES(TEXT(order->subject), TEXT(u->unadopted)), why);
	if ((o == DONE || o == NOTHING) && u->adopted[0] != '\0')
		o = statement_run(s, STATEMENT_ADOPTED_ADD,
		    VALUES(TEXT(order->subject), TEXT(u->adopted),
			TEXT(w->object), NUMBER(now)),
		    why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
undo_settle(struct store *s, const struct store_order *order,
    const struct store_undone *u, const struct reason *reason, int64_t now,
    struct reason *why)
{
	struct store_write *w = NULL;
	enum outcome o;

	o = order_settle(s, order, DONE, reason, now, why);
	if (o != DONE)
		return o;
	o = store_write_get(s, order->entry, &w, why);
	if (o == DONE)
		o = take_publication(s, order, u, now, why);
	if (o == DONE)
		o = take_adoption(s, order, w, u, now, why);
	if (o == DONE)
		o = take_rule(s, order, u, now, why);
	store_write_free(w);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_undo_settle(struct store *s, const struct store_order *order,
    const struct store_undone *u, const struct reason *reason, int64_t now,
    struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	return store_end(s, undo_settle(s, order, u, reason, now, why), why);
}
