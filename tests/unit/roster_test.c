#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "directory/roster.h"
#include "tests/unit/sample.h"

static char *folder;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

/* Read a file of that text. */
static enum outcome
read_text(const char *text, struct roster *r, struct reason *why)
{
	enum outcome o;

	*r = (struct roster){.entries = NULL};
	sample_write(sample_path(folder, "list"), text);
	o = roster_read_file(r, sample_path(folder, "list"), why);
	roster_sort(r);
	return o;
}

/* One line each, and whom the list has then. */
static void
lines(void **state)
{
	static const struct {
		const char *text, *has, *lacks;
	} rows[] = {
	    {"bob@partner.example\n", "bob@partner.example",
		"eve@partner.example"},
	    {"Bob@Partner.Example", "bob@partner.example", NULL},
	    {"partner.example\n", "eve@partner.example",
		"eve@a.partner.example"},
	    {".partner.example\n", "eve@a.b.partner.example",
		"eve@partner.example"},
	    {"b\xc3\xbc"
	     "cher.example\n",
		"a@xn--bcher-kva.example", NULL},
	    {"\xef\xbb\xbf"
	     "bob@partner.example\r\n",
		"bob@partner.example", NULL},
	    {"# a comment\n\n  bob@partner.example  # why\r\n",
		"bob@partner.example", NULL},
	    {"a#b@partner.example\n", "a#b@partner.example", NULL},
	    {"mail,displayName\nbob@partner.example,Bob, the one\n",
		"bob@partner.example", NULL},
	    {"\"mail\";\"name\"\r\n\"bob@partner.example\";\"B;\"\r\n",
		"bob@partner.example", NULL},
	    {"#TYPE Selected.User\n\"userPrincipalName\",\"surname\"\n"
	     "\"bob_jones_partner.example#EXT#@corp.onmicrosoft.com\",\"J\"\n",
		"bob_jones@partner.example", NULL},
	    {"j\xc3\xb6rg@partner.example\n", "j\xc3\xb6rg@partner.example",
		"jorg@partner.example"},
	    {"\n\n# nothing\n", NULL, "bob@partner.example"},
	    {"", NULL, "bob@partner.example"},
	};
	struct reason why;
	struct roster r;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (read_text(rows[i].text, &r, &why) != DONE)
			fail_msg("%s: %s", rows[i].text, why.text);
		if (rows[i].has != NULL && !roster_has(&r, rows[i].has))
			fail_msg("%s lacks %s", rows[i].text, rows[i].has);
		if (rows[i].lacks != NULL && roster_has(&r, rows[i].lacks))
			fail_msg("%s has %s", rows[i].text, rows[i].lacks);
		roster_clear(&r);
	}
}

/* What is told of a file that is wrong: where, and what. */
static void
complaints(void **state)
{
	static const struct {
		const char *text, *complaint;
	} rows[] = {
	    {"bob@partner.example\nnot one\n",
		"/list:2: \"not one\" is neither an address nor a domain"},
	    {"x.example\n\nb ad\nx y\n@\n",
		"/list:3: \"b ad\" is neither an address nor a domain, and 2 "
		"more"},
	    {"bob@@partner.example\n", "/list:1: \"bob@@partner.example\""},
	    {"mail\nname\x1b[2J\n", "/list:2: \"name?[2J\""},
	    {"*.partner.example\n", "/list:1: \"*.partner.example\""},
	    {"\xff\xfe"
	     "b",
		"/list:1: this is UTF-16"},
	};
	struct reason why;
	struct roster r;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(read_text(rows[i].text, &r, &why), BROKEN);
		assert_int_equal(why.code, REASON_SETTINGS);
		if (strstr(why.text, rows[i].complaint) == NULL)
			fail_msg("%s: %s", rows[i].text, why.text);
		roster_clear(&r);
	}
	r = (struct roster){.entries = NULL};
	assert_int_equal(roster_read_file(&r, "/nonexistent", &why), BROKEN);
	assert_non_null(strstr(why.text, "/nonexistent:0: there is no such"));
	assert_int_equal(roster_read_file(&r, folder, &why), BROKEN);
}

/* 100,000 guests: all of them are found, and fast. */
static void
many(void **state)
{
	struct buffer text;
	struct reason why;
	struct roster r;
	char address[64];
	int64_t start;

	(void)state;
	buffer_init(&text, 16u * 1024 * 1024);
	for (int i = 0; i < 100000; i++) {
		snprintf(address, sizeof address, "guest%d@p%d.example,x\n", i,
		    i % 977);
		buffer_add(&text, address, strlen(address));
	}
	buffer_add(&text, "", 1);
	assert_int_equal(
	    read_text((const char *)span_buffer(&text).data, &r, &why), DONE);
	assert_int_equal(r.n, 100000);
	start = clock_ms();
	for (int i = 0; i < 100000; i++) {
		snprintf(
		    address, sizeof address, "guest%d@p%d.example", i, i % 977);
		assert_true(roster_has(&r, address));
		address[0] = 'x';
		assert_false(roster_has(&r, address));
	}
	assert_true(clock_ms() - start < 60000);
	roster_clear(&r);
	buffer_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(complaints),
	    cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
