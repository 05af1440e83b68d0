#include "base/judge_process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge_end.h"

/* A worker reads its anchors before it answers for the first time. */
#define START_MS 10000

struct judge_process {
	struct judge_start start;
	char *program;
	pid_t pid; /* 0: none runs */
	int socket;
	uint32_t id;
	unsigned questions; /* put to the one that runs */
};

enum outcome
judge_process_open(const struct judge_start *start, struct judge_process **out,
    struct reason *why)
{
	struct judge_process *p = calloc(1, sizeof *p);

	if (p != NULL)
		p->program = strdup(start->program);
	if (p == NULL || p->program == NULL) {
		free(p);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	p->start = *start;
	p->start.program = p->program;
	p->socket = -1;
	*out = p;
	return DONE;
}

static void
stop(struct judge_process *p)
{
	(void)child_kill(p->pid);
	p->pid = 0;
	file_close(&p->socket);
	p->questions = 0;
}

void
judge_process_close(struct judge_process *p)
{
	if (p == NULL)
		return;
	stop(p);
	free(p->program);
	free(p);
}

void
judge_process_trust(struct judge_process *p, int trust_fd)
{
	p->start.trust_fd = trust_fd;
	stop(p);
}

/* Have a worker that said hello; BROKEN when none can be had. */
static enum outcome
ready(struct judge_process *p, struct reason *why)
{
	const char *const confined[] = {p->program, NULL};
	const char *const open[] = {p->program, "--unconfined", NULL};
	int pair[2] = {-1, -1}, fds[2];
	enum outcome o;

	if (p->questions >= LIMIT_JUDGE_MESSAGES)
		stop(p);
	if (p->pid > 0)
		return DONE;
	o = frame_pair(pair, why);
	if (o != DONE)
		return o;
	fds[0] = pair[1];
	fds[1] = p->start.trust_fd;
	o = child_start(
	    &(struct child_spec){
		.program = p->program,
		.argv = p->start.confine ? confined : open,
		.fds = fds,
		.n_fds = 2,
	    },
	    &p->pid, why);
	file_close(&pair[1]);
	p->socket = pair[0];
	if (o == DONE)
		o = judge_hello(p->socket, ++p->id, clock_ms() + START_MS, why);
	if (o != DONE) {
		stop(p);
		/* Not in time is as bad as not at all: our machine's fault. */
		if (o == LATER)
			o = reason_set(why, REASON_WORKER_BROKEN,
			    "%s did not start in time", p->program);
	}
	return o;
}

/*
 * How the worker ended, for people.  Its socket's end comes a moment before
 * its own, and one that was taken over may close the one and live on.
 */
static enum outcome
end_tell(struct judge_process *p, struct reason *why)
{
	int status = child_kill(p->pid);

	p->pid = 0;
	stop(p);
	return judge_end_tell(status, why);
}

/*
 * What an answer means for the question and for the worker.  Returns what
 * the caller is told.
 */
static enum outcome
settle(struct judge_process *p, enum outcome o, struct reason *why)
{
	p->questions++;
	if (o == LATER && why->code == REASON_NO_ANSWER) {
		stop(p);
		return reason_set(why, REASON_WORKER_LATE,
		    "no verdict within %u ms", p->start.deadline);
	}
	if (o == BROKEN && why->code == REASON_IO)
		return end_tell(p, why);
	/* Where we lack memory, half of its answer may wait to be read. */
	if (o == REFUSED || o == LATER) {
		stop(p);
		return o;
	}
	/* It talks nonsense: a stranger may have taken it over. */
	if (o == BROKEN) {
		stop(p);
		return reason_set(why, REASON_WORKER_DIED,
		    "the worker gave no answer that can be read");
	}
	return o;
}

enum outcome
judge_process_message(struct judge_process *p, int fd,
    const struct judge_policy *policy, struct judgement *out,
    struct reason *why)
{
	enum outcome o;

	memset(out, 0, sizeof *out);
	o = ready(p, why);
	if (o != DONE)
		return o;
	o = judge_message(
	    &(struct judge_request){
		.socket = p->socket,
		.id = ++p->id,
		.fd = fd,
		.policy = policy,
		.deadline = clock_ms() + p->start.deadline,
	    },
	    out, why);
	o = settle(p, o, why);
	if (out->malformed)
		stop(p);
	return o;
}

enum outcome
judge_process_harvest(struct judge_process *p, const struct harvest *h,
    const struct judge_policy *policy, struct admission *out,
    struct reason *why)
{
	enum outcome o;

	memset(out, 0, sizeof *out);
	o = ready(p, why);
	if (o != DONE)
		return o;
	o = judge_harvest(p->socket, ++p->id, h, policy,
	    clock_ms() + p->start.deadline, out, why);
	return settle(p, o, why);
}

enum outcome
judge_process_facts(struct judge_process *p, const struct span *der, unsigned n,
    const struct judge_policy *policy, struct facts **out, struct reason *why)
{
	enum outcome o;

	*out = NULL;
	o = ready(p, why);
	if (o != DONE)
		return o;
	o = judge_facts(p->socket, ++p->id, der, n, policy,
	    clock_ms() + p->start.deadline, out, why);
	return settle(p, o, why);
}

enum outcome
judge_process_shadow(struct judge_process *p, struct span value,
    const struct judge_policy *policy, struct facts **out, unsigned *n,
    struct reason *why)
{
	enum outcome o;

	*out = NULL;
	*n = 0;
	o = ready(p, why);
	if (o != DONE)
		return o;
	o = judge_shadow(p->socket, ++p->id, value, policy,
	    clock_ms() + p->start.deadline, out, n, why);
	return settle(p, o, why);
}
