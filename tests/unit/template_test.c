#include "tests/unit/unit.h"

#include <string.h>

#include "base/template.h"

static const struct template_word words[] = {
    {"one", "1"}, {"two", "{one}${two}"}, {"none", ""}};
#define WORDS (sizeof words / sizeof words[0])

static void
lines(void **state)
{
	static const struct {
		const char *line, *name, *text, *expanded;
	} rows[] = {
	    {"company = {one}", "company", "{one}", "1"},
	    {"company=${one}", "company", "${one}", "1"},
	    {" a-B2 \t=\t a  b ", "a-B2", "a  b ", "a  b "},
	    {"x = {one}{one} {one}", "x", "{one}{one} {one}", "11 1"},
	    {"x = {two}", "x", "{two}", "{one}${two}"},
	    {"x = {none}", "x", "{none}", ""},
	    {"x =", "x", "", ""},
	    {"x = a = b } $ $$ \\n %s", "x", "a = b } $ $$ \\n %s",
		"a = b } $ $$ \\n %s"},
	    {"x = $${one}", "x", "$${one}", "$1"},
	};
	char name[TEMPLATE_NAME], out[64];
	struct reason why;
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].line);
		assert_int_equal(template_split(rows[i].line, words, WORDS,
				     name, &text, &why),
		    DONE);
		assert_string_equal(name, rows[i].name);
		assert_string_equal(text, rows[i].text);
		template_expand(text, words, WORDS, out, sizeof out);
		assert_string_equal(out, rows[i].expanded);
	}
}

static void
refused(void **state)
{
	static const struct {
		const char *line, *complaint;
	} rows[] = {
	    {"", "write \"name = text\""},
	    {"company", "write \"name = text\""},
	    {"= x", "write \"name = text\""},
	    {"a b = x", "write \"name = text\""},
	    {"1a = x", "write \"name = text\""},
	    {"a;binary = x", "write \"name = text\""},
	    {"a{one} = x", "write \"name = text\""},
	    {"a = {three}", "\"{three}\" is none of {one}, {two}, {none}"},
	    {"a = {one", "\"{one}\" is none of"},
	    {"a = {}", "\"{}\" is none of"},
	    {"a = ${One}", "\"{One}\" is none of"},
	    {"a = {{one}}", "\"{{one}\" is none of"},
	};
	char name[TEMPLATE_NAME], longest[TEMPLATE_NAME + 8];
	struct reason why;
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(template_split(rows[i].line, words, WORDS,
				     name, &text, &why),
		    BROKEN);
		if (strstr(why.text, rows[i].complaint) == NULL)
			fail_msg("%s: %s", rows[i].line, why.text);
	}
	memset(longest, 'a', sizeof longest);
	strcpy(longest + TEMPLATE_NAME - 1, "=x");
	assert_int_equal(
	    template_split(longest, words, WORDS, name, &text, &why), DONE);
	strcpy(longest + TEMPLATE_NAME, "=x");
	longest[TEMPLATE_NAME - 1] = 'a';
	assert_int_equal(
	    template_split(longest, words, WORDS, name, &text, &why), BROKEN);
}

/* What does not fit is cut, wherever the end falls. */
static void
cut(void **state)
{
	static const char whole[] = "ab1cd";
	char out[8];

	(void)state;
	for (size_t size = 1; size <= sizeof out; size++) {
		size_t len =
		    size - 1 < strlen(whole) ? size - 1 : strlen(whole);

		template_expand("ab{one}cd", words, WORDS, out, size);
		assert_int_equal(strlen(out), len);
		assert_memory_equal(out, whole, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
