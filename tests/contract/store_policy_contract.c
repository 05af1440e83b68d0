#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/newcomers.h"

/*
 * What every implementation of what policy remembers must do:
 * store/newcomers.h.
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(newcomers_are_counted),
	    ROW(newcomers_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
