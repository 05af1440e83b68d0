#include "tests/unit/unit.h"

#include <string.h>

#include "base/digest.h"

/* FIPS 180-4's own example, and RFC 4231 test case 2. */
static void
known_answers(void **state)
{
	uint8_t raw[DIGEST_LEN];
	char text[DIGEST_HEX];

	(void)state;
	digest_sha256_hex(span_str("abc"), text);
	assert_string_equal(text,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	digest_sha256_hex((struct span){NULL, 0}, text);
	assert_string_equal(text,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	digest_hmac(
	    span_str("Jefe"), span_str("what do ya want for nothing?"), raw);
	bytes_hex((struct span){raw, sizeof raw}, text);
	assert_string_equal(text,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
}

static void
fields_do_not_run_together(void **state)
{
	static const char *const split[2][2] = {{"ab", "c"}, {"a", "bc"}};
	uint8_t raw[2][DIGEST_LEN];
	struct digest *d;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		d = digest_new();
		digest_add_field(d, span_str(split[i][0]));
		digest_add_field(d, span_str(split[i][1]));
		digest_finish(d, raw[i]);
		digest_free(d);
	}
	assert_false(digest_equal(raw[0], raw[1]));
	assert_true(digest_equal(raw[0], raw[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_answers),
	    cmocka_unit_test(fields_do_not_run_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
