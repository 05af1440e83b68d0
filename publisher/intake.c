#include "publisher/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "base/metrics.h"
#include "spool/spool.h"

/* Files of one spool before the others, and publishing, have their turn. */
#define ROUND 32

/* A folder that is not there yet, or whose queues are still being made, is
 * looked at so often (milliseconds), in its first so many. */
#define YOUNG_POLL 1000
#define YOUNG 10000

struct source {
	char *path;
	struct spool *spool; /* NULL: not open */
	struct reason trouble;
	int64_t opened; /* milliseconds */
};

struct intake {
	struct source sources[INTAKE_SPOOLS];
	unsigned n;
	char *damaged;
	int64_t poll; /* milliseconds */
};

static bool
add(struct intake *in, const char *path)
{
	in->sources[in->n].path = strdup(path);
	if (in->sources[in->n].path == NULL)
		return false;
	in->n++;
	return true;
}

enum outcome
intake_new(const struct settings *s, struct intake **out, struct reason *why)
{
	size_t i, n = settings_count(s, "publisher", "spools");
	struct intake *in;
	bool fits;

	if (n > INTAKE_SPOOLS)
		return settings_object(s, "publisher", "spools", why,
		    "at most %d folders", INTAKE_SPOOLS);
	in = calloc(1, sizeof *in);
	fits = in != NULL;
	if (fits && n == 0)
		fits = add(in, settings_peek(s, "spool", "folder"));
	for (i = 0; fits && i < n; i++)
		fits = add(in, settings_peek_at(s, "publisher", "spools", i));
	if (fits)
		in->damaged = strdup(settings_peek(s, "publisher", "damaged"));
	if (!fits || in->damaged == NULL) {
		intake_free(in);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	in->poll = 1000 * settings_number(s, "publisher", "poll");
	*out = in;
	return DONE;
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	while (in->n > 0) {
		in->n--;
		spool_close(in->sources[in->n].spool);
		free(in->sources[in->n].path);
	}
	free(in->damaged);
	free(in);
}

unsigned
intake_poll(const struct intake *in, struct pollfd *fds)
{
	unsigned i, n = 0;
	int fd;

	for (i = 0; i < in->n; i++) {
		fd = in->sources[i].spool == NULL
		    ? -1
		    : spool_peek_watch(in->sources[i].spool);
		if (fd >= 0)
			fds[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	return n;
}

/* Told once, until it is over or another thing is wrong. */
static void
trouble(struct source *s, const struct reason *why)
{
	if (s->trouble.code != why->code && why->code != REASON_SPOOL_ABSENT)
		LOG_EVENT(SPOOL_TROUBLE, LOG_STR("spool", s->path),
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text));
	s->trouble = *why;
}

static bool
ready(struct intake *in, struct source *s)
{
	struct reason why;

	if (s->spool != NULL)
		return true;
	if (spool_open_taker(s->path, in->damaged, &s->spool, &why) != DONE) {
		trouble(s, &why);
		return false;
	}
	s->opened = clock_ms();
	return true;
}

static void
log_taken(const struct source *s, const struct harvest *h)
{
	if (harvest_is_note(h))
		LOG_EVENT(NOTE_TAKEN, LOG_STR("address", h->address),
		    LOG_STR("reason", reason_name(h->why.code)),
		    LOG_STR("message-id", h->message_id),
		    LOG_STR("queue-id", h->queue_id),
		    LOG_STR("spool", s->path));
	else
		LOG_EVENT(HARVEST_TAKEN, LOG_STR("address", h->address),
		    LOG_STR("message-id", h->message_id),
		    LOG_STR("queue-id", h->queue_id),
		    LOG_STR("spool", s->path));
}

/*
 * One file.  DONE: taken (or moved aside).  NOTHING: no more.  LATER,
 * BROKEN: the store's trouble; the spool's own is noted and ends its turn.
 */
static enum outcome
take(struct source *s, struct store *store, struct reason *why)
{
	struct harvest *h = NULL;
	char name[SPOOL_NAME];
	enum outcome o;

	o = spool_next(s->spool, &h, name, why);
	if (o == REFUSED) {
		LOG_EVENT(SPOOL_DAMAGED, LOG_STR("spool", s->path),
		    LOG_STR("text", why->text));
		metrics_add(METRIC_DAMAGED, 1);
		return DONE;
	}
	if (o == LATER || o == BROKEN) {
		trouble(s, why);
		return NOTHING;
	}
	reason_clear(&s->trouble);
	if (o != DONE)
		return o;
	CRASH_POINT("intake-read");
	o = store_take(store, h, clock_now(), why);
	CRASH_POINT("intake-stored");
	if (o == DONE)
		log_taken(s, h);
	metrics_add(METRIC_TAKEN, o == DONE);
	if (o == DONE || o == NOTHING)
		metrics_set(METRIC_LAST_TAKEN, clock_now());
	if (o == DONE || o == NOTHING) {
		o = spool_done(s->spool, name, why);
		CRASH_POINT("intake-removed");
		/* It comes again, and is known: no harm but the noise. */
		if (o != DONE) {
			trouble(s, why);
			o = NOTHING;
		}
	}
	harvest_free(h);
	return o;
}

static enum outcome
drain(struct source *s, struct store *store, struct reason *why)
{
	enum outcome o = DONE;
	unsigned i;

	spool_watch_clear(s->spool);
	for (i = 0; o == DONE && i < ROUND; i++)
		o = take(s, store, why);
	return o;
}

enum outcome
intake_drain(struct intake *in, struct store *store, struct reason *why)
{
	enum outcome o, all = NOTHING;
	unsigned i;

	for (i = 0; i < in->n; i++) {
		if (!ready(in, &in->sources[i]))
			continue;
		o = drain(&in->sources[i], store, why);
		if (o == DONE)
			all = DONE;
		if (o == LATER || o == BROKEN || o == REFUSED)
			return o;
	}
	return all;
}

int64_t
intake_wait(const struct intake *in)
{
	int64_t now = clock_ms();
	unsigned i;

	for (i = 0; i < in->n; i++)
		if (in->sources[i].spool == NULL ||
		    now - in->sources[i].opened < YOUNG)
			return YOUNG_POLL < in->poll ? YOUNG_POLL : in->poll;
	return in->poll;
}

void
intake_visit(const struct intake *in,
    void (*visit)(void *arg, const char *path, const struct reason *trouble),
    void *arg)
{
	const struct source *s;
	unsigned i;

	for (i = 0; i < in->n; i++) {
		s = &in->sources[i];
		visit(arg, s->path,
		    s->trouble.code == REASON_OK ? NULL : &s->trouble);
	}
}
