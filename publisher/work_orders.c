#include "publisher/work_orders.h"

#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/forget.h"
#include "publisher/undo.h"
#include "publisher/withdraw.h"

static void
log_write(const struct store_order *order, const struct order_report *report)
{
	if (!report->wrote)
		return;
	metrics_add(METRIC_WITHDRAWN, 1);
	LOG_EVENT(DIRECTORY_WRITE, LOG_STR("address", order->subject),
	    LOG_STR("dn", report->dn), LOG_STR("object", report->object),
	    LOG_STR("plan", report->plan));
}

static void
log_end(const struct store_order *order, enum outcome o,
    const struct reason *reason)
{
	bool forgotten = order->kind == STORE_FORGET && o == DONE;

	LOG_EVENT(ORDER_ENDED, LOG_STR("order", store_order_name(order->kind)),
	    LOG_NUM("number", order->id),
	    LOG_STR("address", forgotten ? "" : order->subject),
	    LOG_STR("outcome", outcome_name(o)),
	    LOG_STR("reason", reason_name(reason->code)),
	    LOG_STR("text", reason->text), LOG_NUM("uid", order->by.uid),
	    LOG_STR("who", order->by.name));
}

/* The outcome alone picks what the order becomes. */
static enum outcome
settle(struct work *w, const struct store_order *order, enum outcome o,
    const struct reason *reason, struct reason *why)
{
	int64_t now = clock_now();
	enum outcome end;

	if (o == LATER || o == BROKEN)
		return store_order_put_off(w->store, order->id,
		    retry_due(
			&w->setup->retry, order->tries, now, 0, retry_chance()),
		    reason, why);
	end = store_order_settle(w->store, order, o, reason, now, why);
	CRASH_POINT("order-settled");
	if (end == DONE)
		log_end(order, o, reason);
	return end;
}

/* What it says of the directory, of our settings and of the store.  false: it
 * is the store that failed, so that nothing can be recorded. */
static bool
note_stages(struct work *w, const struct store_order *order, enum outcome o,
    const struct order_report *r)
{
	if ((o == LATER || o == BROKEN) && work_is_stores(&r->why)) {
		work_note_store(w, o, &r->why);
		return false;
	}
	/* who is to be forgotten waits for a write, and asks nobody */
	if (order->kind == STORE_FORGET)
		return true;
	/* a contact that may not be written to is its own trouble */
	if ((o == BROKEN && r->why.code != REASON_CONTACT_REFUSED) ||
	    (o == LATER && !r->reached))
		work_stage_failed(w, o, &r->why);
	else if (r->reached)
		work_stage_passed(w);
	return true;
}

/* The kinds. */
static enum outcome (*const kinds[STORE_ORDERS])(struct setup *s,
    struct store *store, const struct store_order *order,
    struct order_report *r) = {
    [STORE_WITHDRAW] = withdraw,
    [STORE_UNDO] = undo,
    [STORE_FORGET] = forget,
};

static enum outcome
run(struct work *w, const struct store_order *order, struct order_report *r)
{
	if (order->kind < STORE_ORDERS)
		return kinds[order->kind](w->setup, w->store, order, r);
	memset(r, 0, sizeof *r);
	/* a newer program's: it is not for us to carry it out */
	(void)!reason_set(&r->why, REASON_STORE_VERSION,
	    "a kind of order that this program does not know");
	return HELD;
}

static enum outcome
carry_out(struct work *w, const struct store_order *order)
{
	struct order_report report;
	struct reason *reason = &report.why;
	struct reason why;
	enum outcome o;

	o = run(w, order, &report);
	CRASH_POINT("order-run");
	log_write(order, &report);
	w->news = w->news || report.wrote || report.settled;
	/* Whatever there was before: it is not there now. */
	if (o == NOTHING && reason->code == REASON_UNCHANGED) {
		reason->code = REASON_OK;
		o = DONE;
	}
	if (!note_stages(w, order, o, &report))
		return NOTHING;
	if (report.settled) {
		log_end(order, o, reason);
		return DONE;
	}
	o = settle(w, order, o, reason, &why);
	work_note_store(w, o, &why);
	return o == LATER || o == BROKEN ? NOTHING : DONE;
}

enum outcome
work_orders_step(struct work *w)
{
	struct store_order order;
	struct reason why;
	enum outcome o;

	o = store_order_next(w->store, clock_now(), &order, &why);
	if (o == LATER || o == BROKEN)
		work_note_store(w, o, &why);
	if (o != DONE)
		return NOTHING;
	return carry_out(w, &order);
}

enum outcome
work_orders_due(struct work *w, int64_t *out)
{
	struct reason why;
	enum outcome o;

	o = store_order_due(w->store, out, &why);
	if (o == LATER || o == BROKEN)
		work_note_store(w, o, &why);
	return o == DONE ? DONE : NOTHING;
}
