#include "milter/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metrics.h"
#include "milter/control.h"

#define START_DEADLINE 10000
/* Behind its own limit a draining process is killed. */
#define DRAIN_SLACK 5000
/* Between the end of the control channel and that of the process. */
#define HANGUP_SLACK 1000
/* Messages taken in at one go, so that one process cannot hold the loop. */
#define HEAR_MAX 256

struct generation {
	enum generation_state state;
	pid_t pid; /* 0: reaped */
	int control;
	int trust_fd;
	struct judges *judges;
	unsigned drain; /* seconds */
	unsigned sessions;
	int64_t bytes;
	int64_t deadline; /* of the state; INT64_MAX for none */
};

static enum outcome
start_process(struct generation *g, const struct generation_house *house,
    const struct setup *setup, int listen_fd, struct reason *why)
{
	const char *argv[] = {"certharvest-milter", "--sessions",
	    house->debug ? "-d" : NULL, NULL};
	int pair[2] = {-1, -1};
	int fds[4];
	/*
	 * It outlives us: what is under way is served to its end, and a
	 * supervisor that is started again takes the socket over.
	 */
	struct child_spec spec = {.program = house->self,
	    .argv = argv,
	    .fds = fds,
	    .n_fds = 4,
	    .outlive = true};
	enum outcome o;

	o = control_pair(pair, why);
	if (o != DONE)
		goto out;
	fds[SESSIONS_CONTROL - 3] = pair[1];
	fds[SESSIONS_SETTINGS - 3] = setup->settings_fd;
	fds[SESSIONS_METRICS - 3] = house->metrics_fd;
	fds[SESSIONS_LISTEN - 3] = listen_fd;
	o = child_start(&spec, &g->pid, why);
	if (o != DONE)
		goto out;
	g->control = pair[0];
	pair[0] = -1;
out:
	file_close(&pair[0]);
	file_close(&pair[1]);
	return o;
}

enum outcome
generation_start(const struct generation_house *house,
    const struct setup *setup, int listen_fd, struct generation **out,
    struct reason *why)
{
	struct judges_options judges = setup->options.judges;
	struct generation *g = calloc(1, sizeof *g);
	enum outcome o;

	if (!g)
		return reason_set(why, REASON_MEMORY, "out of memory");
	judges.program = house->judge;
	g->control = -1;
	g->drain = setup->options.drain;
	g->deadline = clock_ms() + START_DEADLINE;
	g->trust_fd = fcntl(setup->trust_fd, F_DUPFD_CLOEXEC, 0);
	if (g->trust_fd < 0) {
		o = reason_set(why, REASON_IO, "dup: %s", strerror(errno));
		goto out;
	}
	o = judges_new(&judges, &g->judges, why);
	if (o == DONE)
		o = start_process(g, house, setup, listen_fd, why);
	if (o != DONE)
		goto out;
	metrics_add(METRIC_GENERATIONS, 1);
	*out = g;
	g = NULL;
out:
	generation_free(g);
	return o;
}

void
generation_free(struct generation *g)
{
	if (!g)
		return;
	judges_free(g->judges);
	(void)child_kill(g->pid);
	file_close(&g->control);
	file_close(&g->trust_fd);
	free(g);
}

enum generation_state
generation_state(const struct generation *g)
{
	return g->state;
}

int
generation_peek_fd(const struct generation *g)
{
	return g->control;
}

static void
serving(struct generation *g)
{
	if (g->state != GENERATION_STARTING)
		return;
	g->state = GENERATION_SERVING;
	g->deadline = INT64_MAX;
	LOG_EVENT(GENERATION_STARTED, LOG_NUM("pid", g->pid));
}

/* One message; the process may have been taken over, so ids are looked up
 * and numbers only shown. */
static void
obey(struct generation *g, const struct control *c)
{
	switch (c->kind) {
	case CONTROL_READY:
		serving(g);
		break;
	case CONTROL_STATUS:
		g->sessions = c->id;
		g->bytes = c->value;
		break;
	case CONTROL_TAINTED:
		metrics_add(METRIC_WORKERS_TAINTED, 1);
		judges_spent(g->judges, c->id);
		break;
	case CONTROL_SPENT:
		judges_spent(g->judges, c->id);
		break;
	case CONTROL_RETIRED:
		judges_end(g->judges, c->id);
		break;
	case CONTROL_LATE:
		judges_kill(g->judges, c->id, REASON_WORKER_LATE);
		break;
	case CONTROL_ABLE:
		judges_able(g->judges, c->id);
		break;
	case CONTROL_DEAD:
		judges_kill(g->judges, c->id, REASON_WORKER_DIED);
		break;
	default:
		break;
	}
}

/*
 * Nothing more will be said.  As a rule the process has just ended, and
 * generation_reaped() will say how; else it is killed soon.
 */
static void
hangup(struct generation *g, const struct reason *why)
{
	file_close(&g->control);
	g->deadline = clock_ms() + HANGUP_SLACK;
	if (why->code != REASON_PROTOCOL)
		return;
	LOG_EVENT(FAILED, LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
	g->state = GENERATION_OVER;
}

void
generation_hear(struct generation *g)
{
	struct reason why;
	struct control c;
	enum outcome o = DONE;
	int fd, i;

	for (i = 0; i < HEAR_MAX && g->control >= 0; i++) {
		fd = -1;
		o = control_receive(g->control, &c, &fd, &why);
		if (o != DONE)
			break;
		file_close(&fd); /* none is ever expected */
		obey(g, &c);
	}
	if (o == BROKEN)
		hangup(g, &why);
}

int64_t
generation_tick(struct generation *g)
{
	int64_t next = INT64_MAX, now = clock_ms();

	if (now >= g->deadline) {
		LOG_EVENT(GENERATION_DIED, LOG_NUM("pid", g->pid),
		    LOG_STR("text",
			g->state == GENERATION_DRAINING
			    ? "did not end in time"
			    : "did not become ready in time"));
		g->state = GENERATION_OVER;
	}
	if (g->state == GENERATION_OVER)
		return now;
	if (g->control < 0)
		return g->deadline;
	next = judges_fill(g->judges, g->control, g->trust_fd);
	return next < g->deadline ? next : g->deadline;
}

void
generation_drain(struct generation *g)
{
	struct control c = {.kind = CONTROL_DRAIN};

	if (g->state == GENERATION_DRAINING || g->state == GENERATION_OVER)
		return;
	LOG_EVENT(GENERATION_DRAINING, LOG_NUM("pid", g->pid),
	    LOG_NUM("sessions", g->sessions));
	g->state = GENERATION_DRAINING;
	g->deadline = clock_ms() + (int64_t)g->drain * 1000 + DRAIN_SLACK;
	if (control_send(g->control, &c, -1, NULL) != DONE)
		g->state = GENERATION_OVER;
}

/* The sessions process itself is gone. */
static void
ended(struct generation *g, int status)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	bool well = g->state == GENERATION_DRAINING && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;

	if (well)
		LOG_EVENT(GENERATION_ENDED, LOG_NUM("pid", g->pid));
	else
		LOG_EVENT(GENERATION_DIED, LOG_NUM("pid", g->pid),
		    LOG_NUM("signal", signal),
		    LOG_NUM(
			"status", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
		    LOG_STR("text",
			signal == SIGSYS
			    ? "it tried what its filter forbids (SIGSYS)"
			    : ""));
	g->pid = 0;
	g->state = GENERATION_OVER;
}

bool
generation_reaped(struct generation *g, pid_t pid, int status)
{
	struct control c = {.kind = CONTROL_GONE};

	if (g->pid == pid) {
		ended(g, status);
		return true;
	}
	if (!judges_reaped(g->judges, pid, status, g->control < 0, &c.id))
		return false;
	(void)!control_send(g->control, &c, -1, NULL);
	return true;
}

void
generation_trust(struct generation *g, int trust_fd)
{
	int fd = fcntl(trust_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return;
	file_close(&g->trust_fd);
	g->trust_fd = fd;
	judges_renew(g->judges, g->control);
}

void
generation_status(
    const struct generation *g, unsigned *sessions, int64_t *bytes)
{
	*sessions = g->sessions;
	*bytes = g->bytes;
}
