#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/log.h"
#include "publisher/batch.h"
#include "publisher/recover.h"
#include "publisher/work_orders.h"

/*
 * The order of things in a step: everything that work.c calls only writes
 * down that it was called.  A batch is a letter; it asks the directory as
 * often as the script says, and ends as it says.
 */
struct batch {
	char name;
	unsigned asks;		  /* left */
	enum reason_code end;	  /* OK: the directory answered */
	unsigned taken, finished; /* once each */
};

static struct batch batches[2];
static char said[400];
static bool waiting; /* between asking the directory and its answer */

static void
say(const char *what, const struct batch *b)
{
	size_t used = strlen(said);

	snprintf(said + used, sizeof said - used, "%s%.1s ", what,
	    b != NULL ? &b->name : "");
}

struct batch *
batch_take(struct work *w, struct store_place *place)
{
	(void)w;
	(void)place;
	for (unsigned i = 0; i < 2; i++)
		if (batches[i].name != '\0' && batches[i].taken == 0) {
			batches[i].taken++;
			return &batches[i];
		}
	return NULL;
}

struct group *
batch_peek_group(struct batch *b)
{
	return (struct group *)b;
}

bool
publish_work(struct group *g)
{
	struct batch *b = (struct batch *)g;

	return b->asks > 0;
}

void
publish_ask(struct group *g)
{
	struct batch *b = (struct batch *)g;

	assert_false(waiting);
	waiting = true;
	b->asks--;
	say("?", b);
}

void
publish_hear(struct group *g)
{
	assert_true(waiting);
	waiting = false;
	say("!", (struct batch *)g);
}

void
batch_give_back(struct work *w, struct batch *b)
{
	struct reason why;
	enum outcome o = DONE;

	say("end-", b);
	b->finished++;
	if (b->end != REASON_OK)
		o = reason_set(&why, b->end, "as the script says");
	if (o == LATER || o == BROKEN)
		work_stage_failed(w, o, &why);
	else
		work_stage_passed(w);
}

enum outcome
setup_renew_directory(struct setup *s, struct reason *why)
{
	(void)s;
	(void)why;
	/* the other batch would wait for an answer for ever */
	assert_false(waiting);
	say("renew", NULL);
	return DONE;
}

/* How it ends that the judge is told whom not to believe. */
static enum reason_code telling;

enum outcome
setup_keep_distrust(struct setup *s, struct store *store, struct reason *why)
{
	(void)s;
	(void)store;
	return telling == REASON_OK
	    ? DONE
	    : reason_set(why, telling, "as the script says");
}

enum outcome
recover(struct setup *s, struct store *store, struct reason *why)
{
	(void)s;
	(void)store;
	(void)why;
	say("recover", NULL);
	return DONE;
}

enum outcome
release_step(struct release *r, const struct setup *s, struct store *store,
    struct reason *why)
{
	(void)r;
	(void)s;
	(void)store;
	(void)why;
	return NOTHING;
}

enum outcome
walk_step(
    struct walker *k, struct setup *s, struct store *store, struct reason *why)
{
	(void)k;
	(void)s;
	(void)store;
	(void)why;
	return NOTHING;
}

enum outcome
work_orders_step(struct work *w)
{
	(void)w;
	return NOTHING;
}

enum outcome
work_orders_due(struct work *w, int64_t *out)
{
	(void)w;
	(void)out;
	return NOTHING;
}

enum outcome
store_make_due(struct store *s, int64_t now, struct reason *why)
{
	(void)s;
	(void)now;
	(void)why;
	say("make-due", NULL);
	return DONE;
}

enum outcome
store_due(struct store *s, int64_t *out, struct reason *why)
{
	(void)s;
	(void)out;
	(void)why;
	return NOTHING;
}

static struct setup setup = {.retry = {30, 60}};
static struct work w;

static int
start(void **state)
{
	(void)state;
	memset(&w, 0, sizeof w);
	memset(batches, 0, sizeof batches);
	w.setup = &setup;
	w.recovered = true;
	gate_init(&w.gate);
	gate_init(&w.shelf);
	said[0] = '\0';
	waiting = false;
	telling = REASON_OK;
	return 0;
}

static void
steps(unsigned n, const char *expected)
{
	for (unsigned i = 0; i < n; i++) {
		say("|", NULL);
		(void)!work_step(&w);
	}
	assert_string_equal(said, expected);
	said[0] = '\0';
}

/* Our fault: secrets may be other ones by now.  But not while the other batch
 * waits, nor before the next step, whose gate is closed. */
static void
a_new_child_between_two_steps_alone(void **state)
{
	(void)state;
	batches[0] = (struct batch){
	    .name = 'a', .asks = 1, .end = REASON_DIRECTORY_AUTH};
	batches[1] = (struct batch){.name = 'b', .asks = 2};
	assert_int_equal(reason_outcome(REASON_DIRECTORY_AUTH), BROKEN);
	steps(1, "| ?a !a ?b end-a !b ?b !b end-b ");
	steps(3, "| renew | | ");
	assert_int_equal(batches[0].finished + batches[1].finished, 2);
}

/* Once, however many were of that mind. */
static void
one_new_child_for_all(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++)
		batches[i] = (struct batch){
		    .name = "ab"[i], .asks = 1, .end = REASON_DIRECTORY_AUTH};
	steps(1, "| ?a !a ?b end-a !b end-b ");
	assert_int_equal(w.gate.state, GATE_PAUSED);
	steps(2, "| renew | ");
}

/* The world's fault: the child is as good as another. */
static void
none_when_the_world_fails(void **state)
{
	(void)state;
	batches[0] = (struct batch){
	    .name = 'a', .asks = 1, .end = REASON_DIRECTORY_DOWN};
	assert_int_equal(reason_outcome(REASON_DIRECTORY_DOWN), LATER);
	steps(3, "| ?a !a end-a | | ");
	assert_int_equal(w.gate.state, GATE_DOWN);
}

/* Also for what was cut off before, when nothing else may be done. */
static void
also_while_halted(void **state)
{
	(void)state;
	w.renew = true;
	w.halted = true;
	steps(2, "| renew | ");
	w.recovered = false;
	w.halted = false;
	w.renew = true;
	steps(1, "| renew recover ");
}

/* Nothing is begun while the judge cannot be told. */
static void
not_on_a_word_that_was_taken_back(void **state)
{
	(void)state;
	batches[0] = (struct batch){.name = 'a', .asks = 1};
	telling = REASON_NO_ANCHORS;
	steps(2, "| | renew ");
	assert_int_equal(w.gate.state, GATE_PAUSED);
	gate_init(&w.gate);
	telling = REASON_STORE_BUSY;
	steps(1, "| ");
	assert_int_equal(w.gate.state, GATE_OPEN);
	assert_int_not_equal(w.shelf.state, GATE_OPEN);
	gate_init(&w.shelf);
	telling = REASON_OK;
	steps(1, "| ?a !a end-a ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_new_child_between_two_steps_alone, start),
	    cmocka_unit_test_setup(one_new_child_for_all, start),
	    cmocka_unit_test_setup(none_when_the_world_fails, start),
	    cmocka_unit_test_setup(also_while_halted, start),
	    cmocka_unit_test_setup(not_on_a_word_that_was_taken_back, start),
	};

	log_open("work_test", LOG_TO_STDERR, LOG_CRIT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
