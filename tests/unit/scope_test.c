#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "base/limits.h"

static void
lines(void **state)
{
	static const struct {
		const char *line, *domains, *path; /* NULL: refused */
	} rows[] = {
	    {"example.org: /a.pem", "example.org", "/a.pem"},
	    {"example.org:/a.pem", "example.org", "/a.pem"},
	    {" Example.ORG \t.Example.net :  /a b: c.pem",
		"example.org .example.net", "/a b: c.pem"},
	    {"a.example a.example .a.example: /x", "a.example .a.example",
		"/x"},
	    {"b\xc3\xbc"
	     "cher.example: /x",
		"xn--bcher-kva.example", "/x"},
	    {"example.org /a.pem", NULL, NULL},
	    {"example.org: a.pem", NULL, NULL},
	    {"example.org:", NULL, NULL},
	    {": /a.pem", NULL, NULL},
	    {"exa mple@org: /a.pem", NULL, NULL},
	    {".: /a.pem", NULL, NULL},
	    {"..example.org: /a.pem", NULL, NULL},
	    {"*.example.org: /a.pem", NULL, NULL},
	    {"/a.pem", NULL, NULL},
	};
	const char *path;
	char *domains;
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum outcome o =
		    scope_parse(rows[i].line, &domains, &path, &why);

		if (rows[i].domains == NULL) {
			if (o != BROKEN || why.code != REASON_SETTINGS)
				fail_msg("%s was taken", rows[i].line);
			continue;
		}
		if (o != DONE)
			fail_msg("%s: %s", rows[i].line, why.text);
		assert_string_equal(domains, rows[i].domains);
		assert_string_equal(path, rows[i].path);
		free(domains);
	}
}

static void
coverage(void **state)
{
	static const struct {
		const char *domains, *domain;
		bool covered;
	} rows[] = {
	    {NULL, "example.org", false},
	    {"", "example.org", false},
	    {"example.org", "example.org", true},
	    {"example.org", "a.example.org", false},
	    {"example.org", "xexample.org", false},
	    {"a.example .example.org", "a.b.example.org", true},
	    {"a.example .example.org", "example.org", false},
	    {"a.example .example.org", "a.example", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (scope_covers(rows[i].domains, rows[i].domain) !=
		    rows[i].covered)
			fail_msg("row %zu", i);
}

static void
addresses(void **state)
{
	static const struct {
		const char *domains, *address;
		bool covered;
	} rows[] = {
	    {NULL, "bob@example.org", false},
	    {"example.org", "bob@example.org", true},
	    {".example.org", "bob@example.org", false},
	    {"bob@example.org", "bob@example.org", true},
	    {"bob@example.org", "eve@example.org", false},
	    {"bob@example.org", "xbob@example.org", false},
	    {"bob@example.org", "bob@example.org.net", false},
	    {"a.example bob@example.org", "bob@example.org", true},
	    {"a.example bob@example.org", "eve@a.example", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (scope_covers_address(rows[i].domains, rows[i].address) !=
		    rows[i].covered)
			fail_msg("row %zu", i);
}

static void
bounds(void **state)
{
	char *domains = NULL, one[64];
	int i;

	(void)state;
	for (i = 0; i < LIMIT_SCOPE; i++) {
		snprintf(one, sizeof one, "d%d.example", i);
		if (!scope_add(&domains, one))
			break;
	}
	assert_in_range(i, 100, LIMIT_SCOPE - 1);
	assert_true(strlen(domains) < LIMIT_SCOPE);
	assert_true(scope_covers(domains, "d0.example"));
	free(domains);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(coverage),
	    cmocka_unit_test(addresses),
	    cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
