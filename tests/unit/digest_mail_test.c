#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/digest.h"
#include "config/config.h"
#include "tests/unit/sample.h"

static struct settings *settings;

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static int
start(void **state)
{
	char *folder = sample_folder();
	struct reason why;

	(void)state;
	sample_write(sample_path(folder, "conf"),
	    "digest { to = { \"a@corp.example\", \"b@corp.example\" } }");
	assert_int_equal(config_read(sample_path(folder, "conf"), ignore, NULL,
			     &settings, &why),
	    DONE);
	sample_remove(folder);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	settings_free(settings);
	return 0;
}

/* The mail around the text; the caller frees. */
static char *
mail_of(const char *text, int64_t date)
{
	struct digest_mail m = {.from = "certharvest@corp.example",
	    .settings = settings,
	    .host = "mx1.corp.example",
	    .subject = "certharvest mx1: 1 fault",
	    .date = date,
	    .text = text};
	struct reason why;
	char *out = NULL;
	size_t len = 0;

	assert_int_equal(DONE, digest_mail_make(&m, &out, &len, &why));
	assert_int_equal(len, strlen(out));
	return out;
}

static void
has(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("%s is not in\n%s", line, text);
}

static void
the_head(void **state)
{
	static const struct {
		int64_t at;
		const char *line;
	} dates[] = {
	    {0, "\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n"},
	    {1772323199, "\nDate: Sat, 28 Feb 2026 23:59:59 +0000\n"},
	    {1835395200, "\nDate: Tue, 29 Feb 2028 00:00:00 +0000\n"},
	};
	char *one, *other;

	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		one = mail_of("x\n", dates[i].at);
		has(one, dates[i].line);
		free(one);
	}
	one = mail_of("x\n", 7);
	other = mail_of("x\n", 7);
	assert_string_not_equal(one, other); /* by the Message-ID */
	has(one, "From: certharvest <certharvest@corp.example>\n");
	has(one, "\nTo: a@corp.example,\n b@corp.example\n");
	has(one, "\nMessage-ID: <digest.7.");
	has(one, "@mx1.corp.example>\n");
	has(one, "\nContent-Transfer-Encoding: 7bit\n\nx\n");
	free(one);
	free(other);
}

static int
digit(char c)
{
	const char *p = strchr("0123456789ABCDEF", c);

	assert_true(c != '\0' && p != NULL);
	return (int)(p - "0123456789ABCDEF");
}

/* RFC 2045 section 6.7, by the book; no line longer than it allows, none
 * with a blank at its end, none that a mailbox or a server mistakes. */
static void
decode(const char *s, char *out)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		assert_true(len <= 76);
		assert_true(strncmp(s, "From ", 5) != 0 && *s != '.');
		assert_true(len == 0 || s[len - 1] != ' ');
		for (size_t i = 0; i < len; i++) {
			if (s[i] != '=') {
				assert_true(s[i] >= ' ' && s[i] <= '~');
				*out++ = s[i];
			} else if (i + 1 < len) {
				*out++ = (char)(16 * digit(s[i + 1]) +
				    digit(s[i + 2]));
				i += 2;
			}
		}
		if (len == 0 || s[len - 1] != '=')
			*out++ = '\n';
		s += len + 1;
	}
	*out = '\0';
}

static void
what_is_not_plain_is_encoded(void **state)
{
	static const char *const texts[] = {
	    "M\xc3\xbcnchen\n",
	    "From here on\n",
	    ".\n..\n",
	    "a blank at the end \n",
	    "1 = 1\ttab\x7f\n",
	    "12345678901234567890123456789012345678901234567890123456789012345"
	    "67890123456789\n",
	    "123456789012345678901234567890123456789012345678901234567890123456"
	    "7"
	    "890123\xc3\xa4\xc3\xb6\xc3\xbc.From .From .From \n\n\n.\n",
	    "=================================================================="
	    "==="
	    "===========\n",
	};
	char back[2000], *mail;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		mail = mail_of(texts[i], 7);
		has(mail, "\nContent-Transfer-Encoding: quoted-printable\n");
		decode(strstr(mail, "\n\n") + 2, back);
		assert_string_equal(back, texts[i]);
		free(mail);
	}
	/* every length, so that breaks fall before and behind everything */
	for (size_t n = 60; n < 90; n++) {
		char text[200];

		snprintf(
		    text, sizeof text, "%*s.\xc3\xa4 .From =\n", (int)n, "x");
		mail = mail_of(text, 7);
		decode(strstr(mail, "\n\n") + 2, back);
		assert_string_equal(back, text);
		free(mail);
	}
}

static void
words_are_wrapped(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	digest_words(f, 4, "");
	digest_words(f, 2, "one  two");
	digest_words(f, 2,
	    "123456789 123456789 123456789 123456789 123456789 123456789 "
	    "123456789 123456789");
	assert_int_equal(fclose(f), 0);
	assert_string_equal(text,
	    "\n  one two\n"
	    "  123456789 123456789 123456789 123456789 123456789 123456789 "
	    "123456789\n  123456789\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_head),
	    cmocka_unit_test(what_is_not_plain_is_encoded),
	    cmocka_unit_test(words_are_wrapped),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
