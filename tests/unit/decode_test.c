#include "tests/unit/unit.h"

#include <string.h>

#include "smime/decode.h"

/* encoding or NULL, body, cap; reason, result. */
static const struct {
	const char *encoding, *body;
	size_t cap;
	enum reason_code code;
	const char *out;
} rows[] = {
    {NULL, "abc", 10, REASON_OK, "abc"},
    {" 7bit", "abc", 10, REASON_OK, "abc"},
    {"8BIT\r\n ", "abc", 10, REASON_OK, "abc"},
    {"binary (of a kind)", "abc", 3, REASON_OK, "abc"},
    {"BASE64", "YWJj\r\nZGVm\r\n", 10, REASON_OK, "abcdef"},
    {" base64;", "YW Jj*ZG Vm", 10, REASON_OK, "abcdef"},
    {"base64", "YWI=", 10, REASON_OK, "ab"},
    {"quoted-printable", "=30=82=\r\nx", 10, REASON_OK, "0\x82x"},
    {"", "abc", 10, REASON_OK, "abc"},
    {"base64", "YWJjZGVm", 5, REASON_CMS_TOO_LARGE, NULL},
    {"7bit", "abcdef", 5, REASON_CMS_TOO_LARGE, NULL},
    {"quoted-printable", "=30=30=30=30", 2, REASON_CMS_TOO_LARGE, NULL},
    {"base64", "", 10, REASON_BAD_ENCODING, NULL},
    {"base64", "\n\n", 10, REASON_BAD_ENCODING, NULL},
    {"x-uuencode", "abc", 10, REASON_BAD_ENCODING, NULL},
    {"rot13", "abc", 10, REASON_BAD_ENCODING, NULL},
    {"base6", "abc", 10, REASON_BAD_ENCODING, NULL},
    {"base644", "abc", 10, REASON_BAD_ENCODING, NULL},
};

static void
bodies(void **state)
{
	struct bytes storage = {NULL, 0};
	struct message m;
	struct reason why;
	enum outcome o;
	struct span out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&m, 0, sizeof m);
		m.body = span_str(rows[i].body);
		if (rows[i].encoding != NULL)
			m.fields[MESSAGE_ENCODING] = (struct message_value){
			    span_str(rows[i].encoding), 1};
		print_message("%zu\n", i);
		reason_clear(&why);
		o = decode_body(&m, rows[i].cap, &storage, &out, &why);
		assert_int_equal(why.code, rows[i].code);
		if (o == DONE)
			assert_true(span_equal(out, span_str(rows[i].out)));
		bytes_clear(&storage);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
