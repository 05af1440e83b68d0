#include "publisher/batch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/authorities.h"
#include "publisher/review_bound.h"
#include "store/review.h"

/* A verdict that the judge did not live to give, or did not give in time, may
 * be due to a machine under load: so often it is asked again. */
#define JUDGE_TRIES 2

/*
 * Whether it is the fault of the world or ours, and not the harvest's.  An OU
 * in which we have no rights must not keep all others waiting: each contact
 * that is refused waits by itself.
 */
static bool
concerns_all(enum outcome o, const struct reason *why)
{
	return (o == BROKEN && why->code != REASON_CONTACT_REFUSED) ||
	    (o == LATER &&
		(why->code == REASON_DIRECTORY_DOWN ||
		    why->code == REASON_DIRECTORY_SLOW ||
		    why->code == REASON_DIRECTORY_BUSY));
}

struct job {
	struct store_due_harvest due;
	struct publish_job *done; /* the same of the batch */
	bool alone;		  /* in its group */
	bool recorded;
	int64_t next; /* of one that was put off */
};

struct batch {
	struct job jobs[DIRECTORY_GROUP];
	struct publish_job done[DIRECTORY_GROUP];
	unsigned n;
	struct group *group;
};

static void
log_write(const struct job *j)
{
	const struct publish_report *r = &j->done->report;

	if (r->published)
		publish_tell_key_change(&r->publication, r->key_change);
	if (!r->wrote)
		return;
	metrics_add(METRIC_PUBLISHED, 1);
	metrics_set(METRIC_LAST_PUBLISHED, clock_now());
	metrics_observe(HISTOGRAM_RECEIVED_TO_PUBLISHED,
	    1000000 * (clock_now() - j->due.harvest->received));
	LOG_EVENT(DIRECTORY_WRITE, LOG_STR("address", r->publication.address),
	    LOG_STR("dn", r->publication.dn),
	    LOG_STR("object", r->publication.object), LOG_STR("plan", r->plan));
}

static void
log_decided(const struct job *j)
{
	const struct harvest *h = j->due.harvest;
	const struct reason *why = &j->done->report.why;

	if (j->done->report.settled_again)
		LOG_EVENT(INTENT_SETTLED, LOG_STR("address", h->address),
		    LOG_STR("outcome", "done"),
		    LOG_STR("certificate",
			j->done->report.publication.certificate));
	metrics_add(METRIC_DECIDED, 1);
	metrics_reason(REASONS_PUBLISHER_VERDICTS, why->code);
	LOG_EVENT(HARVEST_DECIDED, LOG_STR("address", h->address),
	    LOG_STR("outcome", outcome_name(j->done->outcome)),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text), LOG_STR("message-id", h->message_id),
	    LOG_STR("queue-id", h->queue_id), LOG_STR("harvest", j->due.id));
}

static void
log_waits(const struct job *j)
{
	const struct reason *why = &j->done->report.why;
	char text[CLOCK_TEXT];

	clock_format(j->next, text);
	metrics_reason(REASONS_RETRIED, why->code);
	if (why->code == REASON_CONTACT_REFUSED)
		LOG_EVENT(CONTACT_TROUBLE,
		    LOG_STR("address", j->due.harvest->address),
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text),
		    LOG_STR("advice", reason_advice(why->code)));
	LOG_EVENT(HARVEST_WAITS, LOG_STR("address", j->due.harvest->address),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text), LOG_STR("until", text),
	    LOG_STR("harvest", j->due.id));
}

static bool
waits(const struct job *j)
{
	return j->done->outcome == LATER || j->done->outcome == BROKEN;
}

/*
 * Not the fault of this one, it seems: but it may be, as whatever kills the
 * directory child costs all of a group.  So they are tried again at once,
 * each alone, behind the gate.
 */
static int64_t
next_try(const struct work *w, const struct job *j, int64_t now)
{
	if (!j->alone && concerns_all(j->done->outcome, &j->done->report.why))
		return now;
	return retry_due(&w->setup->retry, j->due.tries, now,
	    j->done->report.begins, retry_chance());
}

/* For whoever looks at what is held. */
static enum outcome
note_held(struct work *w, const struct job *j, int64_t now, struct reason *why)
{
	const struct publish_report *r = &j->done->report;
	enum outcome o = DONE;

	/* A subject may be empty, RFC 5280 section 4.1.2.6; an issuer not. */
	if (j->done->outcome == HELD && r->issuer[0] != '\0')
		o = store_review_note(
		    w->store, j->due.id, r->subject, r->issuer, why);
	if ((o == DONE || o == NOTHING) &&
	    (r->why.code == REASON_CHAIN_UNKNOWN ||
		r->why.code == REASON_CA_REJECTED) &&
	    r->authority.kind != AUTHORITY_NONE)
		o = authorities_note(w->setup, w->store, j->due.id,
		    j->due.harvest, &r->authority, now, why);
	return o;
}

/* The outcome alone picks what the harvest becomes. */
static enum outcome
record(struct work *w, struct job *j, struct reason *why)
{
	const struct publish_report *r = &j->done->report;
	int64_t now = clock_now();
	enum outcome o;

	if (waits(j)) {
		j->next = next_try(w, j, now);
		return store_put_off(
		    w->store, j->due.id, j->next, &r->why, now, why);
	}
	o = note_held(w, j, now, why);
	if (o != LATER && o != BROKEN)
		o = store_settle(w->store, j->due.id, j->done->outcome, &r->why,
		    r->published ? &r->publication : NULL, now, why);
	if (o == DONE && r->observed.id[0] != '\0')
		o = store_observed_note(w->store, &r->observed, why);
	if (o == DONE && r->anchor[0] != '\0' &&
	    (r->published || r->why.code == REASON_UNCHANGED))
		o = store_note_anchor(
		    w->store, j->due.harvest->address, r->anchor, why);
	return o;
}

/* Of the store itself: then the harvest stays as it is, as the store could
 * not even say so. */
static bool
stays(const struct job *j)
{
	return j->done->untouched ||
	    (waits(j) && work_is_stores(&j->done->report.why));
}

static bool
any_recordable(const struct job *jobs, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!stays(&jobs[i]))
			return true;
	return false;
}

/* Record how each of them ended, in one transaction. */
static enum outcome
record_all(struct work *w, struct job *jobs, unsigned n, struct reason *why)
{
	enum outcome o, one, all = DONE;
	struct reason its;

	o = store_group_begin(w->store, why);
	if (o != DONE)
		return o;
	for (unsigned i = 0; i < n; i++) {
		if (stays(&jobs[i]))
			continue;
		one = record(w, &jobs[i], &its);
		if (one == DONE && jobs[i].done->outcome == HELD)
			one = review_bound_keep(
			    w, jobs[i].due.harvest->address, &its);
		jobs[i].recorded = one == DONE || one == NOTHING;
		if (jobs[i].recorded)
			continue;
		all = one;
		*why = its;
	}
	CRASH_POINT("batch-unrecorded");
	o = store_group_end(w->store, &its);
	CRASH_POINT("batch-recorded");
	if (o == DONE)
		return all;
	*why = its;
	for (unsigned i = 0; i < n; i++)
		jobs[i].recorded = false;
	return o;
}

static void
settle(struct work *w, struct job *jobs, unsigned n)
{
	struct reason why;
	enum outcome o;

	for (unsigned i = 0; i < n; i++) {
		log_write(&jobs[i]);
		w->news = w->news || jobs[i].done->report.published;
	}
	if (!any_recordable(jobs, n))
		return;
	o = record_all(w, jobs, n, &why);
	/* Written and not recorded: the intent tells, once the store works. */
	if (o != DONE)
		w->recovered = false;
	work_note_store(w, o, &why);
	for (unsigned i = 0; i < n; i++) {
		if (!jobs[i].recorded)
			continue;
		if (waits(&jobs[i]))
			log_waits(&jobs[i]);
		else
			log_decided(&jobs[i]);
	}
}

static void
forgive(struct job *j)
{
	struct reason *why = &j->done->report.why;
	struct reason first = *why;

	if (j->done->outcome == REFUSED && j->due.tries < JUDGE_TRIES &&
	    (why->code == REASON_WORKER_LATE ||
		why->code == REASON_WORKER_DIED ||
		why->code == REASON_WORKER_MEMORY))
		j->done->outcome =
		    reason_set(why, REASON_NO_WORKER, "%s", first.text);
}

/* What the group says of the directory, of our settings and of the store. */
static void
note_stages(struct work *w, const struct job *jobs, unsigned n)
{
	const struct job *stage = NULL, *shelf = NULL;
	bool reached = false;

	for (unsigned i = 0; i < n; i++) {
		const struct publish_job *done = jobs[i].done;

		if (done->untouched)
			continue;
		if (waits(&jobs[i]) && work_is_stores(&done->report.why))
			shelf = &jobs[i];
		else if (concerns_all(done->outcome, &done->report.why))
			stage = &jobs[i];
		reached = reached || done->report.reached;
	}
	if (shelf != NULL)
		work_note_store(
		    w, shelf->done->outcome, &shelf->done->report.why);
	if (stage != NULL)
		work_stage_failed(
		    w, stage->done->outcome, &stage->done->report.why);
	else if (reached)
		work_stage_passed(w);
}

/* What was put off before goes alone, so that a harvest that costs its group
 * dear does so once. */
static unsigned
group_size(const struct store_due_harvest *due, unsigned n)
{
	unsigned size = 1;

	while (size < n && due[0].tries == 0 && due[size].tries == 0)
		size++;
	return size;
}

static void
batch_free(struct batch *b)
{
	publish_end(b->group);
	for (unsigned i = 0; i < b->n; i++)
		harvest_free(b->jobs[i].due.harvest);
	free(b);
}

static enum outcome
start(struct work *w, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		struct job *j = &b->jobs[i];

		j->done = &b->done[i];
		j->alone = b->n == 1;
		j->done->harvest = j->due.harvest;
		j->done->id = j->due.id;
		j->done->approved = j->due.approved;
	}
	b->group = publish_start(w->setup, w->store, b->done, b->n);
	return b->group != NULL ? DONE : LATER;
}

struct batch *
batch_take(struct work *w, struct store_place *place)
{
	struct store_due_harvest due[DIRECTORY_GROUP];
	struct batch *b = calloc(1, sizeof *b);
	struct reason why;
	unsigned n = 0;
	enum outcome o;

	if (b == NULL)
		return NULL;
	/* A closed gate is probed by one. */
	o = store_next_group(w->store, clock_now(), place,
	    w->gate.state == GATE_OPEN ? DIRECTORY_GROUP : 1, due, &n, &why);
	work_note_read(w, o, &why);
	if (o == DONE) {
		b->n = group_size(due, n);
		*place = due[b->n - 1].place;
	}
	for (unsigned i = 0; o == DONE && i < n; i++)
		if (i < b->n)
			b->jobs[i].due = due[i];
		else
			harvest_free(due[i].harvest);
	if (o == DONE)
		o = start(w, b);
	if (o == DONE)
		return b;
	batch_free(b);
	return NULL;
}

struct group *
batch_peek_group(struct batch *b)
{
	return b->group;
}

void
batch_give_back(struct work *w, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		forgive(&b->jobs[i]);
	note_stages(w, b->jobs, b->n);
	settle(w, b->jobs, b->n);
	batch_free(b);
}
