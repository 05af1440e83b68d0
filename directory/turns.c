#include "directory/turns.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct turn {
	struct turns *turns;
	unsigned i;
	pthread_t thread;
	pthread_cond_t come;
	bool lives;
};

/* The lock is held by the one that runs, and is free while it waits. */
struct turns {
	pthread_mutex_t lock;
	struct turn all[TURNS_MAX];
	unsigned n; /* of this run; 0: none runs */
	unsigned whose;
	unsigned number;
	void (*work)(void *arg, unsigned i);
	void *arg;
};

enum outcome
turns_new(struct turns **out, struct reason *why)
{
	struct turns *t = calloc(1, sizeof *t);

	if (t == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	(void)pthread_mutex_init(&t->lock, NULL);
	for (unsigned i = 0; i < TURNS_MAX; i++) {
		t->all[i].turns = t;
		t->all[i].i = i;
		(void)pthread_cond_init(&t->all[i].come, NULL);
	}
	*out = t;
	return DONE;
}

void
turns_free(struct turns *t)
{
	if (t == NULL)
		return;
	for (unsigned i = 0; i < TURNS_MAX; i++)
		(void)pthread_cond_destroy(&t->all[i].come);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Whoever lives and comes next gets the turn, in the end the same again. */
static void
next(struct turns *t)
{
	unsigned i = t->whose;

	do
		i = (i + 1) % t->n;
	while (!t->all[i].lives && i != t->whose);
	t->whose = i;
	(void)pthread_cond_signal(&t->all[i].come);
}

static void
await(struct turn *me)
{
	while (me->turns->whose != me->i)
		(void)pthread_cond_wait(&me->come, &me->turns->lock);
}

static void *
live(void *arg)
{
	struct turn *me = arg;
	struct turns *t = me->turns;

	(void)pthread_mutex_lock(&t->lock);
	await(me);
	t->work(t->arg, me->i);
	me->lives = false;
	next(t);
	(void)pthread_mutex_unlock(&t->lock);
	return NULL;
}

static void
run_all(struct turns *t, unsigned n, bool started[TURNS_MAX])
{
	t->number = t->number + 1 != 0 ? t->number + 1 : 1;
	t->n = n;
	t->whose = n - 1;
	(void)pthread_mutex_lock(&t->lock);
	for (unsigned i = 0; i < n; i++) {
		started[i] = pthread_create(&t->all[i].thread, NULL, live,
				 &t->all[i]) == 0;
		t->all[i].lives = started[i];
	}
	next(t);
	(void)pthread_mutex_unlock(&t->lock);
	for (unsigned i = 0; i < n; i++)
		if (started[i])
			(void)pthread_join(t->all[i].thread, NULL);
	t->n = 0;
}

void
turns_run(
    struct turns *t, unsigned n, void (*work)(void *arg, unsigned i), void *arg)
{
	bool started[TURNS_MAX] = {false};

	t->work = work;
	t->arg = arg;
	if (n > 1)
		run_all(t, n, started);
	for (unsigned i = 0; i < n; i++)
		if (!started[i])
			work(arg, i);
}

void
turns_pass(struct turns *t)
{
	struct turn *me = &t->all[t->whose];

	if (t->n == 0)
		return;
	next(t);
	await(me);
}

unsigned
turns_number(const struct turns *t)
{
	return t->n > 0 ? t->number : 0;
}
