#include "store/orders.h"

#include <stdio.h>
#include <string.h>

#include "store/inside.h"

/* Who asked for what is in the journal; the order itself may go. */
#define KEPT ((int64_t)30 * 86400)

static const char *const names[STORE_ORDERS] = {
    [STORE_WITHDRAW] = "withdraw",
    [STORE_UNDO] = "undo",
    [STORE_FORGET] = "forget",
};

const char *
store_order_name(enum store_order_kind kind)
{
	return kind < STORE_ORDERS ? names[kind] : "unknown";
}

static enum outcome
journal_order(struct store *s, const struct store_order *order,
    const char *what, const char *words, int64_t now, struct reason *why)
{
	char text[2048];

	snprintf(text, sizeof text, "%s, order %lld by uid %lld \"%s\": %s",
	    store_order_name(order->kind), (long long)order->id,
	    (long long)order->by.uid, order->by.name, words);
	return journal_add(s, now, order->subject, "", what, text, why);
}

static enum outcome
find_same(struct store *s, const struct store_order *order, int64_t *id,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_ORDER_SAME,
	    VALUES(TEXT(order->subject), TEXT(names[order->kind]),
		NUMBER(order->entry), NUMBER(order->dry), NUMBER(order->keep)),
	    &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*id = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}

static enum outcome
set_veto(struct store *s, const struct store_order *order, struct reason *why)
{
	struct store_rule veto = {
	    .kind = STORE_VETO, .since = order->asked, .by = order->by};

	snprintf(veto.subject, sizeof veto.subject, "%s", order->subject);
	snprintf(veto.note, sizeof veto.note, "withdrawn%s%.*s",
	    order->note[0] == '\0' ? "" : ": ",
	    (int)(sizeof veto.note - sizeof "withdrawn: "), order->note);
	return rule_veto(s, &veto, why);
}

static enum outcome
put(struct store *s, const struct store_order *order, int64_t *id,
    struct reason *why)
{
	struct store_order numbered = *order;
	enum outcome o;

	o = find_same(s, order, id, why);
	if (o != NOTHING)
		return o;
	o = statement_run(s, STATEMENT_ORDER_PUT,
	    VALUES(TEXT(names[order->kind]), TEXT(order->subject),
		TEXT(order->note), NUMBER(order->by.uid), TEXT(order->by.name),
		NUMBER(order->asked), NUMBER(order->entry), NUMBER(order->dry),
		NUMBER(order->keep)),
	    why);
	if (o != DONE)
		return o;
	*id = numbered.id = sqlite3_last_insert_rowid(s->db);
	o = journal_order(
	    s, &numbered, "order", order->note, order->asked, why);
	if (o == DONE && order->kind == STORE_WITHDRAW)
		o = set_veto(s, order, why);
	return o;
}

enum outcome
store_order_put(struct store *s, const struct store_order *order, int64_t *id,
    struct reason *why)
{
	int64_t given = 0;
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = put(s, order, &given, why);
	o = store_end(s, o, why);
	if (o == DONE)
		*id = given;
	return o;
}

static enum store_order_kind
kind_of(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], word) == 0)
			break;
	return (enum store_order_kind)i;
}

static enum outcome
outcome_of(const char *word)
{
	enum outcome o = DONE;

	while (o < BROKEN && strcmp(outcome_name(o), word) != 0)
		o++;
	return o;
}

static void
order_read(sqlite3_stmt *stmt, struct store_order *out)
{
	char word[32];

	memset(out, 0, sizeof *out);
	out->id = sqlite3_column_int64(stmt, 0);
	column_text(stmt, 1, word, sizeof word);
	out->kind = kind_of(word);
	column_text(stmt, 2, out->subject, sizeof out->subject);
	column_text(stmt, 3, out->note, sizeof out->note);
	out->by.uid = sqlite3_column_int64(stmt, 4);
	column_text(stmt, 5, out->by.name, sizeof out->by.name);
	out->asked = sqlite3_column_int64(stmt, 6);
	out->due = sqlite3_column_int64(stmt, 7);
	out->ended = sqlite3_column_int64(stmt, 8);
	out->tries = (unsigned)sqlite3_column_int(stmt, 9);
	column_text(stmt, 10, word, sizeof word);
	out->outcome = outcome_of(word);
	column_reason(stmt, 11, &out->reason);
	out->entry = sqlite3_column_int64(stmt, 13);
	out->dry = sqlite3_column_int(stmt, 14) != 0;
	out->keep = sqlite3_column_int(stmt, 15) != 0;
}

static enum outcome
one(struct store *s, enum statement which, int64_t value,
    struct store_order *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, which, VALUES(NUMBER(value)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		order_read(stmt, out);
	statement_end(stmt);
	return o;
}

enum outcome
store_order_next(
    struct store *s, int64_t now, struct store_order *out, struct reason *why)
{
	return one(s, STATEMENT_ORDER_NEXT, now, out, why);
}

enum outcome
store_order_get(
    struct store *s, int64_t id, struct store_order *out, struct reason *why)
{
	return one(s, STATEMENT_ORDER_GET, id, out, why);
}

enum outcome
store_order_due(struct store *s, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_ORDER_DUE, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}

enum outcome
store_order_put_off(struct store *s, int64_t id, int64_t due,
    const struct reason *reason, struct reason *why)
{
	return statement_run(s, STATEMENT_ORDER_PUT_OFF,
	    VALUES(NUMBER(id), NUMBER(due), TEXT(reason_name(reason->code)),
		TEXT(reason->text)),
	    why);
}

enum outcome
order_settle(struct store *s, const struct store_order *order,
    enum outcome outcome, const struct reason *reason, int64_t now,
    struct reason *why)
{
	static const struct write_place as_intended = {"", "", ""};
	char words[64 + REASON_TEXT_MAX + 1], pending[WRITE_PENDING];
	enum outcome o;

	o = statement_run(s, STATEMENT_ORDER_SETTLE,
	    VALUES(NUMBER(order->id), NUMBER(now), TEXT(outcome_name(outcome)),
		TEXT(reason_name(reason->code)), TEXT(reason->text)),
	    why);
	if (o != DONE)
		return o;
	snprintf(words, sizeof words, "%s: %s", reason_name(reason->code),
	    reason->text);
	o = journal_order(s, order, "order-ended", words, now, why);
	write_name_order(order->id, pending);
	if (o == DONE)
		o = outcome == DONE
		    ? write_settle(s, pending, &as_intended, now, why)
		    : write_drop(s, pending, why);
	if (o == DONE && outcome == DONE && order->kind == STORE_WITHDRAW)
		o = store_note_gone(s, order->subject, now, why);
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_ORDER_TRIM, VALUES(NUMBER(now - KEPT)), why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_order_settle(struct store *s, const struct store_order *order,
    enum outcome outcome, const struct reason *reason, int64_t now,
    struct reason *why)
{
	enum outcome o;

	if (state_name(outcome) == NULL)
		return reason_set(why, REASON_STORE_IO,
		    "an order cannot be settled as %s", outcome_name(outcome));
	o = store_begin(s, why);
	if (o != DONE)
		return o;
	return store_end(
	    s, order_settle(s, order, outcome, reason, now, why), why);
}

enum outcome
store_order_intend(struct store *s, const struct store_order *order,
    const char *plan, const struct store_write *write, int64_t now,
    struct reason *why)
{
	char pending[WRITE_PENDING];
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	write_name_order(order->id, pending);
	o = write_intend(s, pending, write, now, why);
	if (o == DONE)
		o = journal_order(s, order, "intent", plan, now, why);
	return store_end(s, o, why);
}

enum outcome
store_order_pending(
    struct store *s, int64_t id, struct store_write **out, struct reason *why)
{
	char pending[WRITE_PENDING];

	write_name_order(id, pending);
	return write_pending(s, pending, out, why);
}
