#include "tests/unit/unit.h"

#include <string.h>

#include "base/reason.h"

static void
names_are_unique_and_found(void **state)
{
	enum reason_code code;
	unsigned i;

	(void)state;
	for (i = 0; i < REASON_COUNT; i++) {
		assert_int_equal(DONE,
		    reason_parse(reason_name((enum reason_code)i), &code));
		assert_int_equal(code, i);
		assert_true(strlen(reason_advice((enum reason_code)i)) > 10);
	}
	assert_int_equal(REFUSED, reason_parse("no-such", &code));
}

static void
text_is_cleaned_and_cut(void **state)
{
	struct reason why;
	char longer[400];
	size_t n;

	(void)state;
	assert_int_equal(
	    HELD, reason_set(&why, REASON_CHAIN_UNKNOWN, "a\r\nb\x1b[2J"));
	assert_string_equal(why.text, "a??b?[2J");
	/* CSI as one character, and reading from the right */
	reason_set(&why, REASON_OK,
	    "a\xc2\x9b"
	    "2J\xe2\x80\xae \xe2\x81\xa6\xd8\x9c \xc2\xa0\xc3\xbc");
	assert_string_equal(why.text, "a??2J??? ????? \xc2\xa0\xc3\xbc");
	/* Two bytes a character, and an odd place to cut. */
	longer[0] = 'x';
	for (n = 1; n + 2 < sizeof longer; n += 2)
		memcpy(longer + n, "\xc3\xbc", 2);
	longer[n] = '\0';
	reason_set(&why, REASON_OK, "%s", longer);
	n = strlen(why.text);
	assert_true(n == REASON_TEXT_MAX || n == REASON_TEXT_MAX - 1);
	assert_memory_equal(why.text + n - 2, "\xc3\xbc", 2);
	reason_set(&why, REASON_OK, "%s", longer + 1);
	n = strlen(why.text);
	assert_int_equal(n, REASON_TEXT_MAX - 1);
	assert_memory_equal(why.text + n - 2, "\xc3\xbc", 2);
}

static void
null_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(LATER, reason_set(NULL, REASON_MEMORY, "x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_unique_and_found),
	    cmocka_unit_test(text_is_cleaned_and_cut),
	    cmocka_unit_test(null_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
