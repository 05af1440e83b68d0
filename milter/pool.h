#ifndef MILTER_POOL_H
#define MILTER_POOL_H

#include "base/judge.h"

/*
 * The judges as the sessions process sees them: sockets with ids that the
 * supervisor passed on.  Many threads ask; one worker answers one question
 * at a time.  Nobody waits longer than LIMIT_JUDGE_WAIT for a free one, and
 * not longer than LIMIT_JUDGE_DEADLINE in all.  Thread-safe.
 */
struct pool;

/* Why a worker leaves the pool. */
enum pool_end {
	POOL_RETIRED, /* did its share, or was asked for */
	POOL_TAINTED, /* saw a malformed message */
	POOL_LATE,    /* still works on something: kill it */
	POOL_DEAD     /* broke off */
};

struct pool_options {
	unsigned workers;  /* at most so many at a time */
	unsigned messages; /* then one retires */
	unsigned deadline; /* milliseconds for one question */
	/* Told of every worker that leaves, before its socket is closed;
	 * called from the thread that asked. */
	void (*ended)(void *arg, uint32_t id, enum pool_end why);
	void *arg;
};

/* An empty pool; LATER (memory). */
MUST_CHECK enum outcome pool_new(
    const struct pool_options *options, struct pool **out, struct reason *why);

/* Close the sockets and free; nobody may be asking.  NULL is allowed. */
void pool_free(struct pool *p);

/* A worker to ask from now on; the socket is the pool's, even on failure. */
void pool_give_worker(struct pool *p, uint32_t id, int socket);

/* Let the worker go as soon as it is idle. */
void pool_retire(struct pool *p, uint32_t id);

/* The worker is dead: forget it, unless somebody is just asking it and will
 * notice. */
void pool_forget(struct pool *p, uint32_t id);

/*
 * Have the message behind fd judged.  DONE: *out is the verdict, to be
 * cleared.  LATER (no-worker): none was free.  REFUSED (worker-late,
 * worker-died): the message ended its worker.  LATER (memory).
 */
MUST_CHECK enum outcome pool_judge(struct pool *p, int fd,
    const struct judge_policy *policy, struct judgement *out,
    struct reason *why);

#endif
