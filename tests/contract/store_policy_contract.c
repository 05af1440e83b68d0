#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/newcomers.h"
#include "store/observed.h"

/*
 * What every implementation of what policy remembers must do:
 * store/newcomers.h, store/observed.h.
 */
#define HOUR 3600

static void
newcomers_are(const char *address, int64_t at, int64_t all, int64_t domain)
{
	struct store_newcomers n;

	assert_int_equal(
	    DONE, store_newcomers_count(store, address, at, &n, &why));
	assert_int_equal(n.all, all);
	assert_int_equal(n.domain, domain);
}

/* By the hour of the mail, over a crash, each once. */
static void
newcomers_are_counted(void **state)
{
	static const char *const some[] = {
	    "a@p.example", "b@p.example", "a@q.example", "a@p.example"};
	int64_t at = NOW - NOW % HOUR;
	size_t i;

	(void)state;
	newcomers_are("x@p.example", at, 0, 0);
	for (i = 0; i < sizeof some / sizeof some[0]; i++)
		assert_int_equal(DONE,
		    store_newcomers_add(
			store, some[i], at + (int64_t)i * 1000, &why));
	reopen();
	newcomers_are("x@p.example", at + 3599, 3, 2);
	newcomers_are("x@q.example", at, 3, 1);
	/* not the one who is asked about */
	newcomers_are("a@p.example", at, 2, 1);
	newcomers_are("x@p.example", at + 3600, 0, 0);
	newcomers_are("x@p.example", at - 1, 0, 0);
}

/* Hours are forgotten, and not those that a backlog is about. */
static void
newcomers_are_forgotten(void **state)
{
	int64_t day = 86400;

	(void)state;
	assert_int_equal(
	    DONE, store_newcomers_add(store, "a@p.example", NOW, &why));
	assert_int_equal(DONE,
	    store_newcomers_add(store, "b@p.example", NOW + 7 * day, &why));
	newcomers_are("x@p.example", NOW, 1, 1);
	assert_int_equal(DONE,
	    store_newcomers_add(store, "c@p.example", NOW + 60 * day, &why));
	newcomers_are("x@p.example", NOW, 0, 0);
	newcomers_are("x@p.example", NOW + 60 * day, 1, 1);
}

struct observed {
	unsigned n;
	struct store_observed row[4];
};

static void
observed_add(void *arg, const struct store_observed *o)
{
	struct observed *all = arg;

	assert_true(all->n < 4);
	all->row[all->n++] = *o;
}

static struct observed
observed(unsigned limit)
{
	struct observed all = {.n = 0};

	assert_int_equal(
	    DONE, store_observed_visit(store, limit, observed_add, &all, &why));
	return all;
}

/* One of partner n is settled as observed, with a plan. */
static void
observe(unsigned n, unsigned version, const char *object)
{
	struct store_observed o = {.dn = "CN=x", .plan = "add it"};

	snprintf(o.object, sizeof o.object, "%s", object);
	assert_int_equal(DONE, take(sample_harvest(n, version), NOW, o.id));
	assert_int_equal(DONE,
	    store_settle(store, o.id, NOTHING, because(REASON_OBSERVED), NULL,
		NOW + 5, &why));
	assert_int_equal(DONE, store_observed_note(store, &o, &why));
}

/* What was planned is told by address, until it is decided otherwise. */
static void
plans_are_told(void **state)
{
	struct store_observed none = {.id = "00"};
	struct observed all;

	(void)state;
	assert_int_equal(NOTHING, store_observed_note(store, &none, &why));
	observe(2, 1, "");
	observe(1, 1, "0011");
	observe(1, 2, "0011");
	reopen();
	all = observed(9);
	assert_int_equal(all.n, 3);
	assert_string_equal(all.row[0].address, "partner1@example.org");
	assert_string_equal(all.row[0].object, "0011");
	assert_string_equal(all.row[0].dn, "CN=x");
	assert_string_equal(all.row[0].plan, "add it");
	assert_int_equal(all.row[0].looked, NOW + 5);
	assert_int_equal(strlen(all.row[0].certificate), DIGEST_HEX - 1);
	assert_string_not_equal(all.row[0].certificate, all.row[1].certificate);
	assert_string_equal(all.row[2].address, "partner2@example.org");
	assert_string_equal(all.row[2].object, "");
	assert_int_equal(observed(2).n, 2);
}

/* They are due again by address, and then no plans any more. */
static void
plans_are_due(void **state)
{
	char addresses[4][ADDRESS_SIZE];
	char id[STORE_ID];
	unsigned n, tries;

	(void)state;
	assert_int_equal(NOTHING,
	    store_observed_addresses(store, "", 4, addresses, &n, &why));
	observe(1, 1, "");
	observe(2, 1, "");
	observe(3, 1, "");
	assert_int_equal(
	    DONE, store_observed_addresses(store, "", 2, addresses, &n, &why));
	assert_int_equal(n, 2);
	assert_string_equal(addresses[1], "partner2@example.org");
	assert_int_equal(DONE,
	    store_observed_addresses(
		store, "partner2@example.org", 4, addresses, &n, &why));
	assert_int_equal(n, 1);
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(
	    DONE, store_observed_due(store, "partner1@example.org", NOW, &why));
	assert_int_equal(NOTHING,
	    store_observed_due(store, "partner1@example.org", NOW, &why));
	assert_int_equal(NOTHING,
	    store_observed_due(store, "partner9@example.org", NOW, &why));
	assert_int_equal(observed(9).n, 2);
	assert_int_equal(DONE, next(NOW, id, &tries));
	assert_int_equal(DONE,
	    store_settle(
		store, id, HELD, because(REASON_IS_USER), NULL, NOW, &why));
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(
	    DONE, store_observed_addresses(store, "", 4, addresses, &n, &why));
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(newcomers_are_counted),
	    ROW(newcomers_are_forgotten),
	    ROW(plans_are_told),
	    ROW(plans_are_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
