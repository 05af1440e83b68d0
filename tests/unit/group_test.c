#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "publisher/life.h"

/*
 * A table of phases of our own, with a directory and a store that only write
 * down that they were asked: each phase is a letter, each life a number.
 */
static struct {
	char said[1000]; /* what happened, in this order */
	struct turn {
		char phase;
		unsigned life;
		enum reason_code code; /* so it ends there, */
		unsigned times;	       /* so often */
	} turns[6];
	enum reason_code begin, end; /* of the store's group */
} script;

static struct publish_job jobs[3];

static void
say(const char *what)
{
	size_t used = strlen(script.said);

	snprintf(script.said + used, sizeof script.said - used, "%s ", what);
}

enum outcome
store_group_begin(struct store *s, struct reason *why)
{
	(void)s;
	say("[");
	return script.begin == REASON_OK
	    ? DONE
	    : reason_set(why, script.begin, "begin");
}

enum outcome
store_group_end(struct store *s, struct reason *why)
{
	(void)s;
	say("]");
	return script.end == REASON_OK ? DONE
				       : reason_set(why, script.end, "end");
}

void
directory_child_ask(
    struct directory_child *c, struct directory_ask *asks, unsigned n)
{
	(void)c;
	for (unsigned i = 0; i < n; i++)
		asks[i].outcome = DONE;
	say("?");
}

void
directory_child_hear(
    struct directory_child *c, struct directory_ask *asks, unsigned n)
{
	(void)c;
	(void)asks;
	(void)n;
	say("!");
}

static enum outcome
step(struct life *l, char phase, struct reason *why)
{
	unsigned number = (unsigned)(l->job - jobs);
	char word[8];

	snprintf(word, sizeof word, "%c%u", phase, number);
	say(word);
	for (unsigned i = 0; i < 6; i++) {
		struct turn *t = &script.turns[i];

		if (t->phase != phase || t->life != number || t->times == 0)
			continue;
		t->times--;
		return reason_set(why, t->code, "as the script says");
	}
	return DONE;
}

static enum outcome
first(struct life *l, struct reason *why)
{
	return step(l, 'a', why);
}

static void
put_find(struct life *l, struct directory_ask *ask)
{
	(void)!step(l, 'F', NULL);
	ask->address = "x";
}

static enum outcome
found(struct life *l, struct reason *why)
{
	assert_non_null(l->ask);
	return step(l, 'f', why);
}

static bool
is_second(const struct life *l)
{
	return l->job == &jobs[1];
}

static void
put_get(struct life *l, struct directory_ask *ask)
{
	(void)!step(l, 'G', NULL);
	ask->object = "x";
}

static enum outcome
got(struct life *l, struct reason *why)
{
	/* asked for the second alone */
	assert_int_equal(l->ask != NULL, is_second(l));
	return step(l, 'g', why);
}

static enum outcome
intend(struct life *l, struct reason *why)
{
	return step(l, 'i', why);
}

static enum outcome
last(struct life *l, struct reason *why)
{
	return step(l, 'z', why);
}

static enum outcome
still(struct life *l, struct reason *why)
{
	return step(l, 's', why);
}

static enum outcome
renew(struct life *l, struct reason *why)
{
	return step(l, 'r', why);
}

static void
put_write(struct life *l, struct directory_ask *ask)
{
	(void)!step(l, 'W', NULL);
	ask->object = "x";
}

static const struct phase with_still[] = {
    {.put = put_write, .still = still},
    {.one = last},
};

static const struct phase with_renew[] = {
    {.put = put_write, .renew = renew, .still = still},
    {.one = last},
};

static const struct phase phases[] = {
    {.one = first},
    {.put = put_find, .again = true},
    {.one = found},
    {.put = put_get, .needs = is_second},
    {.one = got},
    {.one = intend, .together = true},
    {.one = last},
};

/* Lead three of them to their end. */
static void
lead_through(const struct phase *way, unsigned n)
{
	struct setup setup = {.directory = NULL};
	struct group *g;

	script.said[0] = '\0';
	memset(jobs, 0, sizeof jobs);
	g = group_new(&setup, NULL, jobs, 3, way, n);
	assert_non_null(g);
	while (publish_work(g)) {
		publish_ask(g);
		publish_hear(g);
	}
	assert_false(publish_work(g)); /* the end is the end */
	publish_end(g);
}

static void
lead(void)
{
	lead_through(phases, sizeof phases / sizeof phases[0]);
}

static void
outcomes(enum outcome a, enum outcome b, enum outcome c)
{
	assert_int_equal(jobs[0].outcome, a);
	assert_int_equal(jobs[1].outcome, b);
	assert_int_equal(jobs[2].outcome, c);
}

static int
forget(void **state)
{
	(void)state;
	memset(&script, 0, sizeof script);
	return 0;
}

/* The directory is asked once for all, and waited for once. */
static void
all_go_through_together(void **state)
{
	(void)state;
	lead();
	assert_string_equal(script.said,
	    "a0 a1 a2 F0 F1 F2 ? ! f0 f1 f2 G1 ? ! g0 g1 g2 [ i0 i1 i2 ] "
	    "z0 z1 z2 ");
	outcomes(DONE, DONE, DONE);
}

static void
who_ends_is_not_asked_for_any_more(void **state)
{
	(void)state;
	script.turns[0] = (struct turn){'a', 0, REASON_DOMAIN_BLOCKED, 1};
	script.turns[1] = (struct turn){'f', 1, REASON_KEY_CHANGE, 1};
	lead();
	assert_string_equal(
	    script.said, "a0 a1 a2 F1 F2 ? ! f1 f2 g2 [ i2 ] z2 ");
	outcomes(reason_outcome(REASON_DOMAIN_BLOCKED), HELD, DONE);
	assert_int_equal(jobs[1].report.why.code, REASON_KEY_CHANGE);
	assert_string_equal(jobs[1].report.why.text, "as the script says");
}

/* What all of them end at asks nobody anything. */
static void
nobody_is_left(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		script.turns[i] = (struct turn){'a', i, REASON_CHAIN_BAD, 1};
	lead();
	assert_string_equal(script.said, "a0 a1 a2 ");
	outcomes(REFUSED, REFUSED, REFUSED);
}

/* Somebody else was there: only he goes round again, from the finding on,
 * and three times in all. */
static void
a_race_is_run_again(void **state)
{
	(void)state;
	script.turns[0] = (struct turn){'z', 1, REASON_DIRECTORY_RACE, 2};
	script.turns[1] = (struct turn){'z', 2, REASON_DIRECTORY_BUSY, 9};
	lead();
	assert_string_equal(script.said,
	    "a0 a1 a2 F0 F1 F2 ? ! f0 f1 f2 G1 ? ! g0 g1 g2 [ i0 i1 i2 ] "
	    "z0 z1 z2 "
	    "F1 ? ! f1 G1 ? ! g1 [ i1 ] z1 "
	    "F1 ? ! f1 G1 ? ! g1 [ i1 ] z1 ");
	outcomes(DONE, DONE, LATER);
	assert_int_equal(jobs[2].report.why.code, REASON_DIRECTORY_BUSY);

	script.turns[0] = (struct turn){'z', 0, REASON_DIRECTORY_RACE, 99};
	script.turns[1].times = 0;
	lead();
	outcomes(LATER, DONE, DONE);
	assert_int_equal(jobs[0].report.why.code, REASON_DIRECTORY_RACE);
	assert_int_equal(script.turns[0].times, 99 - 3);
}

/* What was not written for all of them was written for none: but who ended
 * before keeps his end. */
static void
the_store_fails_for_all(void **state)
{
	(void)state;
	script.turns[0] = (struct turn){'i', 0, REASON_UNCHANGED, 1};
	script.end = REASON_STORE_FULL;
	lead();
	assert_null(strchr(script.said, 'z'));
	outcomes(NOTHING, LATER, LATER);
	assert_int_equal(jobs[2].report.why.code, REASON_STORE_FULL);

	script.turns[0].times = 0;
	script.end = REASON_OK;
	script.begin = REASON_STORE_IO;
	lead();
	assert_null(strchr(script.said, 'i'));
	outcomes(BROKEN, BROKEN, BROKEN);
	assert_string_equal(jobs[1].report.why.text, "begin");
}

/* Who is not wanted any more when it is his turn is not asked for; and where
 * nobody is, nobody is asked. */
static void
is_still_wanted(void **state)
{
	(void)state;
	script.turns[0] = (struct turn){'s', 1, REASON_BANNED, 1};
	lead_through(with_still, 2);
	assert_string_equal(script.said, "W0 W1 W2 s0 s1 s2 W0 W2 ? ! z0 z2 ");
	outcomes(DONE, REFUSED, DONE);
	for (unsigned i = 0; i < 3; i++)
		script.turns[i] = (struct turn){'s', i, REASON_VETO, 1};
	lead_through(with_still, 2);
	assert_null(strchr(script.said, '?'));
	outcomes(HELD, HELD, HELD);
}

/* Whatever is said while one is looked at anew counts for all of them. */
static void
nothing_comes_between(void **state)
{
	(void)state;
	script.turns[0] = (struct turn){'r', 0, REASON_CA_REJECTED, 1};
	script.turns[1] = (struct turn){'s', 1, REASON_BANNED, 1};
	lead_through(with_renew, 2);
	assert_string_equal(script.said, "W0 W1 W2 r0 r1 r2 s1 s2 W2 ? ! z2 ");
	outcomes(REFUSED, REFUSED, DONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(all_go_through_together, forget),
	    cmocka_unit_test_setup(who_ends_is_not_asked_for_any_more, forget),
	    cmocka_unit_test_setup(nobody_is_left, forget),
	    cmocka_unit_test_setup(a_race_is_run_again, forget),
	    cmocka_unit_test_setup(the_store_fails_for_all, forget),
	    cmocka_unit_test_setup(is_still_wanted, forget),
	    cmocka_unit_test_setup(nothing_comes_between, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
