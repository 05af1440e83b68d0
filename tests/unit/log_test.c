#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"

static void
strings_are_quoted(void **state)
{
	static const struct {
		const char *in;
		size_t size;
		const char *out;
	} rows[] = {
	    {"plain", 64, "\"plain\""},
	    {"", 64, "\"\""},
	    {"a\"b\\c", 64, "\"a\\\"b\\\\c\""},
	    {"a\r\nb\tc\x1b\x7f", 64, "\"a\\x0d\\x0ab\\x09c\\x1b\\x7f\""},
	    {"gr\xc3\xbc\xc3\x9f", 64, "\"gr\xc3\xbc\xc3\x9f\""},
	    {"\xc2\x85", 64, "\"\\x85\""},		 /* C1 */
	    {"\xff\xc3", 64, "\"\\xff\\xc3\""},		 /* not UTF-8 */
	    {"\xc0\xaf", 64, "\"\\xc0\\xaf\""},		 /* overlong */
	    {"\xe0\x80\xaf", 64, "\"\\xe0\\x80\\xaf\""}, /* overlong */
	    {"\xed\xa0\x80", 64, "\"\\xed\\xa0\\x80\""}, /* surrogate */
	    {"\xf4\x90\x80\x80", 64, "\"\\xf4\\x90\\x80\\x80\""},
	    {"\xe2\x80\xae", 64, "\"\\u202e\""}, /* bidi override */
	    {"\xe2\x81\xa6", 64, "\"\\u2066\""},
	    {"\xf0\x9f\x94\x92", 64, "\"\xf0\x9f\x94\x92\""},
	    {"0123456789", 13, "\"0123456789\""}, /* fits exactly */
	    {"0123456789", 12, "\"012345...\""},
	    {"012345\n789", 12, "\"012345...\""},
	    {"0123\xc3\xbc\xc3\xbc\xc3\xbc", 12, "\"0123\xc3\xbc...\""},
	    {"x", 3, ""},
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(out, '#', sizeof out);
		assert_string_equal(
		    log_quote(rows[i].in, out, rows[i].size), rows[i].out);
		assert_true(strlen(out) < rows[i].size);
	}
}

/* What one event writes to the standard error. */
static void
captured(char *out, size_t size, void (*act)(void))
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	act();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	n = read(ends[0], out, size - 1);
	close(ends[0]);
	out[n > 0 ? n : 0] = '\0';
}

static void
log_hostile(void)
{
	LOG_EVENT(MESSAGE, LOG_STR("address", "a\" forged=\"1\nmessage"),
	    LOG_NUM("size", -5));
}

static void
log_debug(void)
{
	LOG_EVENT(WORKER_STARTED, LOG_NUM("worker", 1));
}

static void
log_long(void)
{
	static char text[100000];

	memset(text, '\n', sizeof text - 1);
	LOG_EVENT(MESSAGE, LOG_STR("a", text), LOG_STR("b", text),
	    LOG_STR("c", text), LOG_STR("d", text), LOG_STR("e", text),
	    LOG_NUM("f", 1));
}

static void
a_line_cannot_be_forged(void **state)
{
	char out[8192];

	(void)state;
	log_open("test", LOG_TO_STDERR, LOG_INFO);
	captured(out, sizeof out, log_hostile);
	assert_non_null(strstr(out, "test["));
	assert_non_null(strstr(out,
	    ": message address=\"a\\\" forged=\\\"1\\x0amessage\" size=-5\n"));
	assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
	captured(out, sizeof out, log_debug);
	assert_string_equal(out, "");
	captured(out, sizeof out, log_long);
	assert_true(strlen(out) < 4300);
	assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
	/* what fits behind a field that does not is kept */
	assert_non_null(strstr(out, " f=1\n"));
}

/* The file that standard error is for the while, as systemd names it. */
static void
log_for_journal(void)
{
	struct stat st;
	char stream[64];

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof stream, "%llu:%llu",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
	assert_true(log_journal_reads());
	log_open("test", LOG_TO_STDERR, LOG_INFO);
	LOG_EVENT(STAGE_PAUSED, LOG_STR("reason", "settings"));
	LOG_EVENT(STAGE_RESUMED, LOG_NUM("failures", 3));
}

static void
the_journal_gets_priorities(void **state)
{
	static const char *const not_ours[] = {"", "1:2", "x", "9:"};
	char out[8192];

	(void)state;
	captured(out, sizeof out, log_for_journal);
	assert_string_equal(out,
	    "<3>stage-paused reason=\"settings\"\n"
	    "<5>stage-resumed failures=3\n");
	for (unsigned i = 0; i < sizeof not_ours / sizeof not_ours[0]; i++) {
		assert_int_equal(setenv("JOURNAL_STREAM", not_ours[i], 1), 0);
		assert_false(log_journal_reads());
	}
	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_TO_STDERR, LOG_INFO);
}

static void
names_are_unique(void **state)
{
	unsigned i, j;

	(void)state;
	for (i = 0; i < EVENT_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(log_event_name((enum event)i),
			    log_event_name((enum event)j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(strings_are_quoted),
	    cmocka_unit_test(a_line_cannot_be_forged),
	    cmocka_unit_test(the_journal_gets_priorities),
	    cmocka_unit_test(names_are_unique),
	};

	unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
