#include "tests/unit/unit.h"

#include <string.h>
#include <strings.h>

#include "base/search_filter.h"

/* An object with three attributes. */
static bool
look(void *arg, const struct search_filter_item *item)
{
	static const char *const object[][2] = {
	    {"cn", "Bob (a*b) M\xc3\xbcller"},
	    {"mail", "bob@partner.example"},
	    {"objectClass", "contact"},
	};

	(void)arg;
	for (size_t i = 0; i < sizeof object / sizeof object[0]; i++)
		if (strcasecmp(item->attribute, object[i][0]) == 0 &&
		    search_filter_fits(item, span_str(object[i][1])))
			return true;
	return false;
}

static void
filters_match(void **state)
{
	static const struct {
		const char *filter;
		bool matches;
	} table[] = {
	    {"(cn=*)", true},
	    {"(sn=*)", false},
	    {"(MAIL=Bob@Partner.Example)", true},
	    {"(mail=bob@partner.exampl)", false},
	    {"(mail=bob@partner.example2)", false},
	    {"(mail=bob*)", true},
	    {"(mail=*example)", true},
	    {"(mail=*@partner*)", true},
	    {"(mail=b*b@*n*e*)", true},
	    {"(mail=b*b@*ee*)", false},
	    {"(mail=bob@partner.example*bob@partner.example)", false},
	    {"(mail=*bob*bob*)", false},
	    {"(mail=*example*example)", false},
	    {"(mail=**)", true},
	    {"(mail=)", false},
	    {"(cn=Bob \\28a\\2ab\\29 M\\c3\\BCller)", true},
	    {"(cn=Bob \\28a*b\\29*)", true},
	    {"(&(cn=*)(mail=*))", true},
	    {"(&(cn=*)(sn=*))", false},
	    {"(|(sn=*)(mail=*))", true},
	    {"(|(sn=*)(sn=a))", false},
	    {"(!(sn=*))", true},
	    {"(!(cn=*))", false},
	    {"(&(objectClass=contact)(!(|(sn=*)(cn=Alice*))))", true},
	    {"(&)", true},
	    {"(|)", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		bool local = false;

		assert_int_equal(
		    search_filter_check(table[i].filter, &local, NULL), DONE);
		assert_true(local);
		if (search_filter_matches(table[i].filter, look, NULL) !=
		    table[i].matches)
			fail_msg("%s", table[i].filter);
	}
}

/* Right, and for a server alone: evaluated here they are never true. */
static void
some_are_for_servers(void **state)
{
	static const char *const table[] = {
	    "(uSNChanged>=0)",
	    "(a<=b)",
	    "(cn~=bob)",
	    "(userAccountControl:1.2.840.113556.1.4.803:=2)",
	    "(&(cn=*)(a<=b))",
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		bool local = true;

		assert_int_equal(
		    search_filter_check(table[i], &local, NULL), DONE);
		assert_false(local);
		assert_false(search_filter_matches(table[i], look, NULL));
	}
}

static void
others_are_refused(void **state)
{
	static const struct {
		const char *filter, *says;
	} table[] = {
	    {"", "character 1 "},
	    {"cn=*", "character 1 "},
	    {"(cn=*", "character 6 "},
	    {"(cn=*))", "behind the last"},
	    {"(cn=*)(sn=*)", "behind the last"},
	    {"(cn)", "\"=\" is missing"},
	    {"(=x)", "an attribute is missing"},
	    {"( cn=x)", "an attribute is missing"},
	    {"(cn=a(b)", "\")\" is missing"},
	    {"(cn=\\2)", "hexadecimal"},
	    {"(cn=\\zz)", "hexadecimal"},
	    {"(cn=\\00)", "hexadecimal"},
	    {"(cn=\\", "hexadecimal"},
	    {"(&(cn=*)", "\")\" is missing"},
	    {"(!)", "\"(\" is missing"},
	    {"(!(cn=*)(sn=*))", "\")\" is missing"},
	    {"(cn=*a*a*a*a*a*a*a*a)", "too many stars"},
	    {"(!(!(!(!(!(!(!(!(cn=*)))))))))", "brackets within brackets"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct reason why;
		bool local;

		assert_int_equal(
		    search_filter_check(table[i].filter, &local, &why), BROKEN);
		assert_int_equal(why.code, REASON_SETTINGS);
		if (strstr(why.text, table[i].says) == NULL)
			fail_msg("%s: %s", table[i].filter, why.text);
		assert_false(
		    search_filter_matches(table[i].filter, look, NULL));
	}
}

/* As long as they may be, and one longer. */
static void
lengths_are_capped(void **state)
{
	char filter[1024];
	bool local;

	(void)state;
	memset(filter, 'a', sizeof filter);
	memcpy(filter, "(cn=", 4);
	strcpy(filter + 4 + SEARCH_FILTER_VALUE - 1, ")");
	assert_int_equal(search_filter_check(filter, &local, NULL), DONE);
	strcpy(filter + 4 + SEARCH_FILTER_VALUE - 1, "a)");
	assert_int_equal(search_filter_check(filter, &local, NULL), BROKEN);
	memset(filter, 'a', sizeof filter);
	filter[0] = '(';
	strcpy(filter + SEARCH_FILTER_ATTRIBUTE, "=b)");
	assert_int_equal(search_filter_check(filter, &local, NULL), DONE);
	strcpy(filter + SEARCH_FILTER_ATTRIBUTE, "a=b)");
	assert_int_equal(search_filter_check(filter, &local, NULL), BROKEN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filters_match),
	    cmocka_unit_test(some_are_for_servers),
	    cmocka_unit_test(others_are_refused),
	    cmocka_unit_test(lengths_are_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
