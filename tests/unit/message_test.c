#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "smime/message.h"

#define NO 99

/* text, reason, From: fields, body. */
static const struct {
	const char *text;
	enum reason_code code;
	unsigned from;
	const char *body;
} rows[] = {
    {"From: a@b\n\nbody\n", REASON_OK, 1, "body\n"},
    {"From: a@b\r\n\r\nbody\r\n", REASON_OK, 1, "body\r\n"},
    {"From: a@b\r\nTo: c\n\r\nbody", REASON_OK, 1, "body"},
    {"from: a@b\nFROM: c\n\n", REASON_OK, 2, ""},
    {"From : a@b\n\n", REASON_OK, 1, ""},
    {"From\t: a@b\nFrom: c\n\n", REASON_OK, 2, ""},
    {"X-From: a@b\nFro: c\nFrom2: d\n\n", REASON_OK, 0, ""},
    {"Subject: x\n From: a@b\n\n", REASON_OK, 0, ""},
    {"From: a@b", REASON_OK, 1, ""},
    {"From: a@b\n", REASON_OK, 1, ""},
    {"", REASON_OK, 0, ""},
    {"\n", REASON_OK, 0, ""},
    {"\nFrom: a@b\n", REASON_OK, 0, "From: a@b\n"},
    {"From me Mon Nov 23\nFrom: a@b\n\nx", REASON_OK, 1, "x"},
    {"From: a\nFrom me Mon Nov 23\n\n", REASON_MALFORMED, NO, NULL},
    {"no field\n\n", REASON_MALFORMED, NO, NULL},
    {" starts folded\n\n", REASON_MALFORMED, NO, NULL},
    {": no name\n\n", REASON_MALFORMED, NO, NULL},
    {"Na me: x\n\n", REASON_MALFORMED, NO, NULL},
    {"N\xc3\xa4me: x\n\n", REASON_MALFORMED, NO, NULL},
    {"X: y\rFrom: a@b\n\n", REASON_MALFORMED, NO, NULL},
    {"X: y\r\r\n\n", REASON_MALFORMED, NO, NULL},
    {"X: y\n\r", REASON_MALFORMED, NO, NULL},
};

static void
scan(void **state)
{
	struct reason why;
	struct message m;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].text);
		reason_clear(&why);
		o = message_scan(
		    span_str(rows[i].text), MESSAGE_MAIL, &m, &why);
		assert_int_equal(why.code, rows[i].code);
		assert_int_equal(o, reason_outcome(rows[i].code));
		if (o != DONE)
			continue;
		assert_int_equal(m.fields[MESSAGE_FROM].n, rows[i].from);
		assert_true(span_equal(m.body, span_str(rows[i].body)));
	}
}

/* The first value, folds and all, and not what stands behind it. */
static void
values(void **state)
{
	static const char text[] =
	    "From: a\r\n\tb\r\n  c\r\nContent-Type: t\r\n"
	    "X: y\r\n z\r\nFrom: second\r\n\r\n";
	struct reason why;
	struct message m;

	(void)state;
	assert_int_equal(
	    message_scan(span_str(text), MESSAGE_MAIL, &m, &why), DONE);
	assert_true(span_equal(
	    m.fields[MESSAGE_FROM].raw, span_str(" a\r\n\tb\r\n  c")));
	assert_int_equal(m.fields[MESSAGE_FROM].n, 2);
	assert_true(
	    span_equal(m.fields[MESSAGE_CONTENT_TYPE].raw, span_str(" t")));
}

static enum reason_code
repeated(const char *line, size_t n, enum message_kind kind)
{
	size_t len = strlen(line), i;
	char *text = malloc(n * len + 1);
	struct reason why;
	struct message m;

	assert_non_null(text);
	for (i = 0; i < n; i++)
		memcpy(text + i * len, line, len);
	reason_clear(&why);
	(void)!message_scan(
	    (struct span){(uint8_t *)text, n * len}, kind, &m, &why);
	free(text);
	return why.code;
}

static void
caps(void **state)
{
	(void)state;
	assert_int_equal(
	    repeated("A: b\n", LIMIT_HEADERS, MESSAGE_MAIL), REASON_OK);
	assert_int_equal(repeated("A: b\n", LIMIT_HEADERS + 1, MESSAGE_MAIL),
	    REASON_HEADER_LIMIT);
	/* Folded lines are one field, and count by their bytes. */
	assert_int_equal(
	    repeated("A: b\n c\n d\n", LIMIT_HEADERS, MESSAGE_MAIL), REASON_OK);
	assert_int_equal(
	    repeated("A: b\n c\n", LIMIT_HEADER_BYTES / 8 + 1, MESSAGE_MAIL),
	    REASON_HEADER_LIMIT);
	assert_int_equal(repeated("Abcdefg: bcdefgh\n",
			     LIMIT_PART_HEADERS / 17 + 1, MESSAGE_PART),
	    REASON_HEADER_LIMIT);
	/* A NUL is not in a C string. */
	{
		static const uint8_t nul[] = "From: a\0b\n\n";
		struct reason why;
		struct message m;

		assert_int_equal(message_scan((struct span){nul, 11},
				     MESSAGE_MAIL, &m, &why),
		    REFUSED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scan),
	    cmocka_unit_test(values),
	    cmocka_unit_test(caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
