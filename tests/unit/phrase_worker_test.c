#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/judge_process.h"
#include "tests/unit/mails.h"

/*
 * Every charset in the confined worker, where its filter kills for a file
 * that is opened: the phrase of From:, and what the harvest says of it.
 */
static const struct {
	const char *phrase, *name;
} rows[] = {
    {"Bob", "Bob"},
    {"=?utf-8?Q?B=C3=B6b?=", "B\u00f6b"},
    {"=?iso-8859-1?Q?B=F6b?=", "B\u00f6b"},
    {"=?iso-8859-2?Q?=A3?=", "\u0141"},
    {"=?iso-8859-3?Q?=A1?=", "\u0126"},
    {"=?iso-8859-4?Q?=A2?=", "\u0138"},
    {"=?iso-8859-5?Q?=B0?=", "\u0410"},
    {"=?iso-8859-7?Q?=C1?=", "\u0391"},
    {"=?iso-8859-9?Q?=DE?=", "\u015e"},
    {"=?iso-8859-10?Q?=A2?=", "\u0112"},
    {"=?iso-8859-13?Q?=C0?=", "\u0104"},
    {"=?iso-8859-14?Q?=A1?=", "\u1e02"},
    {"=?iso-8859-15?Q?=A4?=", "\u20ac"},
    {"=?iso-8859-16?Q?=A4?=", "\u20ac"},
    {"=?windows-1250?Q?=8A?=", "\u0160"},
    {"=?windows-1251?Q?=C8?=", "\u0418"},
    {"=?windows-1252?Q?=80?=", "\u20ac"},
    {"=?windows-1253?Q?=C1?=", "\u0391"},
    {"=?windows-1254?Q?=DE?=", "\u015e"},
    {"=?windows-1257?Q?=C0?=", "\u0104"},
    {"=?windows-1258?Q?=D0?=", "\u0110"},
    {"=?koi8-r?Q?=E9?=", "\u0418"},
    {"=?koi8-u?Q?=A4?=", "\u0454"},
    {"=?tis-620?Q?=A1?=", "\u0e01"},
    {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "\u5c71\u7530"},
    {"=?shift_jis?B?jlKTYw==?=", "\u5c71\u7530"},
    {"=?euc-jp?B?u7PFxA==?=", "\u5c71\u7530"},
    {"=?euc-kr?B?sei/tcij?=", "\uae40\uc601\ud638"},
    {"=?gb2312?B?1cXI/Q==?=", "\u5f20\u4e09"},
    {"=?gb18030?B?1cXI/Q==?=", "\u5f20\u4e09"},
    {"=?big5?B?sWmkVA==?=", "\u5f35\u4e09"},
    /* none that we know, and what breaks off */
    {"=?utf-7?Q?+AGE-?=", ""},
    {"=?ibm037?Q?=81?=", ""},
    {"=?iso-2022-kr?Q?x?=", ""},
    {"=?../../etc/passwd?Q?x?=", ""},
    {"=?iso-2022-jp?B?GyRCOw==?=", ""},
    {"=?big5?B?sQ==?=", ""},
    /* and that nothing of them is left behind */
    {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "\u5c71\u7530"},
    {"=?big5?B?sWmkVA==?=", "\u5f35\u4e09"},
};

/* The mail with the phrase in front of its address. */
static int
mail_with(const char *phrase)
{
	static const char from[] = "From: bob@partner.example";
	struct bytes mail = {NULL, 0};
	const uint8_t *at;
	char line[200];
	int fd, n;

	assert_true(mails_read("plain", ".eml", &mail));
	at = memmem(mail.data, mail.len, from, sizeof from - 1);
	assert_non_null(at);
	n = snprintf(
	    line, sizeof line, "From: %s <bob@partner.example>", phrase);
	fd = memfd_create("mail", MFD_CLOEXEC);
	assert_true(file_write_all(fd, mail.data, (size_t)(at - mail.data)));
	assert_true(file_write_all(fd, line, (size_t)n));
	at += sizeof from - 1;
	assert_true(
	    file_write_all(fd, at, (size_t)(mail.data + mail.len - at)));
	bytes_clear(&mail);
	return fd;
}

static void
in_every_charset(void **state)
{
	struct judge_start start = {.program = "./certharvest-judge",
	    .deadline = 60000,
	    .confine = true};
	const struct judge_policy policy = mails_policy();
	struct trust *trust = mails_trust();
	struct judge_process *p = NULL;
	struct judgement j;
	struct reason why;
	size_t i;
	int fd;

	(void)state;
	assert_int_equal(trust_seal(trust, &start.trust_fd, &why), DONE);
	assert_int_equal(judge_process_open(&start, &p, &why), DONE);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].phrase);
		fd = mail_with(rows[i].phrase);
		assert_int_equal(
		    judge_process_message(p, fd, &policy, &j, &why), DONE);
		close(fd);
		assert_int_equal(j.outcome, DONE);
		assert_string_equal(j.harvest->phrase, rows[i].name);
		judgement_clear(&j);
	}
	judge_process_close(p);
	file_close(&start.trust_fd);
	trust_free(trust);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_every_charset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
