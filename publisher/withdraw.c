#include "publisher/withdraw.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "directory/plan_withdraw.h"
#include "publisher/writes.h"

/* As in publish.c: whoever else changes the contact wins so often. */
#define ROUNDS 3

/* The contact that we wrote to, and when there is none any more, the one that
 * has the address. */
static enum outcome
find(struct setup *s, struct store *store, const char *address,
    struct contact *out, struct reason *why)
{
	struct store_publication p;
	enum outcome o;

	contact_clear(out);
	o = store_remembered(store, address, &p, why);
	if (o == LATER || o == BROKEN)
		return o;
	if (o == DONE && p.object[0] != '\0') {
		o = directory_child_get(s->directory, p.object, out, why);
		if (o != DONE || out->kind != CONTACT_NONE)
			return o;
		contact_clear(out);
	}
	return directory_child_find(s->directory, address, NULL, out, why);
}

static enum outcome
intend(struct store *store, const struct store_order *order,
    const struct contact *before, const struct change *change,
    struct order_report *r)
{
	struct store_write *write = NULL;
	enum outcome o = writes_make(before, change, &write, &r->why);

	if (o == DONE)
		o = store_order_intend(
		    store, order, r->plan, write, clock_now(), &r->why);
	writes_free(write);
	return o;
}

static enum outcome
write_change(struct setup *s, struct store *store,
    const struct store_order *order, const struct contact *before,
    const struct change *change, struct order_report *r)
{
	struct reason inner;
	struct contact at;
	enum outcome o, v;

	memset(&at, 0, sizeof at);
	o = admission_to_write(s->rules, order->subject, r->plan, &r->why);
	if (o == DONE)
		o = intend(store, order, before, change, r);
	CRASH_POINT("order-intended");
	if (o == DONE)
		o = directory_child_apply(s->directory, change, &at, &r->why);
	CRASH_POINT("order-written");
	if (o == DONE) {
		r->wrote = true;
		snprintf(r->dn, sizeof r->dn, "%s", at.dn);
		snprintf(r->object, sizeof r->object, "%s", at.id);
		o = reason_set(&r->why, REASON_OK, "from %s: %u certificates",
		    at.dn, change->n_remove);
	}
	contact_clear(&at);
	/* What somebody else did meanwhile must not be taken for ours. */
	if (o != LATER || r->why.code != REASON_DIRECTORY_RACE)
		return o;
	v = store_write_void(store, NULL, order->id, &inner);
	if (v == DONE)
		return o;
	r->why = inner;
	return v;
}

enum outcome
withdraw(struct setup *s, struct store *store, const struct store_order *order,
    struct order_report *r)
{
	struct change change = {.kind = CHANGE_NONE};
	struct contact contact;
	enum outcome o;
	unsigned round;

	memset(r, 0, sizeof *r);
	memset(&contact, 0, sizeof contact);
	for (round = 0; round < ROUNDS; round++) {
		o = find(s, store, order->subject, &contact, &r->why);
		if (o != DONE)
			break;
		r->reached = true;
		change_clear(&change);
		o = plan_withdraw(&contact, order->subject,
		    s->planning.site_key, &change, &r->why);
		if (o != DONE)
			break;
		change_describe(&change, r->plan, sizeof r->plan);
		o = write_change(s, store, order, &contact, &change, r);
		if (o != LATER || r->why.code != REASON_DIRECTORY_RACE)
			break;
	}
	contact_clear(&contact);
	change_clear(&change);
	return o;
}
