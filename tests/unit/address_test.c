#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/address.h"

#define S8 "abcdefgh"
#define S64 S8 S8 S8 S8 S8 S8 S8 S8

/* raw, and its canonical form or NULL. */
static const struct {
	const char *raw;
	const char *canonical;
} rows[] = {
    {"bob@example.org", "bob@example.org"},
    {"Bob.Smith@EXAMPLE.Org", "bob.smith@example.org"},
    {"bob@example.org.", "bob@example.org"},
    {"\"bob\"@example.org", "bob@example.org"},
    {"o'brien+x=y@example.org", "o'brien+x=y@example.org"},
    {"bob@b\xc3\xbc"
     "cher.example",
	"bob@xn--bcher-kva.example"},
    {"bob@B\xc3\x9c"
     "CHER.example",
	"bob@xn--bcher-kva.example"},
    {"bob@xn--bcher-kva.example", "bob@xn--bcher-kva.example"},
    /* not ASCII: octet for octet */
    {"J\xc3\xbcrgen@example.org", "J\xc3\xbcrgen@example.org"},
    {S64 "@example.org", S64 "@example.org"}, {S64 "x@example.org", NULL},
    {"", NULL}, {"@", NULL}, {"bob", NULL}, {"bob@", NULL},
    {"@example.org", NULL}, {"bob@@example.org", NULL},
    {"a@b@example.org", NULL}, {"bob smith@example.org", NULL},
    {"\"bob smith\"@example.org", NULL}, {"\"a\\\"b\"@example.org", NULL},
    {"bob@example..org", NULL}, {"bob@.example.org", NULL},
    {".bob@example.org", NULL}, {"bob.@example.org", NULL},
    {"b..ob@example.org", NULL}, {"bob@-example.org", NULL},
    {"bob@example-.org", NULL}, {"bob@[192.0.2.1]", NULL},
    {"bob@exa mple.org", NULL}, {"bob(comment)@example.org", NULL},
    {"<bob@example.org>", NULL}, {"bob@example.org\r\nX: y", NULL},
    {"bob@" S64 ".example", NULL}, {"\xff\xfe@example.org", NULL},
    {"b\xc0\xaf@example.org", NULL},	 /* overlong */
    {"b\xed\xa0\x80@example.org", NULL}, /* surrogate */
    {"b\xc2\x80@example.org", NULL},	 /* C1 control */
};

static void
canonical(void **state)
{
	char out[ADDRESS_SIZE];
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		o = address_canonical(span_str(rows[i].raw), out, &why);
		print_message("%s\n", rows[i].raw);
		if (rows[i].canonical == NULL) {
			assert_int_equal(o, REFUSED);
			assert_int_equal(why.code, REASON_BAD_ADDRESS);
		} else {
			assert_int_equal(o, DONE);
			assert_string_equal(out, rows[i].canonical);
		}
	}
}

static void
nul_is_refused(void **state)
{
	static const uint8_t local[] = "bo\0b@example.org",
			     domain[] = "bob@example.org\0.evil.example";
	char out[ADDRESS_SIZE];
	struct reason why;

	(void)state;
	assert_int_equal(REFUSED,
	    address_canonical(
		(struct span){local, sizeof local - 1}, out, &why));
	assert_int_equal(REFUSED,
	    address_canonical(
		(struct span){domain, sizeof domain - 1}, out, &why));
}

static void
longest(void **state)
{
	char raw[300], out[ADDRESS_SIZE];
	struct reason why;
	int len;

	(void)state;
	/* 64 + 1 + 189 = 254 */
	len = snprintf(
	    raw, sizeof raw, "%s@%.63s.%.63s.%.61s", S64, S64, S64, S64);
	assert_int_equal(len, LIMIT_ADDRESS);
	assert_int_equal(DONE, address_canonical(span_str(raw), out, &why));
	snprintf(raw, sizeof raw, "%s@%.63s.%.63s.%.62s", S64, S64, S64, S64);
	assert_int_equal(REFUSED, address_canonical(span_str(raw), out, &why));
}

static void
domains(void **state)
{
	(void)state;
	assert_string_equal(address_peek_domain("a@b.example"), "b.example");
	assert_true(address_domain_matches("b.example", "b.example"));
	assert_false(address_domain_matches("x.b.example", "b.example"));
	assert_true(address_domain_matches("x.b.example", ".b.example"));
	assert_false(address_domain_matches("b.example", ".b.example"));
	assert_false(address_domain_matches("xb.example", ".b.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canonical),
	    cmocka_unit_test(nul_is_refused),
	    cmocka_unit_test(longest),
	    cmocka_unit_test(domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
