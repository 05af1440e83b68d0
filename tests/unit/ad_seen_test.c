#include "tests/unit/unit.h"

#include <stdio.h>

#include "directory/ad_seen.h"

#define OTHERS 5000

static void
note(struct ad_seen *s, unsigned from, unsigned n, unsigned connection)
{
	char key[32];

	for (unsigned i = from; i < from + n; i++) {
		snprintf(key, sizeof key, "u%u@x.example", i);
		ad_seen_note(s, key, connection);
	}
}

/* Whatever else is read at another server, this was not. */
static void
nobody_passes_for_another(void **state)
{
	struct ad_seen s = {.n = 0};

	(void)state;
	assert_false(ad_seen_has(&s, "bob@x.example", 1));
	ad_seen_note(&s, "bob@x.example", 1);
	assert_true(ad_seen_has(&s, "bob@x.example", 1));
	for (unsigned i = 0; i < OTHERS; i++) {
		note(&s, i, 1, 2);
		assert_false(ad_seen_has(&s, "bob@x.example", 2));
	}
	ad_seen_note(&s, "bob@x.example", 2);
	assert_true(ad_seen_has(&s, "bob@x.example", 2));
	assert_false(ad_seen_has(&s, "bob@x.example", 1));
}

/* Two addresses with the same 32 bits of FNV-1a, as anybody makes them. */
static void
nor_who_means_to(void **state)
{
	struct ad_seen s = {.n = 0};

	(void)state;
	ad_seen_note(&s, "jvqpfqg@x.example", 1);
	ad_seen_note(&s, "jaczypz@x.example", 2);
	assert_false(ad_seen_has(&s, "jvqpfqg@x.example", 2));
	assert_true(ad_seen_has(&s, "jaczypz@x.example", 2));
}

/* A group of questions, with addresses and ids, has room beside what was left
 * by those before, whoever chose the addresses. */
static void
a_group_has_room(void **state)
{
	struct ad_seen s = {.n = 0};
	char key[32];

	(void)state;
	note(&s, 1000, OTHERS, 2);
	note(&s, 0, AD_SEEN, 2);
	for (unsigned i = 0; i < AD_SEEN; i++) {
		snprintf(key, sizeof key, "u%u@x.example", i);
		assert_true(ad_seen_has(&s, key, 2));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_passes_for_another),
	    cmocka_unit_test(nor_who_means_to),
	    cmocka_unit_test(a_group_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
