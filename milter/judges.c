#include "milter/judges.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge_end.h"
#include "base/log.h"
#include "base/metrics.h"
#include "milter/bucket.h"
#include "milter/control.h"

/*
 * A worker costs some 50 ms of a processor to start, and a stranger can
 * end one with every malformed message.
 */
#define RESPAWN_INTERVAL 100
#define RESPAWN_BURST 16
#define THROTTLE_LOG 60000
#define RETRY 1000 /* after a worker that could not be started */
/*
 * When many workers in a row die young and not one gets ready, something is
 * wrong with all of them: then they are started ever more slowly.  Not so
 * when mail ends them: the bucket alone bounds those, or a flood of such mail
 * would have all other mail go unseen, too.
 */
#define YOUNG 1000
#define FAILURES_FREE 16
#define FAILURES_FORGOTTEN 60000
#define BACKOFF_MIN 50
#define BACKOFF_MAX 10000

struct worker {
	uint32_t id;
	pid_t pid; /* 0: free */
	int64_t started;
	bool spent; /* a successor is, or will be, there */
};

struct judges {
	struct judges_options options;
	struct bucket respawn;
	unsigned n;
	struct worker *workers; /* room for the spent ones, too */
	uint32_t next_id;
	int64_t throttle_logged;
	unsigned failures;    /* in a row */
	int64_t last_failure; /* on clock_ms() */
	int64_t not_before;   /* start no worker earlier */
};

enum outcome
judges_new(const struct judges_options *options, struct judges **out,
    struct reason *why)
{
	struct judges *j = calloc(1, sizeof *j);
	enum outcome o = DONE;

	if (j) {
		j->n = 2 * options->workers;
		j->workers = calloc(j->n, sizeof *j->workers);
	}
	if (!j || !j->workers) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	j->options = *options;
	j->next_id = 1;
	bucket_init(&j->respawn, RESPAWN_BURST + options->workers,
	    RESPAWN_INTERVAL, clock_ms());
	j->throttle_logged = clock_ms() - THROTTLE_LOG;
	*out = j;
	j = NULL;
out:
	judges_free(j);
	return o;
}

/* Kill and forget; how it had ended, if it had. */
static int
worker_end(struct worker *w)
{
	int status;

	if (w->pid <= 0)
		return 0;
	status = child_kill(w->pid);
	metrics_add(METRIC_WORKERS, -1);
	w->pid = 0;
	return status;
}

/* One that was not told to. */
static void
log_death(const struct worker *w, pid_t pid, const struct reason *why)
{
	LOG_EVENT(WORKER_DIED, LOG_NUM("worker", w->id), LOG_NUM("pid", pid),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
}

void
judges_free(struct judges *j)
{
	unsigned i;

	if (!j)
		return;
	for (i = 0; j->workers && i < j->n; i++)
		(void)worker_end(&j->workers[i]);
	free(j->workers);
	free(j);
}

/* The first are replaced at once, then ever more slowly. */
static void
count_failure(struct judges *j, const struct worker *w)
{
	int64_t now = clock_ms(), delay = BACKOFF_MIN;
	unsigned i;

	metrics_add(METRIC_WORKERS_DIED, 1);
	if (now - j->last_failure > FAILURES_FORGOTTEN ||
	    now - w->started > YOUNG)
		j->failures = 0;
	j->last_failure = now;
	j->failures++;
	if (j->failures <= FAILURES_FREE)
		return;
	for (i = FAILURES_FREE; i < j->failures; i++)
		delay = delay >= BACKOFF_MAX ? BACKOFF_MAX : 2 * delay;
	j->not_before = now + delay;
}

/* Start one and pass its socket on. */
static enum outcome
start(struct judges *j, struct worker *w, int control, int trust_fd,
    struct reason *why)
{
	const char *argv[] = {"certharvest-judge",
	    j->options.confine ? NULL : "--unconfined", NULL};
	int pair[2] = {-1, -1};
	int fds[2];
	struct child_spec spec = {.program = j->options.program,
	    .argv = argv,
	    .fds = fds,
	    .n_fds = 2};
	struct control c = {.kind = CONTROL_JUDGE, .id = j->next_id++};
	enum outcome o;

	o = frame_pair(pair, why);
	if (o != DONE)
		goto out;
	fds[0] = pair[1];
	fds[1] = trust_fd;
	o = child_start(&spec, &w->pid, why);
	if (o != DONE)
		goto out;
	metrics_add(METRIC_WORKERS, 1);
	w->id = c.id;
	w->started = clock_ms();
	w->spent = false;
	o = control_send(control, &c, pair[0], why);
	if (o != DONE) {
		(void)worker_end(w);
		goto out;
	}
	LOG_EVENT(
	    WORKER_STARTED, LOG_NUM("worker", w->id), LOG_NUM("pid", w->pid));
out:
	file_close(&pair[0]);
	file_close(&pair[1]);
	return o;
}

/* None may be started before then: say so once a minute. */
static int64_t
throttled(struct judges *j, int64_t now, int64_t then)
{
	if (now - j->throttle_logged >= THROTTLE_LOG) {
		j->throttle_logged = now;
		LOG_EVENT(
		    WORKER_THROTTLED, LOG_NUM("milliseconds", then - now));
	}
	return then;
}

int64_t
judges_fill(struct judges *j, int control, int trust_fd)
{
	int64_t now = clock_ms();
	unsigned missing = j->options.workers;
	struct reason why;
	unsigned i;

	for (i = 0; i < j->n; i++)
		if (j->workers[i].pid > 0 && !j->workers[i].spent)
			missing--;
	for (i = 0; i < j->n && missing > 0; i++) {
		if (j->workers[i].pid > 0)
			continue;
		missing--;
		if (now < j->not_before)
			return throttled(j, now, j->not_before);
		if (!bucket_take(&j->respawn, now))
			return throttled(j, now, bucket_next(&j->respawn, now));
		if (start(j, &j->workers[i], control, trust_fd, &why) == DONE)
			continue;
		/* A control channel that broke off is noticed elsewhere. */
		if (why.code == REASON_WORKER_BROKEN)
			LOG_EVENT(WORKER_DIED,
			    LOG_STR("reason", reason_name(why.code)),
			    LOG_STR("text", why.text));
		return now + RETRY;
	}
	return INT64_MAX;
}

static struct worker *
find(struct judges *j, uint32_t id)
{
	unsigned i;

	for (i = 0; i < j->n; i++)
		if (j->workers[i].pid > 0 && j->workers[i].id == id)
			return &j->workers[i];
	return NULL;
}

void
judges_able(struct judges *j, uint32_t id)
{
	if (find(j, id))
		j->failures = 0;
}

void
judges_spent(struct judges *j, uint32_t id)
{
	struct worker *w = find(j, id);

	if (w)
		w->spent = true;
}

void
judges_end(struct judges *j, uint32_t id)
{
	struct worker *w = find(j, id);

	if (!w)
		return;
	LOG_EVENT(WORKER_ENDED, LOG_NUM("worker", id), LOG_NUM("pid", w->pid));
	(void)worker_end(w);
}

void
judges_kill(struct judges *j, uint32_t id, enum reason_code code)
{
	struct worker *w = find(j, id);
	struct reason why;
	pid_t pid;
	int status;

	if (!w)
		return;
	pid = w->pid;
	status = worker_end(w);
	if (code == REASON_WORKER_DIED)
		(void)!judge_end_tell(status, &why);
	else
		(void)reason_set(&why, code, "killed at its deadline");
	log_death(w, pid, &why);
	count_failure(j, w);
}

bool
judges_reaped(
    struct judges *j, pid_t pid, int status, bool left_alone, uint32_t *id)
{
	struct worker *w = NULL;
	struct reason why;
	unsigned i;

	for (i = 0; i < j->n && !w; i++)
		if (j->workers[i].pid == pid)
			w = &j->workers[i];
	if (!w)
		return false;
	metrics_add(METRIC_WORKERS, -1);
	/* It ends well when, and only when, its socket was closed. */
	if (left_alone || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
		LOG_EVENT(WORKER_ENDED, LOG_NUM("worker", w->id),
		    LOG_NUM("pid", pid));
	} else {
		(void)!judge_end_tell(status, &why);
		log_death(w, pid, &why);
		count_failure(j, w);
	}
	*id = w->id;
	w->pid = 0;
	return true;
}

void
judges_renew(struct judges *j, int control)
{
	struct control c = {.kind = CONTROL_RETIRE};
	unsigned i;

	for (i = 0; i < j->n; i++) {
		if (j->workers[i].pid <= 0)
			continue;
		j->workers[i].spent = true;
		c.id = j->workers[i].id;
		if (control_send(control, &c, -1, NULL) != DONE)
			return;
	}
}
