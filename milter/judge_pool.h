#ifndef MILTER_JUDGE_POOL_H
#define MILTER_JUDGE_POOL_H

#include <poll.h>
#include <stdbool.h>

#include "base/judge.h"

/*
 * The judges as the sessions process sees them: sockets with ids that the
 * supervisor passed on.  Many threads ask; one worker answers one question
 * at a time.  Nobody waits longer than LIMIT_JUDGE_WAIT for a free one, and
 * not longer than LIMIT_JUDGE_DEADLINE in all.  Thread-safe.
 */
struct judge_pool;

/* Why a worker leaves the pool. */
enum judge_pool_end {
	POOL_SPENT,   /* it leaves only when a successor is ready */
	POOL_TAINTED, /* the same, as a library could not read a message */
	POOL_RETIRED, /* was one of these, and has a successor */
	POOL_LATE,    /* still works on something: kill it */
	POOL_DEAD     /* broke off */
};

struct judge_pool_options {
	unsigned workers;		 /* at most so many at a time */
	unsigned messages;		 /* then one is spent */
	unsigned deadline;		 /* milliseconds for one question */
	const struct judge_known *known; /* borrowed; NULL: no signer is */
	/* Told of every worker that leaves, before its socket is closed;
	 * called from the thread that asked. */
	void (*ended)(void *arg, uint32_t id, enum judge_pool_end why);
	/* Told of every worker that is ready. */
	void (*ready)(void *arg, uint32_t id);
	void *arg;
};

/* An empty pool; LATER (memory). */
MUST_CHECK enum outcome judge_pool_new(const struct judge_pool_options *options,
    struct judge_pool **out, struct reason *why);

/* Close the sockets and free; nobody may be asking.  NULL is allowed. */
void judge_pool_free(struct judge_pool *p);

/*
 * A worker to ask as soon as it says that it is ready; the socket is the
 * pool's, even on failure.
 */
void judge_pool_give_worker(struct judge_pool *p, uint32_t id, int socket);

/*
 * The sockets of the workers that are getting ready, at most max, for a poll
 * for reading; returns how many.
 */
unsigned judge_pool_starting(
    struct judge_pool *p, struct pollfd *fds, unsigned max);

/*
 * See which of them are ready, and end those that take too long.  This, giving
 * and forgetting are for one thread.
 */
void judge_pool_look(struct judge_pool *p);

/* How many workers have ever been ready. */
unsigned judge_pool_was_ready(struct judge_pool *p);

/* Let the worker go as soon as a successor is ready. */
void judge_pool_retire(struct judge_pool *p, uint32_t id);

/* The worker is dead: forget it, unless somebody is just asking it and will
 * notice. */
void judge_pool_forget(struct judge_pool *p, uint32_t id);

/*
 * Have the message behind fd judged.  DONE: *out is the verdict, to be
 * cleared.  LATER (no-worker): none was free.  REFUSED (worker-late,
 * worker-died, worker-memory): the message ended its worker.  LATER (memory).
 */
MUST_CHECK enum outcome judge_pool_judge(struct judge_pool *p, int fd,
    const struct judge_policy *policy, struct judgement *out,
    struct reason *why);

#endif
