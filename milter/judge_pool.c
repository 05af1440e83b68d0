#include "milter/judge_pool.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "milter/hello.h"

/* A worker that gets ready has warm-ups to do and trust to read. */
#define START_DEADLINE 10000

/*
 * A worker without a successor goes at so many times its share all the same.
 * On a busy machine a successor takes a second to get ready, in which all
 * workers together must not come to this.
 */
#define SHARES_MAX 20

enum worker_state { WORKER_NONE, WORKER_STARTING, WORKER_IDLE, WORKER_BUSY };

struct worker {
	enum worker_state state;
	uint32_t id;
	int socket;
	unsigned asked; /* questions so far */
	bool spent;	/* is to go when a successor is ready */
	bool leaving;	/* one is: when it is idle again */
	int64_t given;	/* on clock_ms() */
};

struct judge_pool {
	struct judge_pool_options options;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	uint32_t question;
	unsigned was_ready;
	/* More than may live: a successor comes before its predecessor has
	 * left. */
	unsigned n;
	struct worker *workers;
};

enum outcome
judge_pool_new(const struct judge_pool_options *options,
    struct judge_pool **out, struct reason *why)
{
	struct judge_pool *p = calloc(1, sizeof *p);
	pthread_condattr_t attr;

	if (p) {
		p->n = 3 * options->workers;
		p->workers = calloc(p->n, sizeof *p->workers);
	}
	if (!p || !p->workers) {
		free(p);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	p->options = *options;
	/* These cannot fail on Linux with these arguments. */
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->idle, &attr);
	(void)pthread_condattr_destroy(&attr);
	*out = p;
	return DONE;
}

void
judge_pool_free(struct judge_pool *p)
{
	unsigned i;

	if (!p)
		return;
	for (i = 0; i < p->n; i++)
		if (p->workers[i].state != WORKER_NONE)
			file_close(&p->workers[i].socket);
	(void)pthread_cond_destroy(&p->idle);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}

/* With the lock. */
static struct worker *
find(struct judge_pool *p, uint32_t id)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (p->workers[i].state != WORKER_NONE &&
		    p->workers[i].id == id)
			return &p->workers[i];
	return NULL;
}

/* With the lock: tell, then close, so that the supervisor knows first. */
static void
end(struct judge_pool *p, struct worker *w, enum judge_pool_end why)
{
	p->options.ended(p->options.arg, w->id, why);
	file_close(&w->socket);
	w->state = WORKER_NONE;
}

void
judge_pool_give_worker(struct judge_pool *p, uint32_t id, int socket)
{
	unsigned i;

	bool asked = hello_ask(socket, NULL) == DONE;

	(void)pthread_mutex_lock(&p->lock);
	for (i = 0; asked && i < p->n; i++) {
		if (p->workers[i].state != WORKER_NONE)
			continue;
		p->workers[i] = (struct worker){.state = WORKER_STARTING,
		    .id = id,
		    .socket = socket,
		    .given = clock_ms()};
		socket = -1;
		break;
	}
	if (socket >= 0)
		p->options.ended(
		    p->options.arg, id, asked ? POOL_RETIRED : POOL_DEAD);
	(void)pthread_mutex_unlock(&p->lock);
	file_close(&socket);
}

void
judge_pool_retire(struct judge_pool *p, uint32_t id)
{
	struct worker *w;

	(void)pthread_mutex_lock(&p->lock);
	w = find(p, id);
	if (w)
		w->spent = true;
	(void)pthread_mutex_unlock(&p->lock);
}

void
judge_pool_forget(struct judge_pool *p, uint32_t id)
{
	struct worker *w;

	(void)pthread_mutex_lock(&p->lock);
	w = find(p, id);
	if (w && w->state != WORKER_BUSY)
		end(p, w, POOL_DEAD);
	(void)pthread_mutex_unlock(&p->lock);
}

static bool
is_readable(const struct worker *w)
{
	struct pollfd p = {.fd = w->socket, .events = POLLIN};

	return poll(&p, 1, 0) != 0;
}

unsigned
judge_pool_starting(struct judge_pool *p, struct pollfd *fds, unsigned max)
{
	unsigned i, n = 0;

	(void)pthread_mutex_lock(&p->lock);
	for (i = 0; i < p->n && n < max; i++)
		if (p->workers[i].state == WORKER_STARTING)
			fds[n++] = (struct pollfd){
			    .fd = p->workers[i].socket, .events = POLLIN};
	(void)pthread_mutex_unlock(&p->lock);
	return n;
}

/* With the lock: a successor is ready, so one that is spent may go. */
static void
release_one(struct judge_pool *p)
{
	struct worker *w = NULL;
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (p->workers[i].spent && !p->workers[i].leaving &&
		    (p->workers[i].state == WORKER_IDLE ||
			(p->workers[i].state == WORKER_BUSY && !w)))
			w = &p->workers[i];
	if (w && w->state == WORKER_IDLE)
		end(p, w, POOL_RETIRED);
	else if (w)
		w->leaving = true;
}

/* With the lock. */
static void
take_in(struct judge_pool *p, struct worker *w)
{
	w->state = WORKER_IDLE;
	p->was_ready++;
	p->options.ready(p->options.arg, w->id);
	(void)pthread_cond_signal(&p->idle);
	release_one(p);
}

/*
 * Without the lock, for which mail would wait: a worker may stop in the middle
 * of its greeting.  Until it is idle only our thread has to do with it.
 */
static void
look_at(struct judge_pool *p, struct worker *w)
{
	bool says = is_readable(w);
	bool able = says && hello_answer(w->socket, NULL) == DONE;

	(void)pthread_mutex_lock(&p->lock);
	if (able)
		take_in(p, w);
	else if (says)
		end(p, w, POOL_DEAD);
	else if (clock_ms() - w->given > START_DEADLINE)
		end(p, w, POOL_LATE);
	(void)pthread_mutex_unlock(&p->lock);
}

static bool
is_starting(struct judge_pool *p, const struct worker *w)
{
	bool starting;

	(void)pthread_mutex_lock(&p->lock);
	starting = w->state == WORKER_STARTING;
	(void)pthread_mutex_unlock(&p->lock);
	return starting;
}

void
judge_pool_look(struct judge_pool *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (is_starting(p, &p->workers[i]))
			look_at(p, &p->workers[i]);
}

unsigned
judge_pool_was_ready(struct judge_pool *p)
{
	unsigned ready;

	(void)pthread_mutex_lock(&p->lock);
	ready = p->was_ready;
	(void)pthread_mutex_unlock(&p->lock);
	return ready;
}

/* With the lock: an idle worker, one that is not spent if there is one. */
static struct worker *
find_idle(struct judge_pool *p)
{
	struct worker *spent = NULL;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		if (p->workers[i].state != WORKER_IDLE)
			continue;
		if (!p->workers[i].spent)
			return &p->workers[i];
		spent = &p->workers[i];
	}
	return spent;
}

/* With the lock: an idle worker that is alive, now busy, or NULL. */
static struct worker *
take_idle(struct judge_pool *p)
{
	struct worker *w;

	while ((w = find_idle(p)) != NULL) {
		/* It has nothing to say: so it has died, and no message is
		 * to blame. */
		if (is_readable(w)) {
			end(p, w, POOL_DEAD);
			continue;
		}
		w->state = WORKER_BUSY;
		return w;
	}
	return NULL;
}

/* Wait for an idle worker until the deadline; NULL when there is none. */
static struct worker *
take(struct judge_pool *p, int64_t deadline)
{
	struct timespec until = {
	    .tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000};
	struct worker *w;
	int e = 0;

	(void)pthread_mutex_lock(&p->lock);
	while (!(w = take_idle(p)) && e == 0)
		e = pthread_cond_timedwait(&p->idle, &p->lock, &until);
	(void)pthread_mutex_unlock(&p->lock);
	return w;
}

/* With the lock: a successor is wanted; until it is ready, this one stays. */
static void
spend(struct judge_pool *p, struct worker *w, enum judge_pool_end why)
{
	if (w->spent)
		return;
	w->spent = true;
	p->options.ended(p->options.arg, w->id, why);
}

/* The question is answered: the worker is idle again, or leaves. */
static void
give_back(struct judge_pool *p, struct worker *w, bool malformed)
{
	(void)pthread_mutex_lock(&p->lock);
	w->asked++;
	if (w->leaving || w->asked / SHARES_MAX >= p->options.messages) {
		end(p, w, POOL_RETIRED);
	} else {
		/*
		 * Not at once: whoever sends ten such messages a second would
		 * have no worker left for the mail of others.
		 */
		if (malformed)
			spend(p, w, POOL_TAINTED);
		else if (w->asked >= p->options.messages)
			spend(p, w, POOL_SPENT);
		w->state = WORKER_IDLE;
		(void)pthread_cond_signal(&p->idle);
	}
	(void)pthread_mutex_unlock(&p->lock);
}

static void
give_up(struct judge_pool *p, struct worker *w, enum judge_pool_end why)
{
	(void)pthread_mutex_lock(&p->lock);
	end(p, w, why);
	(void)pthread_mutex_unlock(&p->lock);
}

static uint32_t
next_question(struct judge_pool *p)
{
	uint32_t id;

	(void)pthread_mutex_lock(&p->lock);
	id = ++p->question;
	(void)pthread_mutex_unlock(&p->lock);
	return id;
}

enum outcome
judge_pool_judge(struct judge_pool *p, int fd,
    const struct judge_policy *policy, struct judgement *out,
    struct reason *why)
{
	int64_t start = clock_ms();
	int64_t end_of_all = start + LIMIT_JUDGE_DEADLINE;
	struct judge_request request = {
	    .fd = fd, .policy = policy, .known = p->options.known};
	struct reason detail;
	struct worker *w;
	enum outcome o;

	w = take(p, start + LIMIT_JUDGE_WAIT);
	if (!w)
		return reason_set(why, REASON_NO_WORKER,
		    "no judge was free within %d ms", LIMIT_JUDGE_WAIT);
	request.socket = w->socket;
	request.id = next_question(p);
	request.deadline = clock_ms() + p->options.deadline;
	if (request.deadline > end_of_all)
		request.deadline = end_of_all;
	o = judge_message(&request, out, &detail);
	if (o == DONE) {
		give_back(p, w, out->malformed);
		return DONE;
	}
	if (o == LATER && detail.code == REASON_NO_ANSWER) {
		give_up(p, w, POOL_LATE);
		return reason_set(why, REASON_WORKER_LATE, "%s", detail.text);
	}
	give_up(p, w, POOL_DEAD);
	if (detail.code == REASON_MEMORY || detail.code == REASON_WORKER_MEMORY)
		return reason_set(why, detail.code, "%s", detail.text);
	return reason_set(why, REASON_WORKER_DIED, "%s", detail.text);
}
