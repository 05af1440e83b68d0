#include "tests/unit/unit.h"

#include <string.h>

#include "base/bytes.h"

static void
buffer_keeps_its_cap(void **state)
{
	struct buffer b;
	char big[1000];

	(void)state;
	memset(big, 'x', sizeof big);
	buffer_init(&b, 1000);
	assert_true(buffer_add(&b, big, 600));
	assert_false(buffer_add(&b, big, 401));
	assert_int_equal(b.len, 600);
	assert_true(buffer_add(&b, big, 400));
	assert_false(buffer_add(&b, big, 1));
	assert_true(b.size <= 1000);
	/* A length near SIZE_MAX must not wrap around. */
	assert_false(buffer_add(&b, big, SIZE_MAX - 10));
	buffer_reset(&b);
	assert_true(buffer_add(&b, "", 0));
	assert_int_equal(b.len, 0);
	buffer_clear(&b);
}

static void
hex(void **state)
{
	static const uint8_t raw[] = {0x00, 0x1f, 0xa0, 0xff};
	uint8_t back[4];
	char text[9];

	(void)state;
	bytes_hex((struct span){raw, sizeof raw}, text);
	assert_string_equal(text, "001fa0ff");
	assert_true(bytes_unhex("001FA0ff", back, 4));
	assert_memory_equal(raw, back, 4);
	assert_false(bytes_unhex("001fa0f", back, 4));
	assert_false(bytes_unhex("001fa0fg", back, 4));
	assert_false(bytes_unhex("", back, 4));
}

static void
spans(void **state)
{
	struct bytes b = {NULL, 0};

	(void)state;
	assert_true(span_equal(span_str(""), (struct span){NULL, 0}));
	assert_false(span_equal(span_str("a"), span_str("b")));
	assert_false(span_equal(span_str("a"), span_str("ab")));
	assert_true(bytes_dup((struct span){NULL, 0}, &b));
	assert_non_null(b.data);
	bytes_clear(&b);
	assert_null(b.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(buffer_keeps_its_cap),
	    cmocka_unit_test(hex),
	    cmocka_unit_test(spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
