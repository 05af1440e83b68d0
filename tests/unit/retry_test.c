#include "tests/unit/unit.h"

#include "publisher/retry.h"

static const struct retry_policy policy = {30, 3600};

static void
delay_doubles_up_to_the_cap(void **state)
{
	static const struct {
		unsigned tries;
		int64_t delay;
	} rows[] = {
	    {0, 30},
	    {1, 60},
	    {2, 120},
	    {6, 1920},
	    {7, 3600},
	    {8, 3600},
	    {4000000000u, 3600},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    retry_delay(&policy, rows[i].tries, 0), rows[i].delay);
}

static void
jitter_takes_up_to_a_quarter(void **state)
{
	int64_t least = 3600, most = 0, d;
	uint32_t r;

	(void)state;
	for (r = 0; r < 5000; r++) {
		d = retry_delay(&policy, 20, r * 2654435761u);
		least = d < least ? d : least;
		most = d > most ? d : most;
	}
	assert_in_range(least, 2700, 2800);
	assert_in_range(most, 3500, 3600);
	/* never at once, and never before the machine breathes */
	assert_int_equal(
	    retry_delay(&(struct retry_policy){1, 1}, 0, 0xffffffff), 1);
}

static void
what_begins_soon_is_tried_then(void **state)
{
	static const struct {
		int64_t now, begins, due;
	} rows[] = {
	    {1000, 0, 1030},
	    {1000, 999, 1030},
	    {1000, 1000, 1030},
	    {1000, 1001, 1001},
	    {1000, 1000 + 3 * 3600, 1000 + 3 * 3600}, /* above max */
	    {1000, 1000 + 86400, 1000 + 86400},
	    {1000, 1001 + 86400, 1030},
	    {1000, INT64_MAX, 1030},
	    {1000, INT64_MIN, 1030},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    retry_due(&policy, 0, rows[i].now, rows[i].begins, 0),
		    rows[i].due);
}

static struct reason
because(enum reason_code code)
{
	struct reason why;

	(void)reason_set(&why, code, "for the test");
	return why;
}

static void
gate_tells_news_once(void **state)
{
	struct reason down = because(REASON_DIRECTORY_DOWN);
	struct reason slow = because(REASON_DIRECTORY_SLOW);
	struct reason password = because(REASON_DIRECTORY_AUTH);
	unsigned failures = 0;
	struct gate g;

	(void)state;
	gate_init(&g);
	assert_true(gate_may(&g, 0));
	assert_true(gate_fail(&g, &down, &policy, 1000, 0));
	assert_int_equal(g.state, GATE_DOWN);
	assert_false(gate_fail(&g, &down, &policy, 40000, 0));
	assert_true(gate_fail(&g, &slow, &policy, 200000, 0));
	assert_true(gate_fail(&g, &password, &policy, 400000, 0));
	assert_int_equal(g.state, GATE_PAUSED);
	assert_string_equal(gate_name(&g), "paused");
	assert_true(gate_pass(&g, &failures));
	assert_int_equal(failures, 4);
	assert_int_equal(g.state, GATE_OPEN);
	assert_false(gate_pass(&g, NULL));
}

static void
gate_probes_seldom(void **state)
{
	static const struct {
		enum reason_code code;
		int64_t longest; /* seconds */
	} rows[] = {
	    {REASON_DIRECTORY_DOWN, 300},
	    {REASON_DIRECTORY_AUTH, 3600},
	};
	struct gate g;
	struct reason why;
	int64_t now = 0;
	unsigned i, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		why = because(rows[k].code);
		gate_init(&g);
		for (i = 0; i < 20; i++) {
			(void)gate_fail(&g, &why, &policy, now, 0);
			assert_false(gate_may(&g, now));
			assert_false(gate_may(&g, g.next - 1));
			assert_true(gate_may(&g, g.next));
			assert_true(g.next - now >= 30000);
			assert_true(g.next - now <= 1000 * rows[k].longest);
			now = g.next;
		}
		now = g.next;
		(void)gate_fail(&g, &why, &policy, now, 0);
		assert_int_equal(g.next - now, 1000 * rows[k].longest);
		gate_probe_now(&g);
		assert_true(gate_may(&g, now));
		assert_int_not_equal(g.state, GATE_OPEN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delay_doubles_up_to_the_cap),
	    cmocka_unit_test(what_begins_soon_is_tried_then),
	    cmocka_unit_test(jitter_takes_up_to_a_quarter),
	    cmocka_unit_test(gate_tells_news_once),
	    cmocka_unit_test(gate_probes_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
