#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "milter/known.h"

/* A digest of its own for each n; those of one low bit share a start. */
static const uint8_t *
digest(unsigned n, uint8_t out[DIGEST_LEN])
{
	memset(out, 0, DIGEST_LEN);
	memcpy(out + DIGEST_LEN - sizeof n, &n, sizeof n);
	out[0] = n & 1;
	return out;
}

static struct known *
make(unsigned entries)
{
	struct known *k = NULL;
	struct reason why;

	assert_int_equal(known_new(entries, &k, &why), DONE);
	return k;
}

static bool
has(struct known *k, unsigned n, int64_t now)
{
	uint8_t d[DIGEST_LEN];

	return known_has(k, digest(n, d), now);
}

static void
add(struct known *k, unsigned n, int64_t now)
{
	uint8_t d[DIGEST_LEN];

	known_add(k, digest(n, d), now);
}

static void
found_until_it_is_a_day_old(void **state)
{
	struct known *k = make(10);

	(void)state;
	assert_false(has(k, 1, 0));
	add(k, 1, 1000);
	assert_true(has(k, 1, 1000));
	assert_false(has(k, 2, 1000));
	assert_true(has(k, 1, 1000 + KNOWN_LIFE - 1));
	/* neither finding it nor making it again keeps it young */
	add(k, 1, 1000 + KNOWN_LIFE - 1);
	assert_int_equal(known_count(k), 1);
	assert_false(has(k, 1, 1000 + KNOWN_LIFE));
	add(k, 1, 1000 + KNOWN_LIFE);
	assert_int_equal(known_count(k), 1);
	assert_true(has(k, 1, 1000 + KNOWN_LIFE));
	known_free(k);
}

static void
the_oldest_makes_room(void **state)
{
	struct known *k = make(3);
	unsigned i, j;

	(void)state;
	for (i = 0; i < 1000; i++) {
		add(k, i, i);
		for (j = 0; j <= i; j++)
			assert_int_equal(has(k, j, i), j + 3 > i);
	}
	assert_int_equal(known_count(k), 3);
	known_free(k);
}

static void
old_ones_go_together(void **state)
{
	struct known *k = make(100);
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++)
		add(k, i, i);
	add(k, 100, KNOWN_LIFE + 49);
	assert_int_equal(known_count(k), 51);
	for (i = 0; i <= 100; i++)
		assert_int_equal(has(k, i, KNOWN_LIFE + 49), i >= 50);
	known_free(k);
}

static void
none_when_off(void **state)
{
	struct known *k = make(0);

	(void)state;
	add(k, 1, 0);
	assert_false(has(k, 1, 0));
	assert_int_equal(known_count(k), 0);
	known_free(k);
	known_free(NULL);
}

#define THREADS 4
#define ROUNDS 20000

static void *
work(void *arg)
{
	struct known *k = arg;
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		add(k, i, i);
		if (known_count(k) > 64)
			return arg;
		(void)has(k, i / 2, i);
	}
	return NULL;
}

static void
many_threads(void **state)
{
	struct known *k = make(64);
	pthread_t threads[THREADS];
	void *failed;
	unsigned i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, k), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(known_count(k), 64);
	known_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(found_until_it_is_a_day_old),
	    cmocka_unit_test(the_oldest_makes_room),
	    cmocka_unit_test(old_ones_go_together),
	    cmocka_unit_test(none_when_off),
	    cmocka_unit_test(many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
