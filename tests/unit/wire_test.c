#include "tests/unit/unit.h"

#include <string.h>

#include "base/wire.h"

static void
round_trip(void **state)
{
	static const uint8_t raw[4] = {0, 1, 2, 255};
	struct bytes bytes;
	uint8_t fixed[4];
	struct buffer b;
	struct wire w;
	char text[6];

	(void)state;
	buffer_init(&b, 1000);
	wire_put_u32(&b, UINT32_MAX);
	wire_put_i64(&b, INT64_MIN);
	wire_put_str(&b, "hello");
	wire_put_span(&b, (struct span){raw, 4});
	wire_put_span(&b, (struct span){raw, 4});
	wire_init(&w, span_buffer(&b));
	assert_true(wire_get_u32(&w) == UINT32_MAX);
	assert_true(wire_get_i64(&w) == INT64_MIN);
	wire_get_str(&w, text, sizeof text);
	assert_string_equal(text, "hello");
	wire_get_fixed(&w, fixed, 4);
	assert_memory_equal(fixed, raw, 4);
	assert_false(wire_end(&w));
	wire_get_bytes(&w, 4, &bytes);
	assert_true(wire_end(&w));
	bytes_clear(&bytes);
	buffer_clear(&b);
}

static void
caps(void **state)
{
	struct buffer b;
	struct wire w;
	char text[5];

	(void)state;
	buffer_init(&b, 100);
	wire_put_str(&b, "hello");
	wire_init(&w, span_buffer(&b));
	wire_get_str(&w, text, sizeof text);
	assert_false(wire_ok(&w));
	assert_string_equal(text, "");
	wire_init(&w, span_buffer(&b));
	assert_int_equal(0, wire_get_span(&w, 4).len);
	assert_false(wire_ok(&w));
	buffer_reset(&b);
	wire_put_span(&b, (struct span){(const uint8_t *)"a\0b", 3});
	wire_init(&w, span_buffer(&b));
	wire_get_str(&w, text, sizeof text);
	assert_false(wire_ok(&w)); /* a string with a NUL is two */
	buffer_reset(&b);
	wire_put_u32(&b, 7);
	wire_init(&w, span_buffer(&b));
	assert_int_equal(0, wire_get_max(&w, 6));
	assert_false(wire_ok(&w));
	buffer_clear(&b);
}

/* One field too many spoils the whole, whatever would fit after it. */
static void
full_buffer(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 10);
	wire_put_u32(&b, 1);
	assert_true(wire_complete(&b));
	wire_put_str(&b, "seven..");
	assert_false(wire_complete(&b));
	wire_put_u32(&b, 1);
	assert_false(wire_complete(&b));
	buffer_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(caps),
	    cmocka_unit_test(full_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
