#include "publisher/work.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/batch.h"
#include "publisher/recover.h"
#include "publisher/work_orders.h"

/* Between two looks at signals and spools, in milliseconds. */
#define STEP_MS 1000

/* Of the store: it is on this machine, and asking it costs little. */
static const struct retry_policy shelf_retry = {1, 60};

void
work_note_store(struct work *w, enum outcome o, const struct reason *why)
{
	if (o != LATER && o != BROKEN) {
		if (gate_pass(&w->shelf, NULL))
			LOG_EVENT(STORE_BACK, LOG_STR("text", "it works"));
		return;
	}
	if (gate_fail(&w->shelf, why, &shelf_retry, clock_ms(), retry_chance()))
		LOG_EVENT(STORE_TROUBLE,
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text),
		    LOG_STR("advice", reason_advice(why->code)));
}

void
work_note_read(struct work *w, enum outcome o, const struct reason *why)
{
	if (o == LATER || o == BROKEN)
		work_note_store(w, o, why);
}

void
work_stage_failed(struct work *w, enum outcome o, const struct reason *why)
{
	bool news;

	news = gate_fail(
	    &w->gate, why, &w->setup->retry, clock_ms(), retry_chance());
	metrics_set(METRIC_PAUSED, o == BROKEN);
	if (news && o == BROKEN)
		LOG_EVENT(STAGE_PAUSED,
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text),
		    LOG_STR("advice", reason_advice(why->code)));
	else if (news)
		LOG_EVENT(DIRECTORY_TROUBLE,
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text));
	/* The next child reads settings and secrets anew.  Not at once: another
	 * batch may be waiting for what this one writes. */
	w->renew = w->renew || o == BROKEN;
}

static void
renew_directory(struct work *w)
{
	struct reason why;

	if (!w->renew)
		return;
	w->renew = false;
	if (setup_renew_directory(w->setup, &why) != DONE)
		LOG_EVENT(DIRECTORY_TROUBLE,
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
}

void
work_stage_passed(struct work *w)
{
	enum gate_state was = w->gate.state;
	struct reason why;
	unsigned failures;

	metrics_set(METRIC_DIRECTORY_ANSWERED, clock_now());
	if (!gate_pass(&w->gate, &failures))
		return;
	metrics_set(METRIC_PAUSED, 0);
	if (was == GATE_PAUSED)
		LOG_EVENT(STAGE_RESUMED, LOG_NUM("failures", failures));
	else
		LOG_EVENT(DIRECTORY_BACK, LOG_NUM("failures", failures));
	if (failures > 1)
		work_note_store(
		    w, store_make_due(w->store, clock_now(), &why), &why);
}

void
work_retry(struct work *w)
{
	struct reason why;

	gate_probe_now(&w->gate);
	gate_probe_now(&w->shelf);
	work_note_store(w, store_make_due(w->store, clock_now(), &why), &why);
}

bool
work_is_stores(const struct reason *why)
{
	return why->code == REASON_STORE_BUSY ||
	    why->code == REASON_STORE_FULL || why->code == REASON_STORE_IO ||
	    why->code == REASON_STORE_CORRUPT ||
	    why->code == REASON_STORE_VERSION;
}

/* Has one that asks the directory next; NULL: there is none. */
static struct batch *
go_on(struct work *w, struct batch *b, struct store_place *place, int64_t until)
{
	for (;;) {
		if (b != NULL && publish_work(batch_peek_group(b)))
			return b;
		if (b != NULL)
			batch_give_back(w, b);
		b = NULL;
		if (w->recovered && !w->halted && w->gate.state == GATE_OPEN &&
		    w->shelf.state == GATE_OPEN && clock_ms() < until)
			b = batch_take(w, place);
		if (b == NULL)
			return NULL;
	}
}

/*
 * Harvests that are due, each to its end or to its next try.  Two batches take
 * turns for a while: what one does by itself, the other does while the
 * directory answers, so that nobody waits for us there.
 */
static enum outcome
batches_step(struct work *w)
{
	int64_t until = clock_ms() + STEP_MS;
	struct store_place place = {0, 0};
	struct batch *one, *other = NULL, *next;

	/* A closed gate is probed by this one. */
	one = batch_take(w, &place);
	if (one == NULL)
		return NOTHING;
	one = go_on(w, one, &place, until);
	while (one != NULL) {
		publish_ask(batch_peek_group(one));
		other = go_on(w, other, &place, until);
		publish_hear(batch_peek_group(one));
		next = other;
		other = one;
		one = next;
		if (one == NULL) {
			one = go_on(w, other, &place, until);
			other = NULL;
		}
	}
	return DONE;
}

/* Of what came before anything is asked of the directory. */
static void
note_failed(struct work *w, enum outcome o, const struct reason *why)
{
	if (work_is_stores(why))
		work_note_store(w, o, why);
	else
		work_stage_failed(w, o, why);
}

static enum outcome
recover_step(struct work *w)
{
	struct reason why;
	enum outcome o;

	o = recover(w->setup, w->store, &why);
	if (o == DONE) {
		w->recovered = true;
		return DONE;
	}
	note_failed(w, o, &why);
	return NOTHING;
}

/* Nothing is done on the word of a CA that is not to be believed any more. */
static bool
trust_step(struct work *w)
{
	struct reason why;
	enum outcome o = setup_keep_distrust(w->setup, w->store, &why);

	if (o != DONE)
		note_failed(w, o, &why);
	return o == DONE;
}

static enum outcome
walks_step(struct work *w)
{
	struct reason why;
	enum outcome o;

	o = walk_step(&w->walker, w->setup, w->store, &why);
	w->news = w->news || w->walker.news;
	if (o == DONE || o == NOTHING) {
		if (w->walker.reached)
			work_stage_passed(w);
		return o;
	}
	note_failed(w, o, &why);
	return NOTHING;
}

static enum outcome
releases_step(struct work *w)
{
	struct reason why;
	enum outcome o;

	o = release_step(&w->release, w->setup, w->store, &why);
	if (o != NOTHING)
		work_note_store(w, o, &why);
	return o;
}

enum outcome
work_step(struct work *w)
{
	int64_t now = clock_ms();

	renew_directory(w);
	if (w->halted || !gate_may(&w->gate, now) || !gate_may(&w->shelf, now))
		return NOTHING;
	if (!trust_step(w))
		return NOTHING;
	if (!w->recovered)
		return recover_step(w);
	if (work_orders_step(w) == DONE || releases_step(w) == DONE)
		return DONE;
	/* A backlog must not keep a walk from going on, nor a walk harvests. */
	w->walks_first = !w->walks_first;
	if (w->walks_first && walks_step(w) == DONE)
		return DONE;
	if (batches_step(w) == DONE)
		return DONE;
	return w->walks_first ? NOTHING : walks_step(w);
}

int64_t
work_wait(struct work *w, int64_t most)
{
	struct reason why;
	int64_t now = clock_ms(), at = now + most, due, left;
	enum outcome o;

	if (w->halted)
		return most;
	if (!w->recovered) {
		at = now;
	} else if (gate_may(&w->shelf, now)) {
		o = store_due(w->store, &due, &why);
		work_note_read(w, o, &why);
		left = o == DONE ? due - clock_now() : most;
		/* Nothing is put off for longer: the clock was set back since,
		 * or the setting is a new one. */
		if (left > w->setup->retry.max && left > RETRY_LONGEST &&
		    o == DONE) {
			o = store_make_due(w->store, clock_now(), &why);
			work_note_read(w, o, &why);
			left = o == DONE ? 0 : most;
		}
		if (work_orders_due(w, &due) == DONE &&
		    due - clock_now() < left)
			left = due - clock_now();
		if (left < most / 1000)
			at = now + 1000 * left;
		if (!w->walker.idle && w->walker.next < at)
			at = w->walker.next;
	}
	if (w->gate.state != GATE_OPEN && at < w->gate.next)
		at = w->gate.next;
	if (w->shelf.state != GATE_OPEN && at < w->shelf.next)
		at = w->shelf.next;
	if (at > now + most)
		at = now + most;
	return at > now ? at - now : 0;
}
