#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "spool/spool.h"
#include "store/store.h"
#include "tests/unit/sample.h"

/*
 * One process puts harvests, another takes, intends and settles them; both
 * are killed with SIGKILL again and again, while a third reads.  Whatever
 * was acknowledged must be settled in the end, once.
 */
#define ROUNDS 60
#define NOW 1796000000

static const struct spool_bounds wide = {
    {1000000, 1000000, 1000000}, {1ull << 40, 1ull << 40, 1ull << 40}, 0};

static char *folder;

/* A child must not return into the test. */
static void
child_must(bool ok, const char *what, const struct reason *why)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, why->text);
	_exit(1);
}

static void
put_for_ever(int ack, unsigned n)
{
	struct spool *s = NULL;
	struct reason why;
	struct harvest *h;

	child_must(
	    spool_open(sample_path(folder, "s"), &wide, &s, &why) == DONE,
	    "spool_open", &why);
	for (;; n++) {
		h = sample_harvest(n, 1);
		child_must(spool_put(s, h, &why) == DONE, "spool_put", &why);
		harvest_free(h);
		if (write(ack, &n, sizeof n) != sizeof n)
			_exit(1);
	}
}

static struct store_publication
publication_of(const char *address)
{
	struct store_publication p = {.object = "1", .published = NOW};

	snprintf(p.address, sizeof p.address, "%s", address);
	return p;
}

/* As after a crash: the directory says that the write was made. */
static void
intent_settle(void *arg, const struct store_intent *intent)
{
	struct store_publication p = publication_of(intent->address);
	struct reason ok = {.code = REASON_OK}, why;

	child_must(
	    store_settle(arg, intent->id, DONE, &ok, &p, NOW, &why) == DONE,
	    "settling an intent", &why);
}

/* Move what the spool holds into the store.  NOTHING: it is empty. */
static enum outcome
drain_one(struct spool *spool, struct store *store)
{
	struct harvest *h = NULL;
	char name[SPOOL_NAME];
	struct reason why;
	enum outcome o;

	o = spool_next(spool, &h, name, &why);
	if (o == NOTHING)
		return o;
	child_must(o == DONE, "spool_next", &why);
	o = store_take(store, h, NOW, &why);
	child_must(o == DONE || o == NOTHING, "store_take", &why);
	child_must(spool_done(spool, name, &why) == DONE, "spool_done", &why);
	harvest_free(h);
	return DONE;
}

static enum outcome
decide_one(struct store *store)
{
	struct store_intent i = {.plan = "create"};
	struct store_publication p;
	struct reason ok = {.code = REASON_OK}, why;
	struct harvest *h = NULL;
	unsigned tries;
	enum outcome o;

	o = store_next(store, NOW, &h, i.id, &tries, &why);
	if (o == NOTHING)
		return o;
	child_must(o == DONE, "store_next", &why);
	strcpy(i.address, h->address);
	p = publication_of(h->address);
	harvest_free(h);
	child_must(
	    store_intend(store, &i, NOW, &why) == DONE, "store_intend", &why);
	child_must(store_settle(store, i.id, DONE, &ok, &p, NOW, &why) == DONE,
	    "store_settle", &why);
	return DONE;
}

/* until_empty: return when there is nothing to do. */
static void
publish(bool until_empty)
{
	struct spool *spool = NULL;
	struct store *store = NULL;
	enum outcome drained, decided;
	struct reason why;

	child_must(
	    store_open(sample_path(folder, "store.db"), &store, &why) == DONE,
	    "store_open", &why);
	while (spool_open_taker(sample_path(folder, "s"),
		   sample_path(folder, "aside"), &spool, &why) != DONE)
		usleep(1000);
	child_must(store_intents(store, intent_settle, store, &why) == DONE,
	    "store_intents", &why);
	do {
		drained = drain_one(spool, store);
		decided = decide_one(store);
		if (drained == NOTHING && decided == NOTHING)
			usleep(500);
	} while (!until_empty || drained != NOTHING || decided != NOTHING);
	spool_close(spool);
	store_close(store);
}

static void
row_ignore(void *arg, const struct store_row *row)
{
	(void)arg;
	(void)row;
}

/* As certharvest show does, whatever happens to the writer. */
static void
read_for_ever(void)
{
	struct store *store;
	struct reason why;
	enum outcome o;

	for (;;) {
		store = NULL;
		reason_clear(&why);
		o = store_open_reader(
		    sample_path(folder, "store.db"), &store, &why);
		child_must(o != BROKEN, "store_open_reader", &why);
		if (o == DONE)
			o = store_queue(store, 20, row_ignore, NULL, &why);
		child_must(o != BROKEN, "store_queue", &why);
		store_close(store);
		usleep(2000);
	}
}

/* What was acknowledged before the writer died: n and all before it. */
static unsigned
last_acknowledged(int ack, unsigned n)
{
	unsigned last;

	while (read(ack, &last, sizeof last) == sizeof last)
		n = last + 1;
	return n;
}

static void
pause_random(void)
{
	usleep((useconds_t)(random() % 40000));
}

static void
kill_and_reap(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	assert_int_equal(pid, waitpid(pid, &status, 0));
	/* It did not end by itself, which would be a complaint. */
	assert_true(WIFSIGNALED(status));
}

static unsigned
one_round(unsigned n)
{
	pid_t putter, publisher;
	bool first;
	int ack[2];

	assert_int_equal(0, pipe(ack));
	fflush(NULL);
	putter = fork();
	if (putter == 0)
		put_for_ever(ack[1], n);
	publisher = fork();
	if (publisher == 0) {
		publish(false);
		_exit(1);
	}
	close(ack[1]);
	first = random() % 2;
	pause_random();
	kill_and_reap(first ? putter : publisher);
	pause_random();
	kill_and_reap(first ? publisher : putter);
	n = last_acknowledged(ack[0], n);
	close(ack[0]);
	return n;
}

struct story {
	unsigned taken, published, rows;
	bool done;
};

static void
count_entry(void *arg, const struct store_entry *e)
{
	struct story *s = arg;

	s->taken += strcmp(e->what, "taken") == 0;
	s->published += strcmp(e->what, "published") == 0;
}

static void
count_row(void *arg, const struct store_row *row)
{
	struct story *s = arg;

	s->rows++;
	s->done = strcmp(row->state, "done") == 0;
}

static void
verify(unsigned n)
{
	struct store *store = NULL;
	char address[ADDRESS_SIZE];
	struct reason why;
	struct story s;
	unsigned i;

	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &store, &why));
	assert_int_equal(DONE, store_check(store, &why));
	for (i = 0; i < n; i++) {
		s = (struct story){.taken = 0};
		snprintf(address, sizeof address, "partner%u@example.org", i);
		assert_int_equal(
		    DONE, store_show(store, address, 9, count_row, &s, &why));
		assert_int_equal(DONE,
		    store_journal(store, address, 9, count_entry, &s, &why));
		if (s.rows != 1 || !s.done || s.taken != 1 || s.published != 1)
			fail_msg("%s: %u rows, taken %u times, published %u "
				 "times",
			    address, s.rows, s.taken, s.published);
	}
	store_close(store);
	assert_int_equal(0, sample_count(sample_path(folder, "aside")));
	assert_int_equal(0, sample_count(sample_path(folder, "s/chained")));
}

static void
nothing_lost_nothing_twice(void **state)
{
	unsigned seed = (unsigned)time(NULL), n = 0, i;
	pid_t reader;

	(void)state;
	print_message("seed %u\n", seed);
	srandom(seed);
	folder = sample_folder();
	fflush(NULL);
	reader = fork();
	if (reader == 0)
		read_for_ever();
	/* A slow machine has to be given more of them, but not for ever. */
	for (i = 0; i < ROUNDS || (n <= 10 && i < 100 * ROUNDS); i++)
		n = one_round(n);
	kill_and_reap(reader);
	publish(true);
	verify(n);
	print_message("%u rounds, %u harvests acknowledged\n", i, n);
	assert_true(n > 10);
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_lost_nothing_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
