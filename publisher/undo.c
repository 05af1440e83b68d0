#include "publisher/undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "publisher/authorities.h"
#include "publisher/publish.h"
#include "publisher/standing.h"
#include "publisher/undo_plan.h"
#include "publisher/writes.h"

/* As in publish.c: whoever else changes the contact wins so often. */
#define ROUNDS 3

/* One order on its way. */
struct undoing {
	struct setup *setup;
	struct store *store;
	const struct store_order *order;
	struct order_report *report;
	int64_t now;
	struct store_write *write;   /* that is to be undone */
	struct store_write *pending; /* of a try before this one; or NULL */
	struct contact contact;
	struct change change;
	struct store_publication publication; /* what stands there then */
	bool published;
};

/* The write, and what a try before this one was about to do. */
static enum outcome
read_write(struct undoing *u, struct reason *why)
{
	enum outcome o;

	o = store_write_get(u->store, u->order->entry, &u->write, why);
	if (o == NOTHING)
		return reason_set(why, REASON_UNDO_NOTHING,
		    "nothing was written with entry %lld",
		    (long long)u->order->entry);
	if (o == DONE)
		o = store_order_pending(
		    u->store, u->order->id, &u->pending, why);
	return o == NOTHING ? DONE : o;
}

/* A later write of ours is told as such, and an undo before this one. */
static enum outcome
explain(const struct undoing *u, struct reason *why)
{
	struct store_write *last = NULL;
	struct reason found = *why, inner;
	int64_t by = 0;
	enum outcome o;

	if (undo_compare(&u->contact, u->write, UNDO_BEFORE, &inner) == DONE &&
	    store_write_undone(u->store, u->order->entry, &by, &inner) == DONE)
		return reason_set(why, REASON_UNDO_NOTHING,
		    "entry %lld is undone already, by entry %lld",
		    (long long)u->order->entry, (long long)by);
	o = store_write_last(u->store, u->write->object, &last, &inner);
	if (o == DONE && last->entry != u->write->entry)
		(void)!reason_set(why, REASON_UNDO_CHANGED,
		    "%s; our last write there is entry %lld", found.text,
		    (long long)last->entry);
	store_write_free(last);
	return HELD;
}

/* Whoever is banned comes back by nobody's order but unban. */
static enum outcome
check_word(const struct undoing *u, const char *sha256, struct reason *why)
{
	struct store_rules rules;
	enum outcome o;

	o = store_rules_of(u->store, u->write->address, sha256, &rules, why);
	if (o != DONE)
		return o;
	if (rules.banned_address || rules.banned_certificate)
		return reason_set(why, REASON_UNDO_STALE,
		    "what would be put back is banned: %s", rules.note);
	if (rules.rejected)
		return reason_set(why, REASON_UNDO_STALE,
		    "what would be put back was rejected: %s", rules.note);
	return DONE;
}

/* What a CA issued that was looked at and rejected is refused, too. */
static enum outcome
check_ca(const struct undoing *u, const struct admission *verdict,
    struct reason *why)
{
	bool rejected = verdict->why.code == REASON_CA_REJECTED;
	struct reason inner;
	enum outcome o;

	if (verdict->why.code == REASON_CHAIN_UNKNOWN) {
		o = authorities_ask(u->store, &verdict->authority, &inner);
		if (o == LATER || o == BROKEN) {
			*why = inner;
			return o;
		}
		rejected = o == REFUSED;
	}
	return rejected
	    ? reason_set(why, REASON_UNDO_STALE,
		  "the CA of what would be put back was rejected: %s",
		  verdict->authority.name)
	    : DONE;
}

/* Nobody does good by an expired certificate, and harm by a revoked one. */
static enum outcome
check_value(struct undoing *u, const struct bytes *der, const struct facts *f,
    struct reason *why)
{
	const struct standing_question q = {.address = u->write->address,
	    .der = span_bytes(der),
	    .now = u->now,
	    .subject_address = true};
	struct admission verdict;
	char text[CLOCK_TEXT];
	enum outcome o;
	bool whole;

	if (f->malformed)
		return DONE;
	if (f->not_after < u->now) {
		clock_format(f->not_after, text);
		return reason_set(why, REASON_UNDO_STALE,
		    "what would be put back expired at %s", text);
	}
	o = standing_judge(u->setup, u->store, &q, &verdict, &whole, why);
	if (o == DONE && verdict.why.code == REASON_REVOKED)
		return reason_set(why, REASON_UNDO_STALE,
		    "what would be put back is revoked");
	if (o == DONE)
		return check_ca(u, &verdict, why);
	return o == REFUSED ? DONE : o;
}

/* What it is that is published then: the newest of ours. */
static enum outcome
consider(struct undoing *u, const struct facts *f, struct span der,
    struct reason *why)
{
	const struct standing_question q = {.address = u->write->address,
	    .der = der,
	    .now = u->now,
	    .subject_address = true};
	char hex[DIGEST_HEX];
	bool adopted;

	bytes_hex((struct span){f->sha256, DIGEST_LEN}, hex);
	if (f->malformed ||
	    !undo_is_ours(
		u->write, u->setup->planning.site_key, hex, &adopted) ||
	    adopted ||
	    (u->published && u->publication.not_before >= f->not_before))
		return DONE;
	publish_record(
	    &u->contact, f, u->write->address, "", u->now, &u->publication);
	u->published = true;
	return standing_assurance(
	    u->setup, u->store, &q, &u->publication.validation, why);
}

/* One value that comes back, as it was kept. */
static enum outcome
put_back(struct undoing *u, const struct store_change *k, struct reason *why)
{
	struct judge_policy policy = u->setup->judging;
	struct bytes der = {NULL, 0};
	struct facts *facts = NULL;
	struct span span;
	enum outcome o;

	o = store_value(u->store, k->value, &der, why);
	if (o == NOTHING)
		o = reason_set(why, REASON_UNDO_NOTHING,
		    "%.16s..., which was taken out, is not kept any more",
		    k->value);
	span = span_bytes(&der);
	policy.now = u->now;
	if (o == DONE && k->part == STORE_CERTIFICATE)
		o = check_word(u, k->value, why);
	if (o == DONE && k->part == STORE_CERTIFICATE) {
		o = judge_process_facts(
		    u->setup->judge, &span, 1, &policy, &facts, why);
		if (o == DONE)
			o = check_value(u, &der, facts, why);
		if (o == DONE)
			o = consider(u, facts, span, why);
	}
	if (o == DONE)
		o = change_append(&u->change,
		    k->part == STORE_SHADOW ? CHANGE_ADD_SHADOW : CHANGE_ADD,
		    span, why);
	free(facts);
	bytes_clear(&der);
	return o;
}

/* What stays there, of ours. */
static enum outcome
consider_standing(struct undoing *u, struct reason *why)
{
	struct facts *facts = NULL;
	unsigned i;
	enum outcome o;

	o = publish_values(u->setup, &u->contact, u->now, &facts, why);
	for (i = 0; o == DONE && i < u->contact.n_values; i++)
		o = consider(
		    u, &facts[i], span_bytes(&u->contact.values[i]), why);
	free(facts);
	return o;
}

static enum outcome
make_plan(struct undoing *u, struct reason *why)
{
	enum outcome o;
	unsigned i;

	change_clear(&u->change);
	u->published = false;
	o = undo_plan(&u->contact, u->write, &u->change, why);
	if (o == DONE)
		o = consider_standing(u, why);
	for (i = 0; i < u->write->n && o == DONE; i++) {
		const struct store_change *k = &u->write->changes[i];

		/* Somebody has put a shadow back by himself. */
		if (k->op == STORE_REMOVED && k->part != STORE_MARK &&
		    !(k->part == STORE_SHADOW &&
			undo_has_shadow(&u->contact, k->value)))
			o = put_back(u, k, why);
	}
	if (o == DONE)
		change_describe(
		    &u->change, u->report->plan, sizeof u->report->plan);
	return o;
}

static enum outcome
apply(struct undoing *u, struct reason *why)
{
	struct store_write *write = NULL;
	struct contact at;
	struct reason inner;
	enum outcome o, v;

	memset(&at, 0, sizeof at);
	o = writes_make(&u->contact, &u->change, &write, why);
	if (o == DONE) {
		write->undoes = u->order->entry;
		o = store_order_intend(
		    u->store, u->order, u->report->plan, write, u->now, why);
	}
	CRASH_POINT("undo-intended");
	if (o == DONE)
		o = directory_child_apply(
		    u->setup->directory, &u->change, &at, why);
	CRASH_POINT("undo-written");
	u->report->wrote = o == DONE;
	contact_clear(&at);
	writes_free(write);
	if (o != LATER || why->code != REASON_DIRECTORY_RACE)
		return o;
	v = store_write_void(u->store, NULL, u->order->id, &inner);
	if (v == DONE)
		return o;
	*why = inner;
	return v;
}

static enum outcome
settle(struct undoing *u, struct reason *why)
{
	struct store_undone undone = {.rule = STORE_UNDO_NONE};
	struct reason inner;
	enum outcome o;

	undo_conclude(u->write, u->setup->planning.site_key, &undone);
	undone.publication = u->published ? &u->publication : NULL;
	if (undone.rule == STORE_UNDO_PIN && !u->published)
		undone.rule = STORE_UNDO_VETO;
	(void)!reason_set(why, REASON_OK, "%s is as it was before entry %lld%s",
	    u->contact.dn, (long long)u->order->entry,
	    u->write->created
		? "; certharvest made it, an administrator may delete it"
		: "");
	o = store_undo_settle(u->store, u->order, &undone, why, u->now, &inner);
	u->report->settled = o == DONE;
	if (o != DONE)
		*why = inner;
	return o;
}

/* The contact as it is, and what is to be done with it. */
static enum outcome
go_round(struct undoing *u, struct reason *why)
{
	struct reason ignored;
	enum outcome o;

	contact_clear(&u->contact);
	o = directory_child_get(
	    u->setup->directory, u->write->object, &u->contact, why);
	if (o != DONE)
		return o;
	u->report->reached = true;
	snprintf(u->report->dn, sizeof u->report->dn, "%s", u->contact.dn);
	snprintf(
	    u->report->object, sizeof u->report->object, "%s", u->contact.id);
	/* Whoever was cut off after the write. */
	if (u->pending != NULL &&
	    undo_compare(&u->contact, u->write, UNDO_BEFORE, &ignored) ==
		DONE) {
		o = consider_standing(u, why);
		return o == DONE ? settle(u, why) : o;
	}
	if (undo_compare(&u->contact, u->write, UNDO_AFTER, why) != DONE)
		return explain(u, why);
	o = make_plan(u, why);
	if (o == DONE && u->order->dry)
		return reason_set(why, REASON_OK, "could be undone, at %s: %s",
		    u->contact.dn, u->report->plan);
	if (o == DONE)
		o = admission_to_write(
		    u->setup->rules, u->order->subject, u->report->plan, why);
	if (o == DONE)
		o = apply(u, why);
	return o == DONE ? settle(u, why) : o;
}

enum outcome
undo(struct setup *s, struct store *store, const struct store_order *order,
    struct order_report *r)
{
	struct undoing u = {.setup = s,
	    .store = store,
	    .order = order,
	    .report = r,
	    .now = clock_now()};
	unsigned round;
	enum outcome o;

	memset(r, 0, sizeof *r);
	o = read_write(&u, &r->why);
	for (round = 0; round < ROUNDS && o == DONE; round++) {
		o = go_round(&u, &r->why);
		if (o != LATER || r->why.code != REASON_DIRECTORY_RACE)
			break;
		if (round + 1 < ROUNDS)
			o = DONE;
	}
	contact_clear(&u.contact);
	change_clear(&u.change);
	store_write_free(u.write);
	store_write_free(u.pending);
	return o;
}
