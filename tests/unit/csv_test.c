#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "cli/csv.h"

static void
fields_stay_fields(void **state)
{
	static const struct {
		const char *field, *written;
	} table[] = {
	    {"", "\"\""},
	    {"bob@partner.example", "\"bob@partner.example\""},
	    {"O=\"A, B\",C=DE", "\"O=\"\"A, B\"\",C=DE\""},
	    {"two\nlines\r\n", "\"two lines\""},
	    {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
	    {"+1", "\"'+1\""},
	    {"-1", "\"'-1\""},
	    {"@SUM(A1)", "\"'@SUM(A1)\""},
	    {"  =1", "\"'=1\""},
	    {"\uff1d1", "\"'\uff1d1\""},
	    {"\uff0b1", "\"'\uff0b1\""},
	    {"\uff0d1", "\"'\uff0d1\""},
	    {"\uff20A", "\"'\uff20A\""},
	    {"\uff21", "\"\uff21\""},
	    {"\xe2\x80\xae=1", "\"'=1\""},
	    {"\xff", "\"?\""},
	};
	const char *fields[2];
	char out[CSV_SIZE(2)], wanted[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		fields[0] = table[i].field;
		fields[1] = "x";
		snprintf(wanted, sizeof wanted, "%s,\"x\"", table[i].written);
		assert_string_equal(
		    csv_line(fields, 2, out, sizeof out), wanted);
	}
}

static void
long_ones_are_cut(void **state)
{
	char quotes[3000], out[CSV_SIZE(2)];
	const char *fields[] = {quotes, quotes};

	(void)state;
	memset(quotes, '"', sizeof quotes - 1);
	quotes[sizeof quotes - 1] = '\0';
	csv_line(fields, 2, out, sizeof out);
	assert_true(strlen(out) < sizeof out);
	assert_int_equal(out[strlen(out) - 1], '"');
	/* an even number of them, or the line would not end */
	assert_int_equal((strlen(out) - 1) % 2, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_stay_fields),
	    cmocka_unit_test(long_ones_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
