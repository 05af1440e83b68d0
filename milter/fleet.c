#include "milter/fleet.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/metrics.h"

/* Call visit for every generation there is. */
static void
each(const struct fleet *f, void (*visit)(struct generation *g, void *arg),
    void *arg)
{
	unsigned i;

	if (f->current)
		visit(f->current, arg);
	if (f->next)
		visit(f->next, arg);
	for (i = 0; i < f->n_old; i++)
		visit(f->old[i], arg);
}

void
fleet_retire(struct fleet *f)
{
	if (!f->current)
		return;
	if (f->n_old == FLEET_OLD) {
		/* Only when told to end: the oldest has to make room. */
		generation_free(f->old[0]);
		f->old[0] = f->old[--f->n_old];
	}
	generation_drain(f->current);
	f->old[f->n_old++] = f->current;
	f->current = NULL;
}

void
fleet_settle(struct fleet *f)
{
	unsigned i = 0;

	if (f->current && generation_state(f->current) == GENERATION_OVER) {
		generation_free(f->current);
		f->current = NULL;
	}
	while (i < f->n_old) {
		if (generation_state(f->old[i]) != GENERATION_OVER) {
			i++;
			continue;
		}
		generation_free(f->old[i]);
		f->old[i] = f->old[--f->n_old];
	}
}

static void
hear(struct generation *g, void *arg)
{
	(void)arg;
	generation_hear(g);
}

void
fleet_hear(struct fleet *f)
{
	each(f, hear, NULL);
}

struct ended {
	pid_t pid;
	int status;
};

static void
reaped(struct generation *g, void *arg)
{
	const struct ended *e = arg;

	(void)generation_reaped(g, e->pid, e->status);
}

void
fleet_reap(struct fleet *f)
{
	siginfo_t info;
	struct ended e;

	for (;;) {
		memset(&info, 0, sizeof info);
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
		    info.si_pid == 0)
			return;
		/*
		 * What a sessions process said before its worker ended is
		 * heard first: a worker that was retired has not died.
		 */
		fleet_hear(f);
		e.pid = waitpid(info.si_pid, &e.status, WNOHANG);
		if (e.pid > 0)
			each(f, reaped, &e);
	}
}

static void
tick(struct generation *g, void *arg)
{
	int64_t *next = arg;
	int64_t due = generation_tick(g);

	if (due < *next)
		*next = due;
}

int64_t
fleet_tick(struct fleet *f)
{
	int64_t next = INT64_MAX;

	each(f, tick, &next);
	return next;
}

struct waiting {
	struct pollfd list[FLEET_OLD + 3];
	nfds_t n;
};

static void
wait_for(struct generation *g, void *arg)
{
	struct waiting *w = arg;

	w->list[w->n].fd = generation_peek_fd(g);
	w->list[w->n++].events = POLLIN;
}

void
fleet_wait(const struct fleet *f, int fd, int64_t until)
{
	struct waiting w = {.n = 1};
	int64_t left = until - clock_ms();

	w.list[0] = (struct pollfd){.fd = fd, .events = POLLIN};
	each(f, wait_for, &w);
	(void)poll(w.list, w.n, left < 0 ? 0 : (int)left);
}

void
fleet_trust(struct fleet *f, int trust_fd)
{
	unsigned i;

	if (f->current)
		generation_trust(f->current, trust_fd);
	for (i = 0; i < f->n_old; i++)
		generation_trust(f->old[i], trust_fd);
}

struct sum {
	int64_t sessions;
	int64_t bytes;
};

static void
add_status(struct generation *g, void *arg)
{
	struct sum *sum = arg;
	unsigned sessions;
	int64_t bytes;

	generation_status(g, &sessions, &bytes);
	sum->sessions += sessions;
	sum->bytes += bytes;
}

void
fleet_count(const struct fleet *f)
{
	struct sum sum = {0, 0};

	each(f, add_status, &sum);
	metrics_set(METRIC_SESSIONS, sum.sessions);
	metrics_set(METRIC_CANDIDATE_BYTES, sum.bytes);
}

void
fleet_clear(struct fleet *f)
{
	generation_free(f->current);
	generation_free(f->next);
	while (f->n_old > 0)
		generation_free(f->old[--f->n_old]);
	f->current = NULL;
	f->next = NULL;
}
