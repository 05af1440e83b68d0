#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "smime/from.h"
#include "smime/phrase.h"

/*
 * Phrases of From:, and what is shown of them; NULL: nothing.  odd: the
 * oracle thinks otherwise, as it is no parser of phrases (quotes, comments),
 * gives away parts, or cleans nothing.
 */
static const struct row {
	const char *phrase, *name;
	bool odd;
} rows[] = {
    {"Bob", "Bob", false},
    {"Bob B. Builder", "Bob B. Builder", false},
    {"  Bob \r\n\t Builder ", "Bob Builder", false},
    {"\"Builder, Bob\"", "Builder, Bob", true},
    {"\"Bob \\\"the\\\" B\\\\\"", "Bob \"the\" B\\", true},
    {"Bob (Sales (EMEA) \\) x) Builder", "Bob Builder", true},
    {"\"\"", NULL, true},
    {"", NULL, false},
    /* RFC 2047 */
    {"=?utf-8?Q?B=C3=B6b_Builder?=", "B\u00f6b Builder", false},
    {"=?UTF-8?b?QsO2Yg==?=", "B\u00f6b", false},
    {"=?utf-8?B?QsO2Yg?=", "B\u00f6b", false},
    {"=?utf-8*de?Q?B=C3=B6b?=", "B\u00f6b", true},
    {"=?iso-8859-1?Q?B=F6b?=", "B\u00f6b", false},
    {"=?iso-8859-15?Q?=A4?=", "\u20ac", false},
    {"=?windows-1252?Q?=80=93?=", "\u20ac\u201c", false},
    {"=?windows-1251?B?yOLg7Q==?=", "\u0418\u0432\u0430\u043d", false},
    {"=?koi8-r?B?6dfBzg==?=", "\u0418\u0432\u0430\u043d", false},
    {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "\u5c71\u7530", false},
    {"=?shift_jis?B?jlKTYw==?=", "\u5c71\u7530", false},
    {"=?euc-jp?B?u7PFxA==?=", "\u5c71\u7530", false},
    {"=?gb2312?B?1cXI/Q==?=", "\u5f20\u4e09", false},
    {"=?gb18030?B?1cXI/Q==?=", "\u5f20\u4e09", false},
    {"=?big5?B?sWmkVA==?=", "\u5f35\u4e09", false},
    {"=?euc-kr?B?sei/tcij?=", "\uae40\uc601\ud638", false},
    {"=?ks_c_5601-1987?B?sei/tcij?=", "\uae40\uc601\ud638", false},
    {"=?iso-8859-2?Q?=A3ukasz?=", "\u0141ukasz", false},
    {"=?iso-8859-9?Q?=DEahin?=", "\u015eahin", false},
    {"=?windows-1253?Q?=C1=E8=DE=ED=E1?=", "\u0391\u03b8\u03ae\u03bd\u03b1",
	false},
    {"=?us-ascii?Q?Bob?=", "Bob", false},
    /* words beside each other, section 6.2 */
    {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab", false},
    {"=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=F6?=", "a\u00f6", false},
    {"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c", false},
    {"=?utf-8?Q?a_?= =?utf-8?Q?_b?=", "a b", true},
    {"x=?utf-8?Q?y?=", "xy", true},
    /* a character over two words */
    {"=?utf-8?Q?B=C3?= =?utf-8?Q?=B6b?=", "B\u00f6b", false},
    {"=?utf-8?B?QsM=?= =?utf-8?Q?=B6b?=", "B\u00f6b", false},
    {"=?euc-jp?B?u7PF?= =?euc-jp?B?xA==?=", "\u5c71\u7530", false},
    {"=?iso-2022-jp?B?GyRCOzM=?= =?iso-2022-jp?B?RUQbKEI=?=", "\u5c71\u7530",
	false},
    {"=?iso-2022-jp?B?GyRCOzM=?= x", "\u5c71 x", true},
    /* as many programs write it */
    {"\"=?utf-8?Q?B=C3=B6b?=\"", "B\u00f6b", true},
    {"=?utf-8?Q?Builder,_(B)?=", "Builder, (B)", false},
    {"=?utf-8?Q?Builder?= (x)", "Builder", true},
    {"B\u00f6b", "B\u00f6b", false},
    /* what is no name: another charset, or none */
    {"B\xf6"
     "b",
	NULL, true},
    {"=?utf-8?Q?B=F6b?=", NULL, true},
    {"=?us-ascii?Q?B=F6b?=", NULL, true},
    {"=?utf-8?Q?B=C3?=", NULL, true},
    {"=?utf-8?Q?B=C3?= x =?utf-8?Q?=B6?=", NULL, true},
    {"=?euc-jp?B?u7PF?=", NULL, true},
    {"=?utf-7?Q?+AGE-?=", NULL, true},
    {"=?x?Q?a?=", NULL, true},
    {"=??Q?a?=", NULL, true},
    {"=?utf-8?X?a?=", NULL, true},
    {"=?utf-8?Q?a=?=", NULL, true},
    {"=?utf-8?Q?a=4?=", NULL, true},
    {"=?utf-8?Q?a=4g?=", NULL, true},
    {"=?utf-8?B?a?=", NULL, true},
    {"=?utf-8?B?YQ=Q?=", NULL, true},
    {"=?utf-8?B?Y_Q?=", NULL, true},
    {"=?utf-8?Q?a", NULL, true},
    {"=?utf-8?Q?a b?=", NULL, true},
    {"=?utf-8?Q?=3D=3Futf-8?=", NULL, true},
    /* what nobody should see: control, bidirectional, invisible */
    {"=?utf-8?Q?a=00b=1B[31m=0D=0A=07c?=", "ab[31m c", true},
    {"=?utf-8?Q?a=E2=80=AEb?=", "ab", true},
    {"=?utf-8?Q?a=E2=80=8Bb=E3=85=A4?=", "ab", true},
    {"=?iso-8859-1?Q?a=85b=A0c?=", "ab c", true},
    {"=?utf-8?Q?=E2=80=8B?=", NULL, true},
};

static void
phrases(void **state)
{
	char name[LIMIT_NAME + 1];
	bool ok;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].phrase);
		ok = phrase_decode(span_str(rows[i].phrase), name);
		assert_int_equal(ok, rows[i].name != NULL);
		assert_string_equal(name, ok ? rows[i].name : "");
	}
}

/* Cut at a character, whatever came; longer ones than From: may be, not. */
static void
long_ones(void **state)
{
	char text[LIMIT_FROM + 8], name[LIMIT_NAME + 1];
	size_t len, i;

	(void)state;
	len = (size_t)sprintf(text, "=?iso-8859-1?Q?");
	for (i = 0; len + 5 <= LIMIT_FROM; i++)
		len +=
		    (size_t)sprintf(text + len, "=%02X", i == 0 ? 'x' : 0xf6);
	len += (size_t)sprintf(text + len, "?=");
	assert_true(phrase_decode((struct span){(uint8_t *)text, len}, name));
	assert_int_equal(strlen(name), LIMIT_NAME - 1);
	assert_memory_equal(name + LIMIT_NAME - 3, "\u00f6", 2);
	memset(text, 'a', sizeof text);
	assert_true(
	    phrase_decode((struct span){(uint8_t *)text, LIMIT_FROM}, name));
	assert_int_equal(strlen(name), LIMIT_NAME);
	assert_false(phrase_decode(
	    (struct span){(uint8_t *)text, LIMIT_FROM + 1}, name));
}

static const struct {
	const char *value, *phrase;
} values[] = {
    {" Bob <bob@partner.example>", " Bob "},
    {"\"a <b@c>\" <bob@partner.example>", "\"a <b@c>\" "},
    {"<bob@partner.example>", ""},
    {"bob@partner.example", ""},
    {"bob@partner.example (Bob)", ""},
    {"bob@partner.example <bob@partner.example>", ""},
    {"Bob", ""},
    {"\"Bob", ""},
};

static void
where_the_phrase_is(void **state)
{
	struct span s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof values / sizeof values[0]; i++) {
		s = from_phrase(span_str(values[i].value));
		assert_true(span_equal(s, span_str(values[i].phrase)));
	}
}

/* For tests/unit/oracles.sh: the phrase, and what we make of it. */
static void
table_print(void)
{
	char name[LIMIT_NAME + 1];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].odd)
			continue;
		(void)!phrase_decode(span_str(rows[i].phrase), name);
		for (const char *p = rows[i].phrase; *p != '\0'; p++)
			if (*p != '\r')
				putchar(*p == '\n' ? ' ' : *p);
		printf("\n%s\n", name);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(phrases),
	    cmocka_unit_test(long_ones),
	    cmocka_unit_test(where_the_phrase_is),
	};

	phrase_init();
	if (argc == 2 && strcmp(argv[1], "--table") == 0) {
		table_print();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
