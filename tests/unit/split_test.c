#include "tests/unit/unit.h"

#include <string.h>

#include "smime/split.h"

/* body at boundary "b"; reason; the two parts. */
static const struct {
	const char *body;
	enum reason_code code;
	const char *first, *second;
} rows[] = {
    {"--b\nA\n--b\nB\n--b--\n", REASON_OK, "A", "B"},
    {"--b\r\nA\r\n--b\r\nB\r\n--b--\r\n", REASON_OK, "A", "B"},
    /* only one line end belongs to the boundary */
    {"--b\r\nA\r\n\r\n--b\r\nB\r\n--b--", REASON_OK, "A\r\n", "B"},
    {"--b\nA\n\n--b\nB\n\n--b--", REASON_OK, "A\n", "B\n"},
    {"preamble\n--b\nA\n--b\nB\n--b--\nepilogue\n--b\nC\n--b--\n", REASON_OK,
	"A", "B"},
    {"preamble --b\n--b\nA\n--b\nB\n--b--", REASON_OK, "A", "B"},
    {"--b  \t\nA\n--b \r\nB\n--b-- \n", REASON_OK, "A", "B"},
    /* other boundaries that start like ours */
    {"--b\nA\n--bb\nC\n--b-\n--b--x\n--b\nB\n--b--", REASON_OK,
	"A\n--bb\nC\n--b-\n--b--x", "B"},
    {"--b\nA\n --b\nx--b\n--b\nB\n--b--", REASON_OK, "A\n --b\nx--b", "B"},
    {"--b\n--b\nB\n--b--", REASON_OK, "", "B"},
    {"--b\n\n--b\n\n--b--", REASON_OK, "", ""},
    {"--b\nA\n\r--b\n--b\nB\n--b--", REASON_OK, "A\n\r--b", "B"},
    {"--b\nA\n--b\nB\n--b\nC\n--b--", REASON_PART_COUNT, NULL, NULL},
    {"--b\nA\n--b--\nB\n--b--", REASON_PART_COUNT, NULL, NULL},
    {"--b--\n", REASON_PART_COUNT, NULL, NULL},
    {"", REASON_PART_COUNT, NULL, NULL},
    {"--bb\nA\n--bb\nB\n--bb--", REASON_PART_COUNT, NULL, NULL},
    {"--b", REASON_MALFORMED, NULL, NULL},
    {"--b\nA\n--b\nB\n", REASON_MALFORMED, NULL, NULL},
    {"--b\nA\n--b\nB\n--bb--\n", REASON_MALFORMED, NULL, NULL},
    {"--b\nA\n--b\nB\n--b-", REASON_MALFORMED, NULL, NULL},
};

static void
two(void **state)
{
	struct reason why;
	struct split s;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].body);
		reason_clear(&why);
		o = split_two(span_str(rows[i].body), "b", &s, &why);
		assert_int_equal(why.code, rows[i].code);
		if (o != DONE)
			continue;
		assert_true(span_equal(s.first, span_str(rows[i].first)));
		assert_true(span_equal(s.second, span_str(rows[i].second)));
	}
}

static void
no_boundary(void **state)
{
	struct reason why;
	struct split s;

	(void)state;
	assert_int_equal(
	    split_two(span_str("--\nA\n--\nB\n----"), "", &s, &why), REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two),
	    cmocka_unit_test(no_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
