#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "directory/ldif_file.h"

/* Texts that are content LDIF, and how they are written again. */
static const struct {
	const char *in, *out;
} good[] = {
    {"version: 1\n", ""},
    {"# a comment\nversion: 1\n\n\n", ""},
    {"version: 1\n"
     "# id: 00112233445566778899aabbccddeeff\n"
     "dn: cn=a\n"
     "cn: a\n",
	"\n# id: 00112233445566778899aabbccddeeff\n"
	"dn: cn=a\n"
	"cn: a\n"},
    /* CRLF, folding, base64, a comment folded, no newline at the end */
    {"version: 1\r\n\r\n"
     "# id: 00112233445566778899aabbccddeeff\r\n"
     "# a long\r\n  comment\r\n"
     "dn: cn=a\r\n ,dc=b\r\n"
     "cn:: YQ==\r\n"
     "sn:: IGFi\r\n"
     "description:",
	"\n# id: 00112233445566778899aabbccddeeff\n"
	"dn: cn=a,dc=b\n"
	"cn: a\n"
	"sn:: IGFi\n"
	"description: \n"},
    /* without an id of ours it is made of the DN: of "cn=a" here */
    {"version: 1\n\ndn: cn=a\n",
	"\n# id: dd29491242436969931b8b23ab10862f\ndn: cn=a\n"},
};

static const char *const bad[] = {
    "", "\n", "# only a comment\n",    /* cut to nothing */
    "dn: cn=a\ncn: a\n",	       /* no version */
    "version: 2\n",		       /* another version */
    "version: 1\ncn: a\n",	       /* no dn */
    "version: 1\ndn: cn=a\ndn: b\n",   /* two */
    "version: 1\ndn:\ncn: a\n",	       /* empty */
    "version: 1\ndn: cn=a\nnothing\n", /* no colon */
    "version: 1\ndn: cn=a\n: a\n",
    "version: 1\ndn: cn=a\ncn:: a\n", /* not base64 */
    "version: 1\ndn: cn=a\ncn:: YQ=\n", "version: 1\ndn: cn=a\ncn:: Y===\n",
    "version: 1\ndn: cn=a\ncn:: YQ==YQ==\n",
    "version: 1\ndn: cn=a\nc:< file:///etc/passwd\n",
    "version: 1\ndn: cn=a\nchangetype: delete\n",
    "version: 1\ndn:: AA==\n", /* NUL */
};

static const char head[] =
    "version: 1\n"
    "# Contacts by certharvest: ldapadd -c, or ldifde -i -k.\n"
    "# Always complete; replaced as a whole at every change.\n";

static void
good_ones_are_read_and_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct ldif_file f = {.n = 0};
		struct buffer out;
		struct reason why;

		buffer_init(&out, LDIF_BYTES);
		if (ldif_parse(span_str(good[i].in), &f, &why) != DONE)
			fail_msg("%zu: %s", i, why.text);
		assert_true(ldif_print(&f, &out));
		assert_true(buffer_add(&out, "", 1));
		assert_memory_equal(out.data, head, sizeof head - 1);
		assert_string_equal(
		    (char *)out.data + sizeof head - 1, good[i].out);
		buffer_clear(&out);
		ldif_clear(&f);
	}
}

static void
bad_ones_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct ldif_file f = {.n = 0};
		struct reason why;

		if (ldif_parse(span_str(bad[i]), &f, &why) != BROKEN)
			fail_msg("%zu is taken", i);
		assert_int_equal(why.code, REASON_DIRECTORY_FILE);
	}
}

/* Any bytes, of any length, come back. */
static void
values_come_back(void **state)
{
	uint8_t value[300];
	struct ldif_file f = {.n = 0}, g = {.n = 0};
	struct ldif_entry *e;
	struct buffer out;
	struct reason why;

	(void)state;
	e = ldif_add_entry(&f, "00112233445566778899aabbccddeeff",
	    "cn=\xc3\xb6 with a name that is long enough to be folded more "
	    "than once, when it stands in base64,dc=example");
	for (size_t len = 0; len < sizeof value; len++) {
		for (size_t i = 0; i < len; i++)
			value[i] = (uint8_t)(i * 7 + len);
		assert_true(ldif_add(e, "value", (struct span){value, len}));
	}
	assert_true(ldif_add(e, "value", span_str(" a")));
	assert_true(ldif_add(e, "value", span_str("a ")));
	assert_true(ldif_add(e, "value", span_str(":a")));
	assert_true(ldif_add(e, "value", span_str("a\ndn: cn=b")));
	buffer_init(&out, LDIF_BYTES);
	assert_true(ldif_print(&f, &out));
	assert_int_equal(ldif_parse(span_buffer(&out), &g, &why), DONE);
	assert_int_equal(g.n, 1);
	assert_string_equal(g.entries[0].dn, e->dn);
	assert_int_equal(g.entries[0].n, e->n);
	for (size_t i = 0; i < e->n; i++)
		assert_true(span_equal(span_bytes(&e->attributes[i].value),
		    span_bytes(&g.entries[0].attributes[i].value)));
	buffer_clear(&out);
	ldif_clear(&f);
	ldif_clear(&g);
}

static void
values_are_found_and_removed(void **state)
{
	struct ldif_file f = {.n = 0};
	struct ldif_entry *e = ldif_add_entry(&f, "x", "cn=x");

	(void)state;
	for (int i = 0; i < 9; i++) {
		char text[] = {(char)('a' + i), '\0'};

		assert_true(ldif_add(e, "v", span_str(text)));
	}
	assert_int_equal(ldif_find(e, "V", span_str("c")), 2);
	assert_int_equal(ldif_find(e, "v", span_str("C")), -1);
	ldif_remove(e, 2);
	assert_int_equal(ldif_find(e, "v", span_str("c")), -1);
	assert_int_equal(ldif_find(e, "v", span_str("i")), 7);
	while (e->n > 0)
		ldif_remove(e, e->n - 1);
	assert_true(ldif_add(e, "v", span_str("z")));
	assert_int_equal(ldif_find(e, "v", span_str("z")), 0);
	ldif_clear(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_ones_are_read_and_written),
	    cmocka_unit_test(bad_ones_are_refused),
	    cmocka_unit_test(values_come_back),
	    cmocka_unit_test(values_are_found_and_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
