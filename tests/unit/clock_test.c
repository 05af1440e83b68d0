#include "tests/unit/unit.h"

#include "base/clock.h"

static const struct {
	const char *text;
	int64_t t;
	enum outcome outcome;
} rows[] = {
    {"1970-01-01T00:00:00Z", 0, DONE},
    {"2026-11-23T21:05:00Z", 1795467900, DONE},
    {"2026-11-23T22:05:00+01:00", 1795467900, DONE},
    {"2026-11-23t16:05:00.123-05:00", 1795467900, DONE},
    {"2026-11-23", 1795392000, DONE},
    {"2024-02-29T00:00:00Z", 1709164800, DONE},
    {"2023-02-29T00:00:00Z", 0, REFUSED},
    {"2026-13-01", 0, REFUSED},
    {"2026-11-23T25:00:00Z", 0, REFUSED},
    {"2026-11-23T21:05:00", 0, REFUSED},
    {"2026-11-23T21:05:00Zx", 0, REFUSED},
    {"yesterday", 0, REFUSED},
    {"", 0, REFUSED},
};

static void
parse(void **state)
{
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].text);
		t = 0;
		assert_int_equal(
		    clock_parse(rows[i].text, &t), rows[i].outcome);
		assert_true(t == rows[i].t);
	}
}

static void
format(void **state)
{
	char out[CLOCK_TEXT];

	(void)state;
	clock_format(1795467900, out);
	assert_string_equal(out, "2026-11-23T21:05:00Z");
	clock_format(INT64_MIN, out);
	assert_string_equal(out, "0000-01-01T00:00:00Z");
	clock_format(INT64_MAX, out);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parse),
	    cmocka_unit_test(format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
