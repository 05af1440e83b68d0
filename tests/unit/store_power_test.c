#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "store/tidy.h"
#include "tests/unit/power_vfs.h"
#include "tests/unit/sample.h"

/*
 * The power is cut at every write and sync that SQLite makes on a harvest's
 * way through the store, and what had not been synced is there in part, down to
 * sectors.  Afterwards the file is whole, and holds exactly what it held after
 * the last step that said DONE, or after the next: nothing that was told is
 * lost, nothing is there twice, nothing by halves.
 */
#define NOW 1796000000
#define HARVESTS 3
#define STATE 4096
#define STRIDE 3	/* every so many writes; --long: all, and */
#define LONG_CHANCES 20 /* what else may have arrived, each time */

static char *folder;
static char path[300];
static char ids[HARVESTS][STORE_ID];
static struct reason why;

static enum outcome
take(struct store *s, unsigned n)
{
	struct harvest *h = sample_harvest(n, 1);
	enum outcome o = store_take(s, h, NOW, &why);

	harvest_digest(h, ids[n]);
	harvest_free(h);
	return o;
}

static enum outcome
take_first(struct store *s)
{
	return take(s, 0);
}

static enum outcome
take_second(struct store *s)
{
	return take(s, 1);
}

static enum outcome
take_third(struct store *s)
{
	return take(s, 2);
}

static enum outcome
put_off_two(struct store *s)
{
	struct reason down;
	enum outcome o;

	reason_set(&down, REASON_DIRECTORY_DOWN, "no answer");
	o = store_group_begin(s, &why);
	if (o != DONE)
		return o;
	o = store_put_off(s, ids[0], NOW + 9, &down, NOW, &why);
	if (o == DONE)
		o = store_put_off(s, ids[1], NOW + 8, &down, NOW, &why);
	if (o != DONE) {
		(void)!store_group_end(s, &why);
		return o;
	}
	return store_group_end(s, &why);
}

static enum outcome
intend_first(struct store *s)
{
	struct store_intent i = {.plan = "create",
	    .certificate = "aa",
	    .address = "partner0@example.org"};

	strcpy(i.id, ids[0]);
	return store_intend(s, &i, NOW, &why);
}

static enum outcome
publish_first(struct store *s)
{
	struct store_publication p = {.object = "1",
	    .certificate = "aa",
	    .published = NOW,
	    .address = "partner0@example.org"};
	struct reason ok;

	reason_set(&ok, REASON_OK, "fine");
	return store_settle(s, ids[0], DONE, &ok, &p, NOW, &why);
}

static enum outcome
refuse_second(struct store *s)
{
	struct reason no;

	reason_set(&no, REASON_REVOKED, "no");
	return store_settle(s, ids[1], REFUSED, &no, NULL, NOW, &why);
}

/* The refused one goes, and the pages that it took. */
static enum outcome
tidy(struct store *s)
{
	static const struct store_keep keep = {.notes = 86400,
	    .decided = 86400,
	    .held = 86400,
	    .walks = 86400,
	    .journal = 86400 * (int64_t)36500};
	struct store_tidying at = {.row = 0};
	enum outcome o;

	do
		o = store_tidy(s, &keep, &at, NOW + 30 * 86400, &why);
	while (o == DONE);
	return o == NOTHING ? DONE : o;
}

/* NULL: the store is closed, which writes all to its file, and opened. */
static enum outcome (*const steps[])(struct store *s) = {take_first,
    take_second, put_off_two, intend_first, publish_first, NULL, take_third,
    refuse_second, NULL, tidy, NULL};
#define STEPS (sizeof steps / sizeof steps[0])

struct text {
	char at[STATE];
	size_t used;
};

static void
say_row(void *arg, const struct store_row *row)
{
	struct text *t = arg;

	t->used += (size_t)snprintf(t->at + t->used, STATE - t->used,
	    "%s %s %lld %u\n", row->address, row->state, (long long)row->due,
	    row->tries);
}

static void
say_entry(void *arg, const struct store_entry *e)
{
	struct text *t = arg;

	t->used += (size_t)snprintf(
	    t->at + t->used, STATE - t->used, "%s %s\n", e->what, e->address);
}

static void
say_intent(void *arg, const struct store_intent *i)
{
	struct text *t = arg;

	t->used += (size_t)snprintf(
	    t->at + t->used, STATE - t->used, "intent %s\n", i->address);
}

/* All that can be told from behind the door. */
static void
state_of(struct store *s, char out[STATE])
{
	struct store_publication p;
	struct text t = {.used = 0};
	char address[ADDRESS_SIZE];
	unsigned i;

	assert_int_equal(DONE, store_check(s, &why));
	for (i = 0; i < HARVESTS; i++) {
		snprintf(address, sizeof address, "partner%u@example.org", i);
		assert_int_equal(
		    DONE, store_show(s, address, 8, say_row, &t, &why));
		if (store_published(s, address, &p, &why) == DONE)
			t.used += (size_t)snprintf(t.at + t.used,
			    STATE - t.used, "published %s\n", p.certificate);
	}
	assert_int_equal(DONE, store_intents(s, say_intent, &t, &why));
	assert_int_equal(DONE, store_journal(s, NULL, 99, say_entry, &t, &why));
	assert_true(t.used < STATE);
	memcpy(out, t.at, t.used);
	out[t.used] = '\0';
}

/* Go on with the steps from one on; returns the first that failed, or STEPS. */
static size_t
go_on(struct store **s, size_t from, char (*states)[STATE])
{
	enum outcome o;
	size_t i;

	for (i = from; i < STEPS; i++) {
		o = DONE;
		if (steps[i] != NULL) {
			o = steps[i](*s);
		} else {
			store_close(*s);
			*s = NULL;
			o = store_open(path, s, &why);
		}
		if (o != DONE)
			return i;
		if (states != NULL)
			state_of(*s, states[i]);
	}
	return i;
}

static void
start(void)
{
	folder = sample_folder();
	snprintf(path, sizeof path, "%s/store.db", folder);
}

/* What the memory of the machine held is gone. */
static struct store *
open_after_cut(void)
{
	struct store *s = NULL;
	char shm[310];

	snprintf(shm, sizeof shm, "%s-shm", path);
	(void)unlink(shm);
	if (store_open(path, &s, &why) != DONE)
		fail_msg("%s", why.text);
	return s;
}

/* Whether the power was cut at all. */
static bool
one_run(unsigned nth, unsigned chance, char (*states)[STATE])
{
	char *now = calloc(1, STATE);
	struct store *s = NULL;
	size_t done = 0;
	bool cut;

	assert_non_null(now);
	start();
	power_vfs_arm(nth);
	if (store_open(path, &s, &why) == DONE)
		done = go_on(&s, 0, NULL);
	store_close(s);
	cut = power_vfs_restore(chance);
	s = open_after_cut();
	state_of(s, now);
	/* state 0 is that of an empty store, before all steps */
	if (strcmp(now, states[done]) != 0 &&
	    (done == STEPS || strcmp(now, states[done + 1]) != 0))
		fail_msg("cut %u, chance %u, after %zu steps:\n%swanted:\n%s",
		    nth, chance, done, now, states[done]);
	/* tidying is made of several */
	if (done < STEPS && strcmp(now, states[done]) != 0)
		done++;
	assert_int_equal(go_on(&s, done, NULL), STEPS);
	state_of(s, now);
	assert_string_equal(now, states[STEPS]);
	store_close(s);
	sample_remove(folder);
	free(now);
	return cut;
}

static void
the_power_is_cut_everywhere(void **state)
{
	bool all = getenv("CERTHARVEST_LONG") != NULL;
	unsigned chances = all ? LONG_CHANCES : 1, stride = all ? 1 : STRIDE;
	char(*states)[STATE] = calloc(STEPS + 1, STATE);
	struct store *s = NULL;
	unsigned nth, chance;
	bool cut = true;

	(void)state;
	assert_non_null(states);
	start();
	assert_int_equal(DONE, store_open(path, &s, &why));
	state_of(s, states[0]);
	assert_int_equal(go_on(&s, 0, states + 1), STEPS);
	store_close(s);
	sample_remove(folder);
	for (nth = 1; cut; nth += stride)
		for (chance = 0; cut && chance < chances; chance++)
			cut = one_run(nth, nth * 101 + chance, states);
	print_message(
	    "%u of %u times, %u ways each\n", nth / stride, nth, chances);
	assert_true(nth > 200);
	free(states);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_power_is_cut_everywhere),
	};

	power_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
