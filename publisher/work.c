#include "publisher/work.h"

#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/publish.h"
#include "publisher/recover.h"

/* A verdict that the judge did not live to give, or did not give in time, may
 * be due to a machine under load: so often it is asked again. */
#define JUDGE_TRIES 2

/* Of the store: it is on this machine, and asking it costs little. */
static const struct retry_policy shelf_retry = {1, 60};

static uint32_t
chance(void)
{
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof r, GRND_NONBLOCK);
	return r;
}

void
work_note_store(struct work *w, enum outcome o, const struct reason *why)
{
	if (o != LATER && o != BROKEN) {
		if (gate_pass(&w->shelf, NULL))
			LOG_EVENT(STORE_BACK, LOG_STR("text", "it works"));
		return;
	}
	if (gate_fail(&w->shelf, why, &shelf_retry, clock_ms(), chance()))
		LOG_EVENT(STORE_TROUBLE,
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text),
		    LOG_STR("advice", reason_advice(why->code)));
}

static void
note_read(struct work *w, enum outcome o, const struct reason *why)
{
	if (o == LATER || o == BROKEN)
		work_note_store(w, o, why);
}

/* What failed for all: the stage waits.  Told once. */
static void
stage_failed(struct work *w, enum outcome o, const struct reason *why)
{
	struct reason ignored;
	bool news;

	news = gate_fail(&w->gate, why, &w->setup->retry, clock_ms(), chance());
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
	/* The next child reads settings and secrets anew. */
	if (o == BROKEN && setup_renew_directory(w->setup, &ignored) != DONE)
		LOG_EVENT(DIRECTORY_TROUBLE,
		    LOG_STR("reason", reason_name(ignored.code)),
		    LOG_STR("text", ignored.text));
}

/*
 * The directory answered.  After an outage the harvests that were its
 * probes are due at once; after a single failure not, as that may have been
 * the harvest's own doing.
 */
static void
stage_passed(struct work *w)
{
	enum gate_state was = w->gate.state;
	struct reason why;
	unsigned failures;

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

/* Whether it is the fault of the world or ours, and not the harvest's. */
static bool
concerns_all(enum outcome o, const struct reason *why)
{
	return o == BROKEN ||
	    (o == LATER &&
		(why->code == REASON_DIRECTORY_DOWN ||
		    why->code == REASON_DIRECTORY_SLOW ||
		    why->code == REASON_DIRECTORY_BUSY));
}

static bool
is_stores(const struct reason *why)
{
	return why->code == REASON_STORE_BUSY ||
	    why->code == REASON_STORE_FULL || why->code == REASON_STORE_IO ||
	    why->code == REASON_STORE_CORRUPT ||
	    why->code == REASON_STORE_VERSION;
}

struct job {
	struct harvest *harvest;
	char id[STORE_ID];
	unsigned tries;
	enum outcome outcome;
	struct publish_report report;
};

static void
log_write(const struct job *j)
{
	const struct store_publication *p = &j->report.publication;

	if (!j->report.wrote)
		return;
	metrics_add(METRIC_PUBLISHED, 1);
	LOG_EVENT(DIRECTORY_WRITE, LOG_STR("address", p->address),
	    LOG_STR("dn", p->dn), LOG_STR("object", p->object),
	    LOG_STR("plan", j->report.plan));
}

static void
log_decided(const struct job *j)
{
	const struct harvest *h = j->harvest;

	metrics_add(METRIC_DECIDED, 1);
	metrics_reason(j->report.why.code);
	LOG_EVENT(HARVEST_DECIDED, LOG_STR("address", h->address),
	    LOG_STR("outcome", outcome_name(j->outcome)),
	    LOG_STR("reason", reason_name(j->report.why.code)),
	    LOG_STR("text", j->report.why.text),
	    LOG_STR("message-id", h->message_id),
	    LOG_STR("queue-id", h->queue_id), LOG_STR("harvest", j->id));
}

static enum outcome
put_off(struct work *w, const struct job *j, struct reason *why)
{
	int64_t now = clock_now();
	int64_t due = retry_due(
	    &w->setup->retry, j->tries, now, j->report.begins, chance());
	char text[CLOCK_TEXT];
	enum outcome o;

	o = store_put_off(w->store, j->id, due, &j->report.why, now, why);
	if (o == LATER || o == BROKEN)
		return o;
	clock_format(due, text);
	metrics_add(METRIC_RETRIED, 1);
	LOG_EVENT(HARVEST_WAITS, LOG_STR("address", j->harvest->address),
	    LOG_STR("reason", reason_name(j->report.why.code)),
	    LOG_STR("text", j->report.why.text), LOG_STR("until", text),
	    LOG_STR("harvest", j->id));
	return DONE;
}

/* The outcome alone picks what the harvest becomes. */
static enum outcome
settle(struct work *w, const struct job *j, struct reason *why)
{
	enum outcome o;

	log_write(j);
	w->news = w->news || j->report.published;
	if (j->outcome == LATER || j->outcome == BROKEN)
		return put_off(w, j, why);
	o = store_settle(w->store, j->id, j->outcome, &j->report.why,
	    j->report.published ? &j->report.publication : NULL, clock_now(),
	    why);
	if (o == LATER || o == BROKEN)
		return o;
	if (j->report.settled_again)
		LOG_EVENT(INTENT_SETTLED,
		    LOG_STR("address", j->harvest->address),
		    LOG_STR("outcome", "done"),
		    LOG_STR("certificate", j->report.publication.certificate));
	log_decided(j);
	return DONE;
}

static void
forgive(struct job *j)
{
	struct reason *why = &j->report.why;
	struct reason first = *why;

	if (j->outcome == REFUSED && j->tries < JUDGE_TRIES &&
	    (why->code == REASON_WORKER_LATE ||
		why->code == REASON_WORKER_DIED ||
		why->code == REASON_WORKER_MEMORY))
		j->outcome =
		    reason_set(why, REASON_NO_WORKER, "%s", first.text);
}

/* One harvest that is due, to its end or to its next try. */
static enum outcome
harvest_step(struct work *w)
{
	struct job j = {.harvest = NULL};
	struct reason *cause = &j.report.why;
	struct reason why;
	enum outcome o;

	o = store_next(w->store, clock_now(), &j.harvest, j.id, &j.tries, &why);
	note_read(w, o, &why);
	if (o != DONE)
		return NOTHING;

	j.outcome =
	    publish_harvest(w->setup, w->store, j.harvest, j.id, &j.report);
	forgive(&j);
	if ((j.outcome == LATER || j.outcome == BROKEN) && is_stores(cause)) {
		/* It stays as it is: the store could not even say so. */
		work_note_store(w, j.outcome, cause);
		o = NOTHING;
		goto out;
	}
	if (concerns_all(j.outcome, cause))
		stage_failed(w, j.outcome, cause);
	else if (j.report.reached)
		stage_passed(w);

	o = settle(w, &j, &why);
	/* Written and not recorded: the intent tells, once the store works. */
	if (o != DONE)
		w->recovered = false;
	work_note_store(w, o, &why);
	o = DONE;
out:
	harvest_free(j.harvest);
	return o;
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
	if (is_stores(&why))
		work_note_store(w, o, &why);
	else
		stage_failed(w, o, &why);
	return NOTHING;
}

enum outcome
work_step(struct work *w)
{
	int64_t now = clock_ms();

	if (w->halted || !gate_may(&w->gate, now) || !gate_may(&w->shelf, now))
		return NOTHING;
	if (!w->recovered)
		return recover_step(w);
	return harvest_step(w);
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
		note_read(w, o, &why);
		left = o == DONE ? due - clock_now() : most;
		/* Nothing is put off for longer: the clock was set back since,
		 * or the setting is a new one. */
		if (left > w->setup->retry.max && left > RETRY_LONGEST &&
		    o == DONE) {
			o = store_make_due(w->store, clock_now(), &why);
			note_read(w, o, &why);
			left = o == DONE ? 0 : most;
		}
		if (left < most / 1000)
			at = now + 1000 * left;
	}
	if (w->gate.state != GATE_OPEN && at < w->gate.next)
		at = w->gate.next;
	if (w->shelf.state != GATE_OPEN && at < w->shelf.next)
		at = w->shelf.next;
	if (at > now + most)
		at = now + most;
	return at > now ? at - now : 0;
}
