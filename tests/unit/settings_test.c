#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/settings.h"

static const char *const colours[] = {"red", "green", NULL};

static const struct setting alpha_rows[] = {
    {.section = "alpha",
	.name = "text",
	.kind = SETTING_STRING,
	.fallback = "hello"},
    {.section = "alpha", .name = "path", .kind = SETTING_PATH, .fallback = ""},
    {.section = "alpha",
	.name = "workers",
	.kind = SETTING_INTEGER,
	.fallback = "4",
	.min = 1,
	.max = 64},
    {.section = "alpha",
	.name = "flag",
	.kind = SETTING_BOOLEAN,
	.fallback = "true"},
};

static const struct setting beta_rows[] = {
    {.section = "beta",
	.name = "wait",
	.kind = SETTING_DURATION,
	.fallback = "5m",
	.min = 1,
	.max = 86400},
    {.section = "beta",
	.name = "size",
	.kind = SETTING_SIZE,
	.fallback = "64K",
	.min = 1,
	.max = 1 << 30},
    {.section = "beta",
	.name = "colour",
	.kind = SETTING_CHOICE,
	.fallback = "green",
	.choices = colours},
    {.section = "beta", .name = "domains", .kind = SETTING_LIST},
    {.section = "beta",
	.name = "anchors",
	.kind = SETTING_LIST,
	.fallback = "mozilla"},
    {.section = "beta",
	.name = "words",
	.kind = SETTING_LIST,
	.fallback = "one two:2"},
};

static const struct setting_rows tables[] = {
    {alpha_rows, sizeof alpha_rows / sizeof alpha_rows[0]},
    {beta_rows, sizeof beta_rows / sizeof beta_rows[0]},
};

static void
keep(void *arg, const char *line)
{
	char *all = arg;

	/* complaints start with the path of a temporary file */
	line = strstr(line, ".conf:");
	assert_non_null(line);
	strcat(all, line + strlen(".conf:"));
	strcat(all, "\n");
}

static enum outcome
read_text(const char *text, size_t len, char *complaints, struct settings **out)
{
	char path[] = "/tmp/settings_test_XXXXXX.conf";
	struct reason why;
	enum outcome o;
	int fd = mkstemps(path, 5);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	*complaints = '\0';
	o = settings_read(path, tables, 2, keep, complaints, out, &why);
	unlink(path);
	if (o == BROKEN)
		assert_int_equal(why.code, REASON_SETTINGS);
	return o;
}

static void
defaults_alone_work(void **state)
{
	struct settings *s = NULL;
	struct reason why;

	(void)state;
	assert_int_equal(
	    DONE, settings_read(NULL, tables, 2, keep, NULL, &s, &why));
	assert_string_equal(settings_peek(s, "alpha", "text"), "hello");
	assert_int_equal(settings_number(s, "alpha", "workers"), 4);
	assert_true(settings_is(s, "alpha", "flag"));
	assert_int_equal(settings_number(s, "beta", "wait"), 300);
	assert_int_equal(settings_number(s, "beta", "size"), 65536);
	assert_int_equal(settings_choice(s, "beta", "colour"), 1);
	assert_string_equal(settings_peek(s, "beta", "colour"), "green");
	assert_int_equal(settings_count(s, "beta", "domains"), 0);
	assert_string_equal(
	    settings_peek_origin(s, "beta", "domains"), "default");
	assert_int_equal(settings_count(s, "beta", "words"), 2);
	assert_string_equal(settings_peek_at(s, "beta", "words", 0), "one");
	assert_string_equal(settings_peek_at(s, "beta", "words", 1), "two:2");
	settings_free(s);
}

/* A list that has a default: replaced, emptied, or one word alone. */
static void
lists_have_defaults(void **state)
{
	static const struct {
		const char *text, *first;
		size_t n;
		bool is_default;
	} rows[] = {
	    {"beta { }\n", "mozilla", 1, true},
	    {"beta { anchors = {} }\n", NULL, 0, false},
	    {"beta { anchors = {\n}\n domains = {} }\n", NULL, 0, false},
	    {"beta { anchors = \"/a.pem\" }\n", "/a.pem", 1, false},
	    {"beta { anchors = mozilla }\n", "mozilla", 1, false},
	    {"beta { anchors = { \"/a\", \"/b\" } }\n", "/a", 2, false},
	};
	char complaints[1000];
	struct settings *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		s = NULL;
		assert_int_equal(DONE,
		    read_text(
			rows[i].text, strlen(rows[i].text), complaints, &s));
		assert_int_equal(
		    settings_count(s, "beta", "anchors"), rows[i].n);
		if (rows[i].n > 0)
			assert_string_equal(
			    settings_peek_at(s, "beta", "anchors", 0),
			    rows[i].first);
		assert_int_equal(
		    strcmp(settings_peek_origin(s, "beta", "anchors"),
			"default") == 0,
		    rows[i].is_default);
		settings_free(s);
	}
}

static void
a_file_is_read(void **state)
{
	static const char text[] = "# a comment it's \"\n"
				   "alpha {\n"
				   "\ttext = \"with \\\"quotes\\\"\"\n"
				   "\tworkers = 8 /* a\n * b */\n"
				   "\tflag = off\n"
				   "}\n"
				   "beta {\n"
				   "\twait = 2h\n"
				   "\tdomains = { \"a.example\",\n"
				   "\t    b.example }\n"
				   "\twords = { three }\n"
				   "}\n"
				   "alpha {\n"
				   "\tpath = \"/x\"\n"
				   "}\n";
	struct settings *s = NULL;
	char complaints[4096];

	(void)state;
	assert_int_equal(DONE, read_text(text, strlen(text), complaints, &s));
	assert_int_equal(settings_count(s, "beta", "words"), 1);
	assert_string_equal(settings_peek_at(s, "beta", "words", 0), "three");
	assert_string_equal(
	    settings_peek(s, "alpha", "text"), "with \"quotes\"");
	assert_int_equal(settings_number(s, "alpha", "workers"), 8);
	assert_false(settings_is(s, "alpha", "flag"));
	assert_string_equal(settings_peek(s, "alpha", "path"), "/x");
	assert_int_equal(settings_number(s, "beta", "wait"), 7200);
	assert_int_equal(settings_count(s, "beta", "domains"), 2);
	assert_string_equal(
	    settings_peek_at(s, "beta", "domains", 0), "a.example");
	assert_string_equal(
	    settings_peek_at(s, "beta", "domains", 1), "b.example");
	assert_string_equal(
	    strrchr(settings_peek_origin(s, "alpha", "workers"), ':'), ":4");
	settings_free(s);
}

static void
complaints_name_line_and_cure(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
	    {"alpha {\n wrokers = 3\n}\n",
		"2: no such setting \"wrokers\" in section alpha; did you "
		"mean \"workers\"?\n"},
	    {"alpha {\n wait = 3s\n}\n",
		"2: no such setting \"wait\" in section alpha; did you mean "
		"\"beta.wait\"?\n"},
	    {"alpha {\n entirely_else = { 3, 4 }\n}\n",
		"2: no such setting \"entirely_else\" in section alpha\n"},
	    {"\nalhpa {\n text = x\n other = y\n}\n",
		"2: no such section \"alhpa\"; did you mean \"alpha\"?\n"},
	    {"workers = 3\n",
		"1: no such setting outside a section \"workers\"; did you "
		"mean \"alpha.workers\"?\n"},
	    {"alpha { workers = 3\n workers = 4 }\n",
		"2: alpha.workers is set twice, first in line 1; keep one of "
		"them\n"},
	    {"alpha { workers = 0 }\n",
		"1: alpha.workers: \"0\" is not within 1..64\n"},
	    {"alpha { workers = four }\n",
		"1: alpha.workers: \"four\" is not a whole number\n"},
	    {"alpha { workers = 99999999999999999999 }\n",
		"1: alpha.workers: \"99999999999999999999\" is not a whole "
		"number\n"},
	    {"beta { size = 9000000000000000000G }\n",
		"1: beta.size: \"9000000000000000000G\" is not within "
		"1..1073741824\n"},
	    {"alpha { path = \"x/y\" }\n",
		"1: alpha.path: \"x/y\" must begin with a slash\n"},
	    {"alpha { flag = maybe }\n",
		"1: alpha.flag: \"maybe\" is neither true nor false\n"},
	    {"beta { wait = 5y }\n",
		"1: beta.wait: \"5y\" is not a duration such as 90s, 5m, 2h "
		"or 7d\n"},
	    {"beta { colour = blue }\n",
		"1: beta.colour: \"blue\" is none of red, green\n"},
	    {"beta { domains = { \"\" } }\n",
		"1: beta.domains: an entry is empty or has a control "
		"character\n"},
	    {"alpha { text = \"a\\nb\" }\n",
		"1: alpha.text: there is a control character in it\n"},
	    {"alpha {\n text = \"x\"\n",
		"3: the end of the file, but a section is still open; close it "
		"with }\n"},
	    {"alpha {\n text \"x\"\n}\n",
		"2: missing equal sign after option 'text'\n"},
	    {"alpha {\n text = \"x\n", "3: premature end of file\n"},
	    {"alpha { # {\n text = \"${HOME}\" }\n",
		"2: ${...} is not replaced here; write the value\n"},
	    /* all of them, in the order of the file */
	    {"beta {\n wiat = 1\n}\nalpha {\n workers = 0\n nonsense { a = 1 "
	     "}\n}\ngama {\n}\n",
		"2: no such setting \"wiat\" in section beta; did you mean "
		"\"wait\"?\n"
		"5: alpha.workers: \"0\" is not within 1..64\n"
		"6: no such setting \"nonsense\" in section alpha\n"},
	};
	struct settings *s = NULL;
	char complaints[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(BROKEN,
		    read_text(
			rows[i].text, strlen(rows[i].text), complaints, &s));
		assert_string_equal(complaints, rows[i].expected);
		assert_null(s);
	}
}

static void
what_is_no_text_is_refused(void **state)
{
	struct settings *s = NULL;
	char complaints[4096];
	struct reason why;

	(void)state;
	assert_int_equal(BROKEN, read_text("a\0b", 3, complaints, &s));
	assert_string_equal(complaints, "0: is not a text file\n");
	*complaints = '\0';
	assert_int_equal(BROKEN,
	    settings_read(
		"/nonexistent/x.conf", tables, 2, keep, complaints, &s, &why));
	assert_non_null(strstr(complaints, "there is no such file"));
	assert_int_equal(DONE, read_text("", 0, complaints, &s));
	settings_free(s);
}

static void
many_unknown_names_end(void **state)
{
	struct settings *s = NULL;
	static char text[100000], complaints[1000000];
	int i, n = 0;

	(void)state;
	for (i = 0; i < 1000; i++)
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "unknown%d { a { b { c = 1 } } }\n", i);
	assert_int_equal(BROKEN, read_text(text, (size_t)n, complaints, &s));
}

static void
a_later_check_says_where(void **state)
{
	char path[] = "/tmp/settings_test_XXXXXX.conf", expected[200];
	struct settings *s = NULL;
	struct reason why;
	int fd = mkstemps(path, 5);

	(void)state;
	assert_int_equal(write(fd, "\nbeta { wait = 7s }\n", 20), 20);
	close(fd);
	assert_int_equal(
	    DONE, settings_read(path, tables, 2, keep, NULL, &s, &why));
	unlink(path);
	assert_int_equal(BROKEN,
	    settings_object(s, "beta", "wait", &why, "too %s", "short"));
	snprintf(expected, sizeof expected, "%s:2: beta.wait: too short", path);
	assert_string_equal(why.text, expected);
	assert_int_equal(
	    BROKEN, settings_object(s, "beta", "size", &why, "unset"));
	snprintf(expected, sizeof expected, "%s: beta.size: unset", path);
	assert_string_equal(why.text, expected);
	settings_free(s);
}

static void
visit(
    void *arg, const struct setting *row, const char *value, const char *origin)
{
	char *all = arg;

	(void)origin;
	sprintf(
	    all + strlen(all), "%s.%s=%s\n", row->section, row->name, value);
}

static void
all_are_visited(void **state)
{
	static const char text[] = "beta { domains = { a, b } }";
	struct settings *s = NULL;
	char complaints[4096], all[4096] = "";

	(void)state;
	assert_int_equal(DONE, read_text(text, strlen(text), complaints, &s));
	settings_visit(s, visit, all);
	assert_string_equal(all,
	    "alpha.text=\"hello\"\nalpha.path=\"\"\nalpha.workers=4\n"
	    "alpha.flag=true\nbeta.wait=5m\nbeta.size=64K\n"
	    "beta.colour=\"green\"\nbeta.domains={ \"a\", \"b\" }\n"
	    "beta.anchors={ \"mozilla\" }\n"
	    "beta.words={ \"one\", \"two:2\" }\n");
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_alone_work),
	    cmocka_unit_test(lists_have_defaults),
	    cmocka_unit_test(a_file_is_read),
	    cmocka_unit_test(complaints_name_line_and_cure),
	    cmocka_unit_test(what_is_no_text_is_refused),
	    cmocka_unit_test(many_unknown_names_end),
	    cmocka_unit_test(a_later_check_says_where),
	    cmocka_unit_test(all_are_visited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
