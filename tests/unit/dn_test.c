#include "tests/unit/unit.h"

#include <string.h>

#include "directory/dn.h"

static void
inside_is_judged_by_parts(void **state)
{
	static const struct {
		const char *dn, *base;
		bool inside;
	} table[] = {
	    {"CN=a,OU=P,DC=x", "OU=P,DC=x", true},
	    {"cn=a,ou=p, dc=X", "OU=P,DC=x", true},
	    {"CN=a,OU=S,OU=P,DC=x", "ou=p,dc=x", true},
	    {"OU=P,DC=x", "OU=P,DC=x", true},
	    {"DC=x", "OU=P,DC=x", false},
	    {"CN=a,OU=Q,DC=x", "OU=P,DC=x", false},
	    /* the base as the text of a value, or the end of one */
	    {"CN=a\\,OU=P\\,DC=x,DC=y", "OU=P,DC=x", false},
	    {"CN=a,OU=PP,DC=x", "P,DC=x", false},
	    {"CN=a,OU=XOU=P,DC=x", "OU=P,DC=x", false},
	    /* as Samba writes a star, and a conflict */
	    {"CN=a\\*b\\?,OU=P,DC=x", "OU=P,DC=x", true},
	    {"CN=a\\0ACNF:0-1,OU=P,DC=x", "OU=P,DC=x", true},
	    {"CN=a\\*,OU=P,DC=x", "CN=a\\*,OU=P,DC=x", true},
	    {"CN=a\\2A,OU=P,DC=x", "CN=a\\*,OU=P,DC=x", true},
	    /* without a value */
	    {"CN=,OU=P,DC=x", "OU=P,DC=x", true},
	    {"CN=a,OU=,DC=x", "ou=,DC=x", true},
	    {"CN=a,OU=,DC=x", "OU=P,DC=x", false},
	    {"CN=a\\", "OU=P,DC=x", false},
	    {"CN=a\\2", "OU=P,DC=x", false},
	    {"nothing", "OU=P,DC=x", false},
	    {"CN=a,OU=P,DC=x", "", false},
	    {"CN=a,OU=P,DC=x", "nothing", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (dn_is_inside(table[i].dn, table[i].base) != table[i].inside)
			fail_msg("%s in %s", table[i].dn, table[i].base);
}

static void
conflicts_name_whom_they_lost_to(void **state)
{
	static const struct {
		const char *dn, *winner; /* NULL: no conflict */
	} table[] = {
	    {"CN=a\\0ACNF:0-1,OU=P,DC=x", "CN=a,OU=P,DC=x"},
	    {"cn=b\\, c\\0aCNF:0-1,OU=P,DC=x", "cn=b\\, c,OU=P,DC=x"},
	    {"CN=a\\*\\0ACNF:0-1,OU=P,DC=x", "CN=a\\2A,OU=P,DC=x"},
	    {"CN=a CNF:0-1,OU=P,DC=x", NULL},
	    {"CN=a\\0ADEL:0-1,CN=Deleted Objects,DC=x", NULL},
	    {"CN=a,OU=P\\0ACNF:0-1,DC=x", NULL},
	    {"CN=,OU=P,DC=x", NULL},
	    {"nothing", NULL},
	    {"", NULL},
	};
	char winner[64];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		bool conflict =
		    dn_is_conflict(table[i].dn, winner, sizeof winner);

		if (conflict != (table[i].winner != NULL) ||
		    (conflict && !dn_is_same(winner, table[i].winner)))
			fail_msg("%s: \"%s\"", table[i].dn, winner);
	}
	assert_true(dn_is_conflict(table[0].dn, winner, 4));
	assert_string_equal(winner, "");
}

static void
names_are_escaped(void **state)
{
	static const struct {
		const char *cn, *dn;
	} table[] = {
	    {"bob@x.example", "CN=bob@x.example,OU=P,DC=x"},
	    {"a,OU=Q", "CN=a\\2COU\\3DQ,OU=P,DC=x"},
	    {"#1", "CN=\\#1,OU=P,DC=x"},
	    {" a ", "CN=\\20a\\20,OU=P,DC=x"},
	    {"\"+;<>\\", "CN=\\22\\2B\\3B\\3C\\3E\\5C,OU=P,DC=x"},
	};
	struct reason why;
	char dn[256];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		assert_int_equal(
		    dn_make(table[i].cn, "OU=P, DC=x", dn, sizeof dn, &why),
		    DONE);
		if (!dn_is_same(dn, table[i].dn))
			fail_msg("%s", dn);
		assert_true(dn_is_inside(dn, "ou=P,dc=x"));
	}
	assert_int_equal(dn_make("a", "no dn", dn, sizeof dn, &why), BROKEN);
	assert_int_equal(dn_make("a", "", dn, sizeof dn, &why), BROKEN);
	assert_int_equal(dn_make("abc", "DC=x", dn, 8, &why), BROKEN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inside_is_judged_by_parts),
	    cmocka_unit_test(conflicts_name_whom_they_lost_to),
	    cmocka_unit_test(names_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
