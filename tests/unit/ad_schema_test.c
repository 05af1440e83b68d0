#include "tests/unit/unit.h"

#include <string.h>

#include "directory/ad.h"

/* U+1F600: one character, two units of UTF-16. */
#define FACE "\xf0\x9f\x98\x80"

static void
values(void **state)
{
	static const struct {
		enum ad_syntax syntax;
		size_t units;
		long long least, most;	  /* both 0: no range */
		const char *value, *kept; /* NULL: nothing */
	} rows[] = {
	    {AD_SYNTAX_TEXT, 0, 0, 0, "abc", "abc"},
	    {AD_SYNTAX_TEXT, 2, 0, 0, "abc", "ab"},
	    {AD_SYNTAX_TEXT, 2, 0, 0, "\xc3\xa4\xc3\xb6\xc3\xbc",
		"\xc3\xa4\xc3\xb6"},
	    /* [MS-ADTS] counts as Windows does */
	    {AD_SYNTAX_TEXT, 4, 0, 0, FACE FACE FACE, FACE FACE},
	    {AD_SYNTAX_TEXT, 3, 0, 0, FACE FACE FACE, FACE},
	    {AD_SYNTAX_TEXT, 1, 0, 0, FACE, NULL},
	    {AD_SYNTAX_ASCII, 0, 0, 0, "a b", "a b"},
	    {AD_SYNTAX_ASCII, 0, 0, 0, "\xc3\xa4", NULL},
	    {AD_SYNTAX_NUMERIC, 0, 0, 0, "0049 30 123", "0049 30 123"},
	    {AD_SYNTAX_NUMERIC, 4, 0, 0, "0049 30", "0049"},
	    {AD_SYNTAX_NUMERIC, 0, 0, 0, "+49 30", NULL},
	    {AD_SYNTAX_NUMERIC, 0, 0, 0, "1a", NULL},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "TRUE", "TRUE"},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "FALSE", "FALSE"},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "true", NULL},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "TRUE ", NULL},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "Smith", NULL},
	    {AD_SYNTAX_BOOLEAN, 0, 0, 0, "1", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "7", "7"},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "-7", "-7"},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "0", "0"},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "2147483647", "2147483647"},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "-2147483648", "-2147483648"},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "2147483648", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "-2147483649", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "99999999999999999999", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "0a1b", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "-", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "+7", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, " 7", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "7 ", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "007", NULL},
	    {AD_SYNTAX_INTEGER, 0, 0, 0, "-0", NULL},
	    {AD_SYNTAX_INTEGER, 0, 1, 9, "9", "9"},
	    {AD_SYNTAX_INTEGER, 0, 1, 9, "10", NULL},
	    {AD_SYNTAX_INTEGER, 0, 1, 9, "0", NULL},
	    {AD_SYNTAX_TEXT, 0, 0, 0, "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ad_schema s = {.n = 1};
		struct span v = span_str(rows[i].value);
		bool fits;

		s.attributes[0] = (struct ad_attribute){.name = "info",
		    .allowed = true,
		    .exists = true,
		    .syntax = rows[i].syntax,
		    .units = rows[i].units,
		    .least = rows[i].least,
		    .most = rows[i].most,
		    .ranged = rows[i].most != 0};
		fits = ad_schema_fit(&s, "INFO", &v);
		if (fits != (rows[i].kept != NULL) ||
		    (fits &&
			(v.len != strlen(rows[i].kept) ||
			    memcmp(v.data, rows[i].kept, v.len) != 0)))
			fail_msg("%zu: %s: %d %.*s", i, rows[i].value, fits,
			    (int)v.len, (const char *)v.data);
	}
}

/* What was not asked for takes anything; what contacts may not have, nothing.
 */
static void
attributes(void **state)
{
	struct ad_schema s = {.n = 1};
	struct span v = span_str("x");

	(void)state;
	assert_true(ad_schema_fit(&s, "title", &v));
	strcpy(s.attributes[0].name, "title");
	s.attributes[0].syntax = AD_SYNTAX_TEXT;
	assert_false(ad_schema_fit(&s, "title", &v));
	s.attributes[0].exists = true;
	assert_false(ad_schema_fit(&s, "title", &v));
	s.attributes[0].allowed = true;
	assert_true(ad_schema_fit(&s, "title", &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
