#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "store/tidy.h"
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

/* Each kind of call with each kind of code, but for what is_told() says. */
static const struct {
	enum fault_call call;
	int io;		   /* its own */
	unsigned at_least; /* times that it must have happened */
} calls[] = {
    {FAULT_OPEN, SQLITE_CANTOPEN, 2},
    {FAULT_READ, SQLITE_IOERR_READ, 20},
    {FAULT_WRITE, SQLITE_IOERR_WRITE, 200},
    {FAULT_SYNC, SQLITE_IOERR_FSYNC, 10},
    {FAULT_TRUNCATE, SQLITE_IOERR_TRUNCATE, 0},
    {FAULT_LOCK, SQLITE_IOERR_LOCK, 1},
    {FAULT_SHM_MAP, SQLITE_IOERR_SHMMAP, 1},
    {FAULT_SHM_LOCK, SQLITE_IOERR_SHMLOCK, 20},
};
#define ITS_OWN 0

static const int codes[] = {SQLITE_BUSY, SQLITE_FULL, ITS_OWN, SQLITE_CORRUPT,
    SQLITE_NOMEM, SQLITE_READONLY};

/* Every so many of the calls, or all of them: run-tests --long. */
#define STRIDE 11

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

static void
look_at_next(struct store *s)
{
	struct harvest *h = NULL;
	char id[STORE_ID];
	unsigned tries;

	MUST(store_next(s, NOW, &h, id, &tries, &why_));
	harvest_free(h);
}

static enum outcome
tidy(struct store *s, struct reason *why)
{
	static const struct store_keep keep = {.notes = 86400,
	    .decided = 86400,
	    .held = 86400,
	    .walks = 86400,
	    .journal = 86400};
	struct store_tidying at = {.row = 0};
	enum outcome o;

	do
		o = store_tidy(s, &keep, &at, NOW, why);
	while (o == DONE);
	return o;
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
	look_at_next(s);
	group_of_two(s, id[0], id[1], &down);
	settle(s, h[1], id[1]);
	/* and the mail once more, which is known, and a round of tidying */
	MUST(store_take(s, h[1], NOW, &why_));
	MUST(tidy(s, &why_));
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

static unsigned
one_row(size_t row, int code, unsigned stride)
{
	/* another part of them with each code */
	unsigned nth = 1 + (unsigned)code % stride;

	failures = 0;
	while (one_run(calls[row].call, nth, code)) {
		nth += stride;
		assert_true(nth < 10000);
	}
	print_message("call %d, code %d: %u of %u times, %u seen\n",
	    calls[row].call, code, nth / stride, nth, failures);
	return nth;
}

/*
 * BUSY comes from locks alone: SQLite takes it from a read in a checkpoint for
 * readers that are in the way, and throws the log away when it closes.  And a
 * piece of shared memory that is READONLY is there all the same.
 */
static bool
is_told(enum fault_call call, int code)
{
	if (code == SQLITE_BUSY)
		return call == FAULT_LOCK || call == FAULT_SHM_LOCK;
	return code != SQLITE_READONLY || call != FAULT_SHM_MAP;
}

static void
every_call_fails_once(void **state)
{
	unsigned stride = getenv("CERTHARVEST_LONG") != NULL ? 1 : STRIDE;
	size_t i, k;
	int code;

	(void)state;
	for (i = 0; i < sizeof calls / sizeof calls[0]; i++)
		for (k = 0; k < sizeof codes / sizeof codes[0]; k++) {
			code = codes[k] == ITS_OWN ? calls[i].io : codes[k];
			if (!is_told(calls[i].call, code))
				continue;
			assert_true(one_row(i, code,
					calls[i].at_least < 20 ? 1 : stride) >
			    calls[i].at_least);
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
