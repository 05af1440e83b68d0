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
    {S64 "@example.org", S64 "@example.org"},
    {S64 "x@example.org", NULL},
    {"", NULL},
    {"@", NULL},
    {"bob", NULL},
    {"bob@", NULL},
    {"@example.org", NULL},
    {"bob@@example.org", NULL},
    {"a@b@example.org", NULL},
    {"bob smith@example.org", NULL},
    {"\"bob smith\"@example.org", NULL},
    {"\"a\\\"b\"@example.org", NULL},
    {"bob@example..org", NULL},
    {"bob@.example.org", NULL},
    {".bob@example.org", NULL},
    {"bob.@example.org", NULL},
    {"b..ob@example.org", NULL},
    {"bob@-example.org", NULL},
    {"bob@example-.org", NULL},
    {"bob@[192.0.2.1]", NULL},
    {"bob@exa mple.org", NULL},
    {"bob(comment)@example.org", NULL},
    {"<bob@example.org>", NULL},
    {"bob@example.org\r\nX: y", NULL},
    {"bob@" S64 ".example", NULL},
    {"\xff\xfe@example.org", NULL},
    {"b\xc0\xaf@example.org", NULL},	 /* overlong */
    {"b\xed\xa0\x80@example.org", NULL}, /* surrogate */
    {"b\xc2\x80@example.org", NULL},	 /* C1 control */
    /* not ASCII: neither folded nor normalised; what looks alike is not */
    {"\xc3\x9c"
     "BER@example.org",
	"\xc3\x9c"
	"BER@example.org"},
    {"u\xcc\x88"
     "b@example.org",
	"u\xcc\x88"
	"b@example.org"},
    {"b\xd0\xbe"
     "b@example.org",
	"b\xd0\xbe"
	"b@example.org"},
    {"\xd1\x8e\xd0\xb7\xd0\xb5\xd1\x80@"
     "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.example",
	"\xd1\x8e\xd0\xb7\xd0\xb5\xd1\x80@xn--e1afmkfd.example"},
    {"\xf0\x9f\x93\xa7@example.org", "\xf0\x9f\x93\xa7@example.org"},
    /* what nobody sees, or takes for a blank */
    {"b\xe2\x80\x8b@example.org", NULL}, /* zero width space */
    {"b\xe2\x80\x8d@example.org", NULL}, /* joiner */
    {"b\xe2\x80\xae@example.org", NULL}, /* override of direction */
    {"b\xe2\x81\xa6@example.org", NULL}, /* isolate */
    {"b\xc2\xad@example.org", NULL},	 /* soft hyphen */
    {"\xef\xbb\xbf"
     "bob@example.org",
	NULL},				 /* byte order mark */
    {"b\xc2\xa0@example.org", NULL},	 /* no-break space */
    {"b\xe3\x80\x80@example.org", NULL}, /* ideographic space */
    {"b\xe3\x85\xa4@example.org", NULL}, /* Hangul filler */
    {"b\xef\xbf\xbf@example.org", NULL}, /* noncharacter */
    {"b\xf4\x90\x80\x80@example.org", NULL},
    {"b\xc3@example.org", NULL},
    /* domains: mapped as mail programs do it, never decoded */
    {"bob@\xef\xbd\x85xample.org", "bob@example.org"}, /* wide e */
    {"bob@example\xe3\x80\x82org", "bob@example.org"}, /* wide full stop */
    {"bob@stra\xc3\x9f"
     "e.example",
	"bob@xn--strae-oqa.example"},
    {"bob@u\xcc\x88.example", "bob@xn--tda.example"},
    {"bob@XN--BCHER-KVA.example", "bob@xn--bcher-kva.example"},
    {"bob@xn--zzzzzz.example", "bob@xn--zzzzzz.example"},
    {"bob@ex\xc2\xad"
     "ample.org",
	NULL},
    {"bob@ex\xe2\x80\x8b"
     "ample.org",
	NULL},
    {"bob@\xe2\x80\xae"
     "example.org",
	NULL},
    {"bob@\xf0\x9f\x93\xa7.example", NULL},
    {"bob@exa\xef\xbc\xa0mple.org", NULL}, /* wide @ */
    {"bob@\xe2\x84\x80.example", NULL},	   /* a/c in one character */
    {"bob@\xcc\x88"
     "a.example",
	NULL}, /* a combining mark in front */
    {"bob@\xff.example", NULL},
    {"bob@192.0.2.1", NULL},
    {"bob@1", NULL},
    {"bob@2.example", "bob@2.example"},
    {"bob@example.1a", "bob@example.1a"},
    /* what others may take for another's */
    {"bob%evil.example@example.org", "bob%evil.example@example.org"},
    {"evil.example!bob@example.org", "evil.example!bob@example.org"},
    {"*@example.org", "*@example.org"},
    {"@a.example:bob@example.org", NULL},
    {"bob@example.org,eve@evil.example", NULL},
    {"bob@example.org;", NULL},
    {"bob@example.org eve", NULL},
    {"mailto:bob@example.org", NULL},
    {"bob@example.org..", NULL},
    {"bob\t@example.org", NULL},
    {"bob\\@example.org", NULL},
    {"bob@example.org/x", NULL},
    {"bob@\"example.org\"", NULL},
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

/* Canonical once is canonical for ever, and never in another's place. */
static void
once_is_enough(void **state)
{
	char once[ADDRESS_SIZE], twice[ADDRESS_SIZE];
	struct reason why;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].canonical == NULL)
			continue;
		assert_int_equal(
		    address_canonical(span_str(rows[i].canonical), once, &why),
		    DONE);
		assert_string_equal(once, rows[i].canonical);
		assert_int_equal(
		    address_canonical(span_str(once), twice, &why), DONE);
		assert_string_equal(once, twice);
		for (j = 0; once[j] != '@'; j++)
			if ((unsigned char)once[j] >= 0x80)
				break;
		assert_int_equal(address_is_utf8(once), once[j] != '@');
	}
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

/* The other way round, back to the same; what is ASCII has one form. */
static void
as_people_write_it(void **state)
{
	static const char *const single[] = {"bob@b.example",
	    "j\xc3\xb6rg@b.example", "bob@xn--.example", "bob@xn--a.example",
	    "nobody", ""};
	static const char wide[] = "bob@xn--bcher-kva.example";
	char out[ADDRESS_SIZE], back[ADDRESS_SIZE];

	(void)state;
	assert_true(address_unicode(wide, out));
	assert_string_equal(out,
	    "bob@b\xc3\xbc"
	    "cher.example");
	assert_int_equal(address_canonical(span_str(out), back, NULL), DONE);
	assert_string_equal(back, wide);
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
		if (address_unicode(single[i], out))
			fail_msg("%s: %s", single[i], out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canonical),
	    cmocka_unit_test(nul_is_refused),
	    cmocka_unit_test(longest),
	    cmocka_unit_test(once_is_enough),
	    cmocka_unit_test(domains),
	    cmocka_unit_test(as_people_write_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
