#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/care.h"
#include "store/tidy.h"
#include "store/walks.h"
#include "store/writes.h"

/*
 * What every implementation behind store/tidy.h must do: what is too old goes,
 * what counts stays, whatever its age.
 */
#define DAY 86400
#define LONG_AFTER (NOW + 1000 * (int64_t)DAY)

static const struct store_keep keep = {.notes = 30 * DAY,
    .decided = 90 * DAY,
    .held = 180 * DAY,
    .walks = 90 * DAY,
    .journal = 700 * DAY};

static struct harvest *
now(struct harvest *h)
{
	h->received = NOW;
	return h;
}

static void
hear(void *arg, const struct store_entry *e, const struct store_write *w)
{
	(void)arg;
	(void)e;
	(void)w;
}

/* To the end of a round; how many rows went. */
static int64_t
tidy(const struct store_keep *how, int64_t now)
{
	struct store_tidying at = {.row = 0};
	unsigned steps = 0;
	enum outcome o;

	while ((o = store_tidy(store, how, &at, now, &why)) == DONE)
		assert_true(++steps < 10000);
	assert_int_equal(NOTHING, o);
	assert_int_equal(DONE, store_check(store, &why));
	return at.removed;
}

static unsigned
rows_of(unsigned n)
{
	struct rows r = {.n = 0};
	char address[ADDRESS_SIZE];

	snprintf(address, sizeof address, "partner%u@example.org", n);
	assert_int_equal(
	    DONE, store_show(store, address, 8, row_add, &r, &why));
	return r.n;
}

static void
settle(unsigned n, enum outcome as, enum reason_code code)
{
	struct store_publication p = publication_for(n);
	char id[STORE_ID];

	assert_int_equal(DONE, take(now(sample_harvest(n, 1)), NOW, id));
	assert_int_equal(DONE,
	    store_settle(store, id, as, because(code), as == DONE ? &p : NULL,
		NOW, &why));
}

/* One of each: 0 due, 1 published, 2 refused, 3 held, 4 unchanged, 5 a note. */
static void
fill(void)
{
	store_observe(store, hear, NULL); /* what nobody heard of stays */
	assert_int_equal(DONE, take(now(sample_harvest(0, 1)), NOW, NULL));
	settle(1, DONE, REASON_OK);
	settle(2, REFUSED, REASON_CERT_EXPIRED);
	settle(3, HELD, REASON_CHAIN_UNKNOWN);
	settle(4, NOTHING, REASON_OBSERVED);
	assert_int_equal(
	    DONE, take(now(sample_note(5, REASON_DIGEST_MISMATCH)), NOW, NULL));
}

struct seen {
	unsigned n, dropped;
};

static void
entry_count(void *arg, const struct store_entry *e)
{
	struct seen *seen = arg;

	seen->n++;
	seen->dropped += strcmp(e->what, "dropped") == 0;
}

static struct seen
journal(void)
{
	struct seen seen = {.n = 0};

	assert_int_equal(
	    DONE, store_journal(store, NULL, 999, entry_count, &seen, &why));
	return seen;
}

/* By age: the days after which each of them is there. */
static void
goes_when_it_is_too_old(void **state)
{
	static const struct {
		int days;
		bool there[6];
	} table[] = {
	    {29, {true, true, true, true, true, true}},
	    {31, {true, true, true, true, true, false}},
	    {89, {true, true, true, true, true, false}},
	    {91, {true, true, false, true, false, false}},
	    {179, {true, true, false, true, false, false}},
	    {181, {true, true, false, false, false, false}},
	    {5000, {true, true, false, false, false, false}},
	};
	unsigned i, n;

	(void)state;
	fill();
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		(void)tidy(&keep, NOW + table[i].days * (int64_t)DAY);
		for (n = 0; n < 6; n++)
			if ((rows_of(n) == 1) != table[i].there[n])
				fail_msg("day %d: %u", table[i].days, n);
		/* nobody decided on it, and that is told */
		if (table[i].days < 5000)
			assert_int_equal(journal().dropped, !table[i].there[3]);
	}
	counts_are(1, 0, 1);
	assert_int_equal(0, tidy(&keep, NOW + 5000 * (int64_t)DAY));
}

/* What is published for nobody any more is like any other; and one that is
 * seen counts from then. */
static void
replaced_and_seen_again(void **state)
{
	struct harvest *h = sample_harvest(2, 1);
	struct store_publication p = publication_for(1);
	char id[STORE_ID];

	(void)state;
	fill();
	assert_int_equal(DONE, take(now(sample_harvest(1, 2)), NOW, id));
	strcpy(p.certificate, "ccdd");
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	h->received = NOW + 80 * DAY;
	assert_int_equal(DONE, take(h, NOW + 80 * DAY, id));
	assert_int_equal(DONE,
	    store_settle(store, id, REFUSED, because(REASON_CERT_EXPIRED), NULL,
		NOW + 80 * DAY, &why));
	assert_int_equal(2, rows_of(1));
	(void)tidy(&keep, NOW + 100 * DAY);
	assert_int_equal(1, rows_of(1));
	assert_int_equal(1, rows_of(2));
	assert_int_equal(DONE, store_published(store, p.address, &p, &why));
	assert_string_equal(p.certificate, "ccdd");
}

static void
journal_and_walks(void **state)
{
	struct store_walk w = {.kind = STORE_SWEEP, .asked = NOW};
	struct store_line l = {.kind = STORE_LINE_SEEN, .object = "0011"};
	const char object[1][STORE_OBJECT] = {"0011"};
	int64_t id = 0, going = 0;

	(void)state;
	fill();
	assert_int_equal(DONE, store_walk_put(store, &w, &id, &why));
	assert_int_equal(DONE, store_walk_add(store, id, object, 1, &why));
	assert_int_equal(
	    DONE, store_walk_record(store, id, "0011", &l, 1, NOW, &why));
	assert_int_equal(DONE,
	    store_walk_end(store, id, DONE, because(REASON_OK), NOW, &why));
	assert_int_equal(DONE, store_walk_put(store, &w, &going, &why));
	assert_true(journal().n > 8);
	(void)tidy(&keep, NOW + 80 * DAY);
	assert_int_equal(DONE, store_walk_get(store, id, &w, &why));
	(void)tidy(&keep, NOW + 100 * DAY);
	assert_int_equal(NOTHING, store_walk_get(store, id, &w, &why));
	assert_int_equal(DONE, store_walk_get(store, going, &w, &why));
	(void)tidy(&keep, LONG_AFTER);
	assert_int_equal(
	    journal().n, 1); /* that of the one nobody decided on */
}

/* Certificates go with the last that refers to them: a store that was full of
 * strangers is as small as before. */
static void
room_is_given_back(void **state)
{
	struct store_size before, full, after;
	char id[STORE_ID];
	unsigned i;

	(void)state;
	fill();
	assert_int_equal(DONE, store_measure(store, &before, &why));
	for (i = 10; i < 700; i++) {
		assert_int_equal(
		    DONE, take(now(sample_harvest(i, 1)), NOW, id));
		assert_int_equal(DONE,
		    store_settle(store, id, REFUSED,
			because(REASON_CERT_EXPIRED), NULL, NOW, &why));
	}
	assert_int_equal(DONE, store_measure(store, &full, &why));
	assert_true(full.bytes > 4 * before.bytes);
	assert_true(tidy(&keep, LONG_AFTER) >= 2 * 690);
	assert_int_equal(DONE, store_measure(store, &after, &why));
	assert_true(after.bytes - after.unused <= before.bytes);
	assert_true(after.bytes < full.bytes / 2);
	counts_are(1, 0, 1);
}

/* Nearly full: strangers of the last days go, others do not; and what is due
 * is taken or not, never lost. */
static void
what_goes_for_want_of_room(void **state)
{
	struct store_keep tight = keep;
	struct store_size size;

	(void)state;
	fill();
	assert_int_equal(DONE, store_measure(store, &size, &why));
	tight.size = size.bytes - size.unused;
	assert_int_equal(LATER, store_room(store, tight.size, false, &why));
	assert_int_equal(why.code, REASON_STORE_SIZE);
	assert_int_equal(DONE, store_room(store, 0, false, &why));
	assert_int_equal(DONE, store_room(store, tight.size + 1, false, &why));
	/* what was full is so until there is a twentieth */
	assert_int_equal(LATER, store_room(store, tight.size + 1, true, &why));
	assert_int_equal(DONE, store_room(store, 2 * tight.size, true, &why));
	assert_int_equal(0, tidy(&tight, NOW + DAY / 2));
	assert_true(tidy(&tight, NOW + 2 * DAY) > 0);
	assert_int_equal(1, rows_of(0));
	assert_int_equal(1, rows_of(1));
	assert_int_equal(0, rows_of(2));
	assert_int_equal(1, rows_of(3));
	assert_int_equal(0, rows_of(4));
	assert_int_equal(0, rows_of(5));
	counts_are(1, 1, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(goes_when_it_is_too_old),
	    ROW(replaced_and_seen_again),
	    ROW(journal_and_walks),
	    ROW(room_is_given_back),
	    ROW(what_goes_for_want_of_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
