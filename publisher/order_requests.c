#include "publisher/order_requests.h"

#include <stdio.h>

#include "base/clock.h"
#include "publisher/forget.h"
#include "publisher/request_parts.h"
#include "spool/json.h"
#include "store/forget.h"
#include "store/writes.h"

json_t *
order_requests_withdraw(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_order order = {.kind = STORE_WITHDRAW,
	    .asked = clock_now(),
	    .by = parts_asker(peer)};
	struct reason why;
	int64_t id = 0;
	enum outcome o;

	parts_note(request, order.note, sizeof order.note);
	o = parts_address(request, "address", order.subject, &why);
	if (o == DONE)
		o = store_order_put(p->store, &order, &id, &why);
	if (o != DONE)
		return parts_refuse(&why);
	return json_pack("{s:b, s:I, s:o}", "ok", 1, "order", (json_int_t)id,
	    "text", json_words(order.subject));
}

json_t *
order_requests_order(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	int64_t id = json_integer_value(json_object_get(request, "order"));
	struct store_order order;
	struct reason why;
	enum outcome o;

	(void)peer;
	o = store_order_get(p->store, id, &order, &why);
	if (o == NOTHING)
		o = reason_set(&why, REASON_USAGE, "there is no such order");
	if (o != DONE)
		return parts_refuse(&why);
	return json_pack("{s:b, s:b, s:s, s:s, s:o, s:i}", "ok", 1, "ended",
	    order.ended != 0, "outcome", outcome_name(order.outcome), "reason",
	    reason_name(order.reason.code), "text",
	    json_words(order.reason.text), "tries", (int)order.tries);
}

/* The address that the write was for; and is there one, while he waits? */
static enum outcome
read_entry(struct publisher *p, const json_t *request, struct store_order *o,
    struct reason *why)
{
	struct store_write *w = NULL;
	enum outcome outcome;

	o->entry = json_integer_value(json_object_get(request, "entry"));
	outcome = store_write_get(p->store, o->entry, &w, why);
	if (outcome == NOTHING)
		return reason_set(why, REASON_UNDO_NOTHING,
		    "nothing was written with entry %lld", (long long)o->entry);
	if (outcome == DONE)
		snprintf(o->subject, sizeof o->subject, "%s", w->address);
	store_write_free(w);
	return outcome;
}

json_t *
order_requests_undo(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	const json_t *dry = json_object_get(request, "dry_run");
	struct store_order order = {.kind = STORE_UNDO,
	    .dry = json_is_true(dry),
	    .asked = clock_now(),
	    .by = parts_asker(peer)};
	struct reason why;
	int64_t id = 0;
	enum outcome o;

	/* 1 or "true" must not become an undo that writes */
	if (dry != NULL && !json_is_boolean(dry))
		return control_error("malformed", "dry_run is true or false");
	parts_note(request, order.note, sizeof order.note);
	o = read_entry(p, request, &order, &why);
	if (o == DONE)
		o = store_order_put(p->store, &order, &id, &why);
	if (o != DONE)
		return parts_refuse(&why);
	return json_pack("{s:b, s:I, s:o}", "ok", 1, "order", (json_int_t)id,
	    "text", json_words(order.subject));
}

json_t *
order_requests_forget(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	const json_t *keep = json_object_get(request, "keep_published");
	struct store_order order = {.kind = STORE_FORGET,
	    .keep = json_is_true(keep),
	    .asked = clock_now(),
	    .by = parts_asker(peer)};
	struct reason why;
	int64_t id = 0;
	enum outcome o;

	if (keep != NULL && !json_is_boolean(keep))
		return control_error(
		    "malformed", "keep_published is true or false");
	parts_note(request, order.note, sizeof order.note);
	o = parts_address(request, "address", order.subject, &why);
	if (o == DONE)
		o = store_order_put(p->store, &order, &id, &why);
	if (o != DONE)
		return parts_refuse(&why);
	return json_pack(
	    "{s:b, s:I, s:s}", "ok", 1, "order", (json_int_t)id, "text", "");
}

json_t *
order_requests_forgotten(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	char address[STORE_SUBJECT], digest[DIGEST_HEX], text[CLOCK_TEXT] = "";
	struct reason why;
	int64_t at = 0;
	enum outcome o;

	(void)peer;
	o = parts_address(request, "address", address, &why);
	if (o != DONE)
		return parts_refuse(&why);
	forget_digest(p->work.setup, address, digest);
	o = store_forgotten_at(p->store, digest, &at, &why);
	if (o == LATER || o == BROKEN)
		return parts_refuse(&why);
	if (o == DONE)
		clock_format(at, text);
	return json_pack("{s:b, s:s, s:s}", "ok", 1, "at", text, "tombstone",
	    o == DONE ? digest : "");
}
