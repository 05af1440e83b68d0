#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "tests/unit/fault_vfs.h"
#include "tests/unit/sample.h"

/*
 * Every call that SQLite makes to the disk fails once, with every code it
 * can fail with, while a store is opened, used and closed.  No answer may be
 * wrong: what said DONE is there afterwards, what failed can be done again
 * with the same handle, and the file is whole.
 */
#define NOW 1796000000
#define HARVESTS 4

static const struct {
	enum fault_call call;
	int code;
	unsigned at_least; /* times that it must have happened */
} faults[] = {
    {FAULT_OPEN, SQLITE_CANTOPEN, 2},
    {FAULT_READ, SQLITE_IOERR_READ, 2},
    {FAULT_READ, SQLITE_CORRUPT, 2},
    {FAULT_WRITE, SQLITE_FULL, 20},
    {FAULT_WRITE, SQLITE_IOERR_WRITE, 20},
    {FAULT_WRITE, SQLITE_READONLY, 20},
    {FAULT_SYNC, SQLITE_IOERR_FSYNC, 10},
    {FAULT_TRUNCATE, SQLITE_IOERR_TRUNCATE, 0},
    {FAULT_LOCK, SQLITE_BUSY, 1},
    {FAULT_LOCK, SQLITE_IOERR_LOCK, 1},
    {FAULT_SHM_MAP, SQLITE_IOERR_SHMMAP, 1},
    {FAULT_SHM_MAP, SQLITE_NOMEM, 1},
    {FAULT_SHM_LOCK, SQLITE_BUSY, 10},
    {FAULT_SHM_LOCK, SQLITE_IOERR_SHMLOCK, 10},
};

static char *folder;
static char path[300];
static unsigned failures;

/* Try, and after a failure once more: it must work then. */
#define MUST(call)                                                             \
	do {                                                                   \
		struct reason why_;                                            \
		enum outcome o_;                                               \
                                                                               \
		reason_clear(&why_);                                           \
		o_ = (call);                                                   \
		if (o_ != DONE && o_ != NOTHING) {                             \
			assert_true(o_ == LATER || o_ == BROKEN);              \
			assert_int_not_equal(why_.code, REASON_OK);            \
			failures++;                                            \
			o_ = (call);                                           \
		}                                                              \
		if (o_ != DONE && o_ != NOTHING)                               \
			fail_msg("%s: %s", #call, why_.text);                  \
	} while (0)

static void
settle(struct store *s, struct harvest *h, const char *id)
{
	struct store_intent i = {.plan = "create", .certificate = "aa"};
	struct store_publication p = {.object = "1", .published = NOW};
	struct reason ok;

	reason_set(&ok, REASON_OK, "fine");
	strcpy(i.id, id);
	strcpy(i.address, h->address);
	strcpy(p.address, h->address);
	MUST(store_intend(s, &i, NOW, &why_));
	MUST(store_settle(s, id, DONE, &ok, &p, NOW, &why_));
}

/* Both or none, whatever fails. */
static enum outcome
together(struct store *s, const char *one, const char *other,
    const struct reason *down, struct reason *why)
{
	enum outcome o, end;

	o = store_group_begin(s, why);
	if (o != DONE)
		return o;
	o = store_put_off(s, one, NOW + 99, down, NOW, why);
	if (o == DONE)
		o = store_put_off(s, other, NOW, down, NOW, why);
	end = store_group_end(s, why);
	return o == DONE ? end : o;
}

static void
group_of_two(struct store *s, const char *one, const char *other,
    const struct reason *down)
{
	MUST(together(s, one, other, down, &why_));
}

/* Take all, put the first off, publish the second. */
static void
use(struct store *s)
{
	struct harvest *h[HARVESTS];
	char id[HARVESTS][STORE_ID];
	struct reason down;
	unsigned i;

	for (i = 0; i < HARVESTS; i++) {
		h[i] = sample_harvest(i, 1);
		harvest_digest(h[i], id[i]);
		MUST(store_take(s, h[i], NOW, &why_));
	}
	reason_set(&down, REASON_DIRECTORY_DOWN, "no answer");
	group_of_two(s, id[0], id[1], &down);
	settle(s, h[1], id[1]);
	for (i = 0; i < HARVESTS; i++)
		harvest_free(h[i]);
}

static void
none_intended(void *arg, const struct store_intent *intent)
{
	(void)arg;
	fail_msg("%s is still intended", intent->id);
}

static void
all_is_there(struct store *s)
{
	struct store_publication p;
	struct store_counts c;
	struct reason why;

	assert_int_equal(DONE, store_check(s, &why));
	assert_int_equal(DONE, store_count(s, &c, &why));
	assert_int_equal(HARVESTS - 1, c.due);
	assert_int_equal(1, c.published);
	assert_int_equal(
	    DONE, store_published(s, "partner1@example.org", &p, &why));
	assert_int_equal(DONE, store_intents(s, none_intended, NULL, &why));
}

/* Whether the fault happened at all. */
static bool
one_run(enum fault_call call, unsigned nth, int code)
{
	struct store *s = NULL;
	struct reason why;
	bool happened;

	folder = sample_folder();
	snprintf(path, sizeof path, "%s/store.db", folder);
	fault_vfs_arm(call, nth, code);
	MUST(store_open(path, &s, &why_));
	use(s);
	store_close(s);
	happened = fault_vfs_disarm();
	s = NULL;
	if (store_open(path, &s, &why) != DONE)
		fail_msg("%s", why.text);
	all_is_there(s);
	store_close(s);
	sample_remove(folder);
	return happened;
}

static void
every_call_fails_once(void **state)
{
	unsigned i, nth;

	(void)state;
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		failures = 0;
		for (nth = 1; one_run(faults[i].call, nth, faults[i].code);
		     nth++)
			assert_true(nth < 10000);
		print_message("call %d, code %d: %u times, %u seen\n",
		    faults[i].call, faults[i].code, nth - 1, failures);
		assert_true(nth > faults[i].at_least);
	}
}

static enum outcome
first_is_due(struct store *s, int64_t now, struct reason *why)
{
	int64_t due;
	enum outcome o = store_due(s, &due, why);

	return o == DONE && due > now ? NOTHING : o;
}

/* A group in which the connection fell ill says so in the end, and nothing of
 * it was written, whatever its members said. */
static void
a_sick_group_writes_nothing(void **state)
{
	struct store *s = NULL;
	struct reason down, why;
	struct store_counts c;
	char id[STORE_ID];
	struct harvest *h;
	enum outcome o;

	(void)state;
	folder = sample_folder();
	snprintf(path, sizeof path, "%s/store.db", folder);
	reason_set(&down, REASON_DIRECTORY_DOWN, "no answer");
	h = sample_harvest(0, 1);
	harvest_digest(h, id);
	assert_int_equal(DONE, store_open(path, &s, &why));
	assert_int_equal(DONE, store_take(s, h, NOW, &why));
	store_close(s);
	s = NULL;
	/* a new one has read nothing yet of what it will need */
	assert_int_equal(DONE, store_open(path, &s, &why));
	assert_int_equal(DONE, store_group_begin(s, &why));
	assert_int_equal(
	    DONE, store_put_off(s, id, NOW + 99, &down, NOW, &why));
	fault_vfs_arm(FAULT_READ, 1, SQLITE_IOERR_READ);
	o = store_known(s, 1, NULL, NULL, &why);
	assert_true(o == LATER || o == BROKEN);
	assert_true(fault_vfs_disarm());
	o = store_group_end(s, &why);
	assert_true(o == LATER || o == BROKEN);
	assert_int_equal(DONE, first_is_due(s, NOW, &why)); /* not put off */
	assert_int_equal(DONE, store_count(s, &c, &why));
	assert_int_equal(1, c.due);
	assert_int_equal(DONE, store_group_begin(s, &why));
	assert_int_equal(
	    DONE, store_put_off(s, id, NOW + 99, &down, NOW, &why));
	assert_int_equal(DONE, store_group_end(s, &why));
	assert_int_equal(NOTHING, first_is_due(s, NOW, &why));
	store_close(s);
	harvest_free(h);
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sick_group_writes_nothing),
	    cmocka_unit_test(every_call_fails_once),
	};

	fault_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
