#include "tests/unit/unit.h"

#include <string.h>

#include "directory/keytab.h"

/* Two entries and a hole, as "ktutil" writes them, the keys of zeros. */
#define HEAD "\x05\x02"
#define NAME "\x00\x01\x00\x01R\x00\x03svc\x00\x00\x00\x01\x00\x00\x00\x00"
#define AES "\x00\x12\x00\x02kk"
#define RC4 "\x00\x17\x00\x02kk"
/* NAME has 18 octets, version 1, key 6 */
#define ENTRY "\x00\x00\x00\x19" NAME "\x03" AES
#define LONG_ENTRY "\x00\x00\x00\x1d" NAME "\x03" RC4 "\x00\x00\x01\x03"
#define HOLE                                                                   \
	"\xff\xff\xff\xfc"                                                     \
	"abcd"

#define SPAN(s) ((struct span){(const uint8_t *)(s), sizeof(s) - 1})

static void
entries_are_read(void **state)
{
	static const char file[] = HEAD ENTRY HOLE LONG_ENTRY;
	struct reason why;
	struct keytab k;

	(void)state;
	assert_int_equal(keytab_parse(SPAN(file), &k, &why), DONE);
	assert_int_equal(k.n, 2);
	assert_string_equal(k.list[0].principal, "svc@R");
	assert_int_equal(k.list[0].version, 3);
	assert_int_equal(k.list[0].encryption, 18);
	assert_true(keytab_encryption_is_good(k.list[0].encryption));
	assert_int_equal(k.list[1].version, 259);
	assert_string_equal(
	    keytab_encryption_name(k.list[1].encryption), "arcfour-hmac");
	assert_false(keytab_encryption_is_good(k.list[1].encryption));
}

static void
damage_is_told(void **state)
{
	static const char file[] = HEAD ENTRY HOLE LONG_ENTRY;
	struct reason why;
	struct keytab k;

	(void)state;
	assert_int_equal(keytab_parse(SPAN("\x05\x01"), &k, &why), BROKEN);
	assert_int_equal(keytab_parse(SPAN(HEAD), &k, &why), BROKEN);
	assert_int_equal(keytab_parse(SPAN(""), &k, &why), BROKEN);
	assert_int_equal(
	    keytab_parse(SPAN(HEAD "\xff\xff\xff\xff"), &k, &why), BROKEN);
	/* cut anywhere: never more than was there */
	for (size_t len = 0; len < sizeof file - 1; len++) {
		struct span s = {(const uint8_t *)file, len};

		if (keytab_parse(s, &k, &why) == DONE)
			assert_int_equal(k.n, 1);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_are_read),
	    cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
