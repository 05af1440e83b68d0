#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/orders.h"
#include "store/walks.h"
#include "store/writes.h"

/*
 * What every implementation behind store/writes.h must do.
 */
#define PARTNER "partner1@example.org"
#define OLD "0d0d0d0d"
#define NEW "0e0e0e0e"

static const struct store_change changes[] = {
    {STORE_CERTIFICATE, STORE_HAD, OLD, {NULL, 0}},
    {STORE_MARK, STORE_HAD, "certharvest:1:old", {NULL, 0}},
    {STORE_CERTIFICATE, STORE_REMOVED, OLD, {(const uint8_t *)"old", 3}},
    {STORE_MARK, STORE_REMOVED, "certharvest:1:old", {NULL, 0}},
    {STORE_CERTIFICATE, STORE_ADDED, NEW, {NULL, 0}},
    {STORE_MARK, STORE_ADDED, "certharvest:1:new", {NULL, 0}},
};
#define CHANGES (sizeof changes / sizeof changes[0])

static struct store_write
write_of(const char *object)
{
	struct store_write w = {.address = PARTNER,
	    .dn = "CN=As it was,OU=Partners",
	    .server = "dc1",
	    .created = object[0] == '\0',
	    .changes = changes,
	    .n = CHANGES};

	snprintf(w.object, sizeof w.object, "%s", object);
	return w;
}

/* The number of the newest entry of the kind. */
struct newest {
	const char *what;
	int64_t id;
	unsigned n;
};

static void
newest_take(void *arg, const struct store_entry *e, const struct store_write *w)
{
	struct newest *newest = arg;

	(void)w;
	newest->n++;
	if (strcmp(e->what, newest->what) == 0)
		newest->id = e->id;
}

static int64_t
entry_of(const char *what)
{
	const struct store_log_query q = {.limit = 100};
	struct newest newest = {.what = what};

	assert_int_equal(
	    DONE, store_log(store, &q, newest_take, &newest, &why));
	return newest.id;
}

static void
is_whole(const struct store_write *w)
{
	assert_string_equal(w->address, PARTNER);
	assert_string_equal(w->object, "0011");
	assert_int_equal(w->n, CHANGES);
	for (unsigned i = 0; i < CHANGES; i++) {
		assert_int_equal(w->changes[i].op, changes[i].op);
		assert_int_equal(w->changes[i].part, changes[i].part);
		assert_string_equal(w->changes[i].value, changes[i].value);
	}
}

/* What was removed is kept as it was. */
static void
old_is_kept(void)
{
	struct bytes der = {NULL, 0};

	assert_int_equal(DONE, store_value(store, OLD, &der, &why));
	assert_int_equal(der.len, 3);
	assert_memory_equal(der.data, "old", 3);
	bytes_clear(&der);
	assert_int_equal(NOTHING, store_value(store, NEW, &der, &why));
}

static void
intend(const char *id, const char *object)
{
	struct store_intent intent = intent_for(id);
	struct store_write w = write_of(object);

	strcpy(intent.object, object);
	intent.write = &w;
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
}

/* It counts from the entry on that says published, over a crash before, and
 * what a new contact is called is known then. */
static void
of_a_harvest(void **state)
{
	struct store_publication p = publication_for(1);
	struct store_write *w = NULL;
	char id[STORE_ID];
	int64_t entry, undone = 0;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intend(id, "");
	assert_int_equal(NOTHING, store_write_last(store, "0011", &w, &why));
	assert_int_equal(NOTHING, store_write_last(store, "", &w, &why));
	reopen();
	assert_int_equal(DONE,
	    store_settle(
		store, id, DONE, because(REASON_OK), &p, NOW + 1, &why));
	entry = entry_of("published");
	assert_int_equal(DONE, store_write_get(store, entry, &w, &why));
	is_whole(w);
	assert_true(w->created);
	assert_int_equal(w->at, NOW + 1);
	assert_int_equal(w->entry, entry);
	assert_string_equal(w->dn, p.dn);
	assert_string_equal(w->server, "dc1");
	store_write_free(w);
	assert_int_equal(DONE, store_write_last(store, "0011", &w, &why));
	assert_int_equal(w->entry, entry);
	store_write_free(w);
	old_is_kept();
	assert_int_equal(
	    NOTHING, store_write_undone(store, entry, &undone, &why));
	assert_int_equal(
	    NOTHING, store_write_get(store, entry_of("intent"), &w, &why));
	assert_int_equal(DONE, store_check(store, &why));
}

/* Neither held, nor a race, nor planned anew leaves a write behind. */
static void
what_was_not_written(void **state)
{
	struct store_publication p = publication_for(1);
	struct store_write *w = NULL;
	char one[STORE_ID], two[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, one));
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW, two));
	intend(one, "0011");
	intend(one, "0011");
	assert_int_equal(DONE,
	    store_settle(
		store, one, HELD, because(REASON_MANAGED), NULL, NOW, &why));
	assert_int_equal(NOTHING, store_write_last(store, "0011", &w, &why));
	intend(two, "0011");
	assert_int_equal(DONE, store_write_void(store, two, 0, &why));
	assert_int_equal(DONE,
	    store_settle(store, two, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(NOTHING, store_write_last(store, "0011", &w, &why));
}

/* Nobody knew whether it came through: it did, as the next look finds. */
static void
over_a_try(void **state)
{
	struct store_publication p = publication_for(1);
	struct store_write *w = NULL;
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intend(id, "0011");
	assert_int_equal(DONE,
	    store_put_off(
		store, id, NOW, because(REASON_DIRECTORY_SLOW), NOW, &why));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE, store_write_last(store, "0011", &w, &why));
	is_whole(w);
	store_write_free(w);
}

static void
of_an_order(void **state)
{
	struct store_order order = {.kind = STORE_WITHDRAW,
	    .subject = PARTNER,
	    .asked = NOW,
	    .by = {.uid = 1000, .name = "ann"}};
	struct store_write in = write_of("0011"), *w = NULL;

	(void)state;
	assert_int_equal(DONE, store_order_put(store, &order, &order.id, &why));
	assert_int_equal(
	    DONE, store_order_intend(store, &order, "x", &in, NOW, &why));
	reopen();
	assert_int_equal(DONE,
	    store_order_settle(
		store, &order, DONE, because(REASON_OK), NOW, &why));
	assert_int_equal(
	    DONE, store_write_get(store, entry_of("order-ended"), &w, &why));
	is_whole(w);
	assert_string_equal(w->dn, in.dn);
	store_write_free(w);
}

static void
of_a_walk(void **state)
{
	struct store_walk walk = {.kind = STORE_SWEEP, .asked = NOW};
	struct store_line line = {
	    .kind = STORE_LINE_REMOVED, .object = "0011", .address = PARTNER};
	struct store_write in = write_of("0011"), *w = NULL;
	const struct store_walk_intent intent = {.object = "0011",
	    .plan = "x",
	    .lines = &line,
	    .n = 1,
	    .write = &in};

	(void)state;
	assert_int_equal(DONE, store_walk_put(store, &walk, &walk.id, &why));
	assert_int_equal(DONE,
	    store_walk_add(store, walk.id,
		(const char(*)[STORE_OBJECT])line.object, 1, &why));
	assert_int_equal(
	    DONE, store_walk_intend(store, walk.id, &intent, NOW, &why));
	assert_int_equal(
	    DONE, store_walk_again(store, walk.id, "0011", false, &why));
	assert_int_equal(
	    DONE, store_walk_intend(store, walk.id, &intent, NOW, &why));
	reopen();
	assert_int_equal(
	    DONE, store_walk_wrote(store, walk.id, "0011", NOW, &why));
	assert_int_equal(
	    DONE, store_write_get(store, entry_of("written"), &w, &why));
	is_whole(w);
	store_write_free(w);
}

/* Oldest first, of them the newest, by address, by time, by number. */
static void
the_log_is_asked(void **state)
{
	struct newest seen = {.what = "taken"};
	int64_t second;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, NULL));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW + 10, NULL));
	second = entry_of("taken");
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW + 20, NULL));
	const struct {
		struct store_log_query q;
		unsigned n;
		int64_t last;
	} rows[] = {
	    {{.limit = 9}, 3, second + 1},
	    {{.limit = 1}, 1, second + 1},
	    {{.limit = 9, .address = "partner2@example.org"}, 1, second},
	    {{.limit = 9, .address = "nobody@example.org"}, 0, 0},
	    {{.limit = 9, .since = NOW + 11}, 1, second + 1},
	    {{.limit = 9, .since = NOW + 21}, 0, 0},
	    {{.limit = 9, .after = second}, 1, second + 1},
	    {{.limit = 9, .after = second - 1, .since = NOW + 10}, 2,
		second + 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		seen.n = 0;
		seen.id = 0;
		assert_int_equal(DONE,
		    store_log(store, &rows[i].q, newest_take, &seen, &why));
		assert_int_equal(seen.n, rows[i].n);
		assert_int_equal(seen.id, rows[i].last);
	}
}

struct told {
	int64_t last;
	unsigned n;
};

static void
told_take(void *arg, const struct store_entry *e, const struct store_write *w)
{
	struct told *told = arg;

	(void)w;
	assert_true(e->id > told->last);
	told->last = e->id;
	told->n++;
}

/* Each entry once, after it is durable; what was rolled back never; what the
 * process before did not come to tell, by the next one. */
static void
entries_are_told(void **state)
{
	struct told told = {.n = 0};
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, NULL));
	store_observe(store, told_take, &told);
	assert_int_equal(told.n, 1);
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, id));
	assert_int_equal(told.n, 2);
	assert_int_equal(DONE, store_group_begin(store, &why));
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW, NULL));
	assert_int_equal(DONE, take(sample_harvest(4, 1), NOW, NULL));
	assert_int_equal(told.n, 2);
	assert_int_equal(DONE, store_group_end(store, &why));
	assert_int_equal(told.n, 4);
	assert_int_equal(DONE, store_group_begin(store, &why));
	assert_int_equal(DONE, take(sample_harvest(5, 1), NOW, NULL));
	reopen();
	assert_int_equal(told.n, 4);
	/* That the last ones were told was not kept yet: once more is better
	 * than never. */
	told.last = 0;
	told.n = 0;
	store_observe(store, told_take, &told);
	assert_in_range(told.n, 1, 4);
	assert_int_equal(told.last, entry_of("taken"));
	told.n = 0;
	assert_int_equal(DONE, take(sample_harvest(6, 1), NOW, NULL));
	assert_int_equal(told.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(of_a_harvest),
	    ROW(what_was_not_written),
	    ROW(over_a_try),
	    ROW(of_an_order),
	    ROW(of_a_walk),
	    ROW(the_log_is_asked),
	    ROW(entries_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
