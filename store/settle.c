#include "store/inside.h"
#include "store/seen.h"

#include <stdio.h>
#include <string.h>

/* The address of a harvest that is due and how it was decided before. */
static enum outcome
address_of(struct store *s, const char *id, char address[ADDRESS_SIZE],
    char decided[64], struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_ADDRESS, VALUES(TEXT(id)), &stmt, why);
	if (o != DONE)
		return o;
	o = statement_step(s, stmt, why);
	if (o == DONE) {
		column_text(stmt, 0, address, ADDRESS_SIZE);
		column_text(stmt, 1, decided, 64);
	}
	statement_end(stmt);
	return o;
}

enum outcome
publication_set(struct store *s, const char *id,
    const struct store_publication *p, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_PUBLISH,
	    VALUES(TEXT(p->address), TEXT(p->object), TEXT(p->dn),
		TEXT(p->certificate), TEXT(p->issuer), TEXT(p->subject),
		NUMBER(p->not_before), NUMBER(p->not_after),
		NUMBER(p->published), TEXT(p->message_id), TEXT(id),
		TEXT(p->server), NUMBER(p->lost), NUMBER(p->lost_at),
		NUMBER(p->shadowed), NUMBER(p->validation)),
	    why);
	if (o == DONE)
		o = seen_published(s, id, p, why);
	/* The intent knows whether the contact had to be made. */
	if (o == DONE)
		o = statement_run(s, STATEMENT_MADE_ADD,
		    VALUES(TEXT(id), TEXT(p->object), TEXT(p->address),
			NUMBER(p->published), NUMBER(p->stamped)),
		    why);
	/* That it was allowed again is used up. */
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_FORGET_ALLOWED, VALUES(TEXT(p->address)), why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
forget_intent(struct store *s, const char *id, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_FORGET_INTENT, VALUES(TEXT(id)), why);
	return o == NOTHING ? DONE : o;
}

/*
 * A contact may have been made and the answer lost: whoever finds it next
 * time knows by the intent that it was.  Any other is over.
 */
static enum outcome
keep_intent(struct store *s, const char *id, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_KEEP_INTENT, VALUES(TEXT(id)), why);
	return o == NOTHING ? forget_intent(s, id, why) : o;
}

/* The same decision again, a partner's next mail, is not worth an entry. */
static enum outcome
settle_journal(struct store *s, const char *id, const char *address,
    const char *decided, enum outcome outcome, const struct reason *reason,
    bool published, int64_t now, struct reason *why)
{
	char words[64 + REASON_TEXT_MAX + 1];
	const char *name = reason_name(reason->code);

	if (!published && strcmp(decided, name) == 0)
		return DONE;
	snprintf(words, sizeof words, "%s%s%s", name,
	    reason->text[0] == '\0' ? "" : ": ", reason->text);
	return journal_add(s, now, address, id,
	    published ? "published" : state_name(outcome), words, why);
}

/* What was intended was written, or it was not. */
static enum outcome
settle_write(struct store *s, const char *id, const struct store_publication *p,
    int64_t now, struct reason *why)
{
	char pending[WRITE_PENDING];

	write_name_harvest(id, pending);
	if (p == NULL)
		return write_drop(s, pending, why);
	return write_settle(s, pending,
	    &(struct write_place){p->object, p->dn, p->server}, now, why);
}

static enum outcome
settle(struct store *s, const char *id, enum outcome outcome,
    const struct reason *reason, const struct store_publication *publication,
    int64_t now, struct reason *why)
{
	char address[ADDRESS_SIZE], decided[64];
	enum outcome o;

	o = address_of(s, id, address, decided, why);
	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_SETTLE,
	    VALUES(TEXT(id), TEXT(state_name(outcome)),
		TEXT(reason_name(reason->code)), TEXT(reason->text),
		NUMBER(now)),
	    why);
	if (o == DONE && publication != NULL)
		o = publication_set(s, id, publication, why);
	if (o == DONE)
		o = forget_intent(s, id, why);
	/* A plan that was only looked at is noted anew, if at all. */
	if (o == DONE)
		o = statement_run(
		    s, STATEMENT_OBSERVED_FORGET, VALUES(TEXT(id)), why);
	if (o == NOTHING)
		o = DONE;
	if (o == DONE)
		o = settle_journal(s, id, address, decided, outcome, reason,
		    publication != NULL, now, why);
	if (o == DONE)
		o = settle_write(s, id, publication, now, why);
	if (o == DONE)
		o = line_form(s, address, why);
	return o;
}

enum outcome
store_settle(struct store *s, const char *id, enum outcome outcome,
    const struct reason *reason, const struct store_publication *publication,
    int64_t now, struct reason *why)
{
	enum outcome o;

	if (state_name(outcome) == NULL)
		return reason_set(why, REASON_STORE_IO,
		    "a harvest cannot be settled as %s", outcome_name(outcome));
	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = settle(s, id, outcome, reason, publication, now, why);
	return store_end(s, o, why);
}

enum outcome
store_put_off(struct store *s, const char *id, int64_t due,
    const struct reason *reason, int64_t now, struct reason *why)
{
	enum outcome o;

	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_PUT_OFF,
	    VALUES(TEXT(id), NUMBER(due), TEXT(reason_name(reason->code)),
		TEXT(reason->text), NUMBER(now)),
	    why);
	if (o == DONE)
		o = keep_intent(s, id, why);
	return store_end(s, o, why);
}

enum outcome
store_make_due(struct store *s, int64_t now, struct reason *why)
{
	enum outcome harvests, orders;

	harvests =
	    statement_run(s, STATEMENT_MAKE_DUE, VALUES(NUMBER(now)), why);
	if (harvests != DONE && harvests != NOTHING)
		return harvests;
	orders = statement_run(
	    s, STATEMENT_ORDER_MAKE_DUE, VALUES(NUMBER(now)), why);
	return orders == NOTHING ? harvests : orders;
}
