#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/quote.h"

/* What a real shell makes of it. */
static void
shell_reads(const char *quoted, char *out, size_t size)
{
	char command[1024];
	size_t n;
	FILE *f;

	snprintf(command, sizeof command, "printf %%s %s", quoted);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	assert_int_equal(pclose(f), 0);
}

static void
a_shell_gets_the_word_back(void **state)
{
	static const char *const words[] = {"OU=Partners,DC=x", "",
	    "OU=it's,DC=x", "'''", "$HOME `id` $(id) \\ \" ; & | < > * ! #",
	    ("OU=Gesch\xc3\xa4"
	     "ft"),
	    "--sddl"};
	char quoted[512], read[512];
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		assert_int_equal(
		    quote_sh(words[i], quoted, sizeof quoted, &why), DONE);
		shell_reads(quoted, read, sizeof read);
		assert_string_equal(read, words[i]);
	}
}

static void
controls_are_refused(void **state)
{
	static const char *const words[] = {"a\nb", "a\rb", "\t", "\x7f"};
	char out[512];
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		assert_int_equal(
		    quote_sh(words[i], out, sizeof out, &why), REFUSED);
		assert_int_equal(why.code, REASON_UNQUOTABLE);
		assert_string_equal(out, "");
		assert_int_equal(
		    quote_cmd(words[i], out, sizeof out, &why), REFUSED);
		assert_int_equal(
		    quote_dn(words[i], out, sizeof out, &why), REFUSED);
	}
}

static void
cmd_gets_only_what_is_safe(void **state)
{
	static const struct {
		const char *word, *quoted; /* NULL: refused */
	} table[] = {
	    {"CORP\\svc:CC;contact", "\"CORP\\svc:CC;contact\""},
	    {"OU=R&D | < > ^ (x)", "\"OU=R&D | < > ^ (x)\""},
	    {"", "\"\""},
	    {"a\" & calc & \"", NULL},
	    {"%PATH%", NULL},
	    {"100%", NULL},
	    {"!x!", NULL},
	    {"a\\", NULL},
	    {"\xc3\xa4", NULL},
	    /* U+FF02 becomes a quote in some code pages */
	    {"\xef\xbc\x82", NULL},
	};
	struct reason why;
	char out[512];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		enum outcome o =
		    quote_cmd(table[i].word, out, sizeof out, &why);

		assert_int_equal(o, table[i].quoted != NULL ? DONE : REFUSED);
		assert_string_equal(
		    out, table[i].quoted != NULL ? table[i].quoted : "");
	}
}

static void
names_become_plain(void **state)
{
	static const struct {
		const char *dn, *plain; /* NULL: refused */
	} table[] = {
	    {"OU=Partners, DC=x", "OU=Partners, DC=x"},
	    {"OU=\xc3\xa4,DC=x", "OU=\\C3\\A4,DC=x"},
	    {"OU=100%!,DC=x", "OU=100\\25\\21,DC=x"},
	    {"OU=a\\,b,DC=x", "OU=a\\2Cb,DC=x"},
	    {"OU=\\\"q\\\",DC=x", "OU=\\22q\\22,DC=x"},
	    {"OU=\\C3\\a4,DC=x", "OU=\\C3\\a4,DC=x"},
	    {"OU=a:b;c,DC=x", "OU=a\\3Ab\\3Bc,DC=x"},
	    {"OU=a\\\\,DC=x", "OU=a\\5C,DC=x"},
	    {"OU=\"a,b\",DC=x", NULL},
	    {"OU=a\\", NULL},
	    {"OU=a\\z", NULL},
	};
	struct reason why;
	char out[512];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		enum outcome o = quote_dn(table[i].dn, out, sizeof out, &why);

		assert_int_equal(o, table[i].plain != NULL ? DONE : REFUSED);
		assert_string_equal(
		    out, table[i].plain != NULL ? table[i].plain : "");
	}
}

static void
what_does_not_fit_is_refused_whole(void **state)
{
	struct reason why;
	char out[8];

	(void)state;
	assert_int_equal(quote_sh("12345", out, sizeof out, &why), DONE);
	assert_int_equal(quote_sh("123456", out, sizeof out, &why), REFUSED);
	assert_string_equal(out, "");
	assert_int_equal(quote_cmd("123456", out, sizeof out, &why), REFUSED);
	assert_int_equal(
	    quote_dn("\xc3\xa4==", out, sizeof out, &why), REFUSED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_shell_gets_the_word_back),
	    cmocka_unit_test(controls_are_refused),
	    cmocka_unit_test(cmd_gets_only_what_is_safe),
	    cmocka_unit_test(names_become_plain),
	    cmocka_unit_test(what_does_not_fit_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
