#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/metrics.h"
#include "publisher/life.h"

/* Whoever else changes the contact at the same time wins at most so often
 * before the harvest is put off. */
#define ROUNDS 3

static void
life_start(struct life *l, struct group *g, struct publish_job *j)
{
	memset(&j->report, 0, sizeof j->report);
	j->untouched = false;
	j->outcome = DONE;
	l->group = g;
	l->job = j;
	l->harvest = j->harvest;
	l->report = &j->report;
}

struct group *
group_new(struct setup *s, struct store *store, struct publish_job *jobs,
    unsigned n, const struct phase *phases, unsigned n_phases)
{
	struct group *g = calloc(1, sizeof *g);
	struct life *lives = calloc(n, sizeof *lives);

	if (g == NULL || lives == NULL) {
		free(g);
		free(lives);
		return NULL;
	}
	g->setup = s;
	g->store = store;
	g->now = clock_now();
	g->phases = phases;
	g->n_phases = n_phases;
	g->lives = lives;
	g->n = n;
	for (unsigned i = 0; i < n; i++)
		life_start(&lives[i], g, &jobs[i]);
	return g;
}

/* Lead all that go on through one step of their lives. */
static void
each(struct group *g, enum outcome (*one)(struct life *l, struct reason *why))
{
	for (unsigned i = 0; i < g->n; i++) {
		struct life *l = &g->lives[i];

		if (l->ended)
			continue;
		l->job->outcome = one(l, &l->report->why);
		l->ended = l->ended || l->job->outcome != DONE;
	}
}

/* What failed for all of them. */
static void
end_all(struct group *g, enum outcome o, const struct reason *why)
{
	for (unsigned i = 0; i < g->n; i++) {
		struct life *l = &g->lives[i];

		if (l->ended)
			continue;
		l->job->outcome = o;
		l->report->why = *why;
		l->ended = true;
	}
}

static unsigned
going_on(const struct group *g)
{
	unsigned n = 0;

	for (unsigned i = 0; i < g->n; i++)
		n += !g->lives[i].ended;
	return n;
}

static void
each_together(struct group *g, const struct phase *phase)
{
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	o = store_group_begin(g->store, &why);
	if (o == DONE) {
		each(g, phase->one);
		o = store_group_end(g->store, &why);
	}
	if (o != DONE)
		end_all(g, o, &why);
}

static void
put_asks(struct group *g, const struct phase *phase)
{
	g->n_asks = 0;
	for (unsigned i = 0; i < g->n; i++) {
		struct life *l = &g->lives[i];

		l->ask = NULL;
		if (l->ended || (phase->needs != NULL && !phase->needs(l)))
			continue;
		l->ask = &g->asks[g->n_asks++];
		memset(l->ask, 0, sizeof *l->ask);
		phase->put(l, l->ask);
	}
}

/* Where somebody else was there, they go round once more; whoever came
 * through all phases has ended. */
static void
go_round(struct group *g)
{
	if (++g->round >= ROUNDS)
		return;
	for (unsigned i = 0; i < g->n; i++) {
		struct life *l = &g->lives[i];

		l->ended = l->job->outcome != LATER ||
		    l->report->why.code != REASON_DIRECTORY_RACE;
	}
	for (unsigned i = 0; going_on(g) > 0 && i < g->n_phases; i++)
		if (g->phases[i].again)
			g->phase = i;
}

bool
publish_work(struct group *g)
{
	while (g->phase < g->n_phases) {
		const struct phase *phase = &g->phases[g->phase++];

		if (going_on(g) > 0 && phase->put != NULL) {
			put_asks(g, phase);
			if (g->n_asks > 0)
				return true;
		} else if (going_on(g) > 0 && phase->together)
			each_together(g, phase);
		else if (going_on(g) > 0)
			each(g, phase->one);
		if (g->phase == g->n_phases)
			go_round(g);
	}
	return false;
}

/* Who is not to be asked for any more has his end. */
static void
ask_still(struct group *g, const struct phase *phase)
{
	if (phase->renew != NULL)
		each(g, phase->renew);
	each(g, phase->still);
	put_asks(g, phase);
}

void
publish_ask(struct group *g)
{
	const struct phase *phase = &g->phases[g->phase - 1];

	if (phase->still != NULL)
		ask_still(g, phase);
	if (g->n_asks > 0)
		directory_child_ask(g->setup->directory, g->asks, g->n_asks);
}

void
publish_hear(struct group *g)
{
	directory_child_hear(g->setup->directory, g->asks, g->n_asks);
	for (unsigned i = 0; i < g->n_asks; i++)
		if (g->asks[i].us > 0)
			metrics_observe(g->asks[i].change != NULL
				? HISTOGRAM_DIRECTORY_WRITE
				: HISTOGRAM_DIRECTORY_FIND,
			    g->asks[i].us);
}

void
publish_end(struct group *g)
{
	if (g == NULL)
		return;
	for (unsigned i = 0; i < g->n; i++) {
		contact_clear(&g->lives[i].contact);
		change_clear(&g->lives[i].change);
		shadows_clear(&g->lives[i].shadows);
		free(g->lives[i].values);
	}
	free(g->lives);
	free(g);
}
