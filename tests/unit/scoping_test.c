#include "tests/unit/unit.h"

#include <string.h>

#include "publisher/scoping.h"

#define USERS 4

/* What an administrator may let a CA count for; "" is refused. */
static const struct {
	enum authority_kind kind;
	const char users[USERS][ADDRESS_SIZE];
	bool more;
	const char *asked, *before, *scope;
} rows[] = {
    /* without a word: the one domain that uses it */
    {AUTHORITY_ROOT, {"a@x.example"}, false, "", "", "x.example"},
    {AUTHORITY_ROOT, {"a@x.example"}, false, " , ", "", "x.example"},
    {AUTHORITY_INTERMEDIATE, {"a@x.example", "b@x.example"}, false, "", "",
	"x.example"},
    {AUTHORITY_ROOT, {"a@x.example", "b@y.example"}, false, "", "", ""},
    {AUTHORITY_ROOT, {"a@x.example", "b@sub.x.example"}, false, "", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, true, "", "", ""},
    {AUTHORITY_ROOT, {""}, false, "", "", ""},
    /* free-mail domains: the one address */
    {AUTHORITY_ROOT, {"a@gmail.com"}, false, "", "", "a@gmail.com"},
    {AUTHORITY_ROOT, {"a@own.example"}, false, "", "", "a@own.example"},
    {AUTHORITY_ROOT, {"a@b.below.example"}, false, "", "", "a@b.below.example"},
    {AUTHORITY_ROOT, {"a@gmail.com", "b@gmail.com"}, false, "", "", ""},
    {AUTHORITY_ROOT, {"a@gmail.com"}, true, "", "", ""},
    /* a certificate that signed itself: the one address */
    {AUTHORITY_LEAF, {"a@x.example"}, false, "", "", "a@x.example"},
    {AUTHORITY_LEAF, {"a@x.example", "b@x.example"}, false, "", "", ""},
    {AUTHORITY_LEAF, {"a@x.example"}, false, "x.example", "", ""},
    {AUTHORITY_LEAF, {"a@x.example"}, false, ".x.example", "", ""},
    {AUTHORITY_LEAF, {"a@x.example", "b@x.example"}, false,
	"a@x.example,b@x.example", "", "a@x.example b@x.example"},
    /* what he asks for */
    {AUTHORITY_ROOT, {"a@x.example"}, false, "Y.Example .z.example", "",
	"y.example .z.example"},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "b\xc3\xbc.example", "",
	"xn--b-eha.example"},
    {AUTHORITY_ROOT, {""}, false, "x.example", "", "x.example"},
    {AUTHORITY_ROOT, {"a@gmail.com"}, false, "a@gmail.com B@GMAIL.com", "",
	"a@gmail.com b@gmail.com"},
    /* and what nobody may */
    {AUTHORITY_ROOT, {"a@x.example"}, false, "gmail.com", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "GMail.Com.", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "x.example gmx.de", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "own.example", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "b.below.example", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, ".below.example", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, ".co.uk", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "example", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, ".example", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "com", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "*", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, ".", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "a b@", "", ""},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "10.0.0.1", "", ""},
    {AUTHORITY_ABSENT, {"a@x.example"}, false, "x.example", "", ""},
    /* more than before */
    {AUTHORITY_ROOT, {"a@x.example"}, false, "y.example x.example",
	"x.example a@z.example", "x.example a@z.example y.example"},
    {AUTHORITY_ROOT, {"a@x.example"}, false, "", "x.example", "x.example"},
};

static void
every_row(void **state)
{
	char one[] = "own.example", two[] = ".below.example";
	char *own[] = {one, two};
	const struct freemail freemail = {.own = {own, 2, 2}};
	char scope[LIMIT_SCOPE];
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scoping_case c = {
		    .kind = rows[i].kind,
		    .users = rows[i].users,
		    .more = rows[i].more,
		    .asked = rows[i].asked,
		    .before = rows[i].before,
		    .freemail = &freemail,
		};

		while (c.n_users < USERS && c.users[c.n_users][0] != '\0')
			c.n_users++;
		reason_clear(&why);
		strcpy(scope, "untouched");
		o = scoping_decide(&c, scope, &why);
		if (rows[i].scope[0] == '\0'
			? o != BROKEN || why.code != REASON_USAGE ||
			    strcmp(scope, "untouched") != 0
			: o != DONE || strcmp(scope, rows[i].scope) != 0)
			fail_msg("row %zu: %s \"%s\" %s", i, outcome_name(o),
			    scope, why.text);
	}
}

/* The list that is built in is one that the rest understands. */
static void
the_list_is_canonical(void **state)
{
	static const char *const known[] = {
#include "publisher/freemail.inc"
	};
	const struct freemail none = {.own = {NULL, 0, 0}};
	char canonical[ADDRESS_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		assert_int_equal(
		    DONE, address_domain(span_str(known[i]), canonical, NULL));
		assert_string_equal(canonical, known[i]);
		if (i > 0 && strcmp(known[i - 1], known[i]) >= 0)
			fail_msg("%s is not in order", known[i]);
		assert_non_null(freemail_peek_covered(&none, known[i]));
	}
	assert_null(freemail_peek_covered(&none, "partner.example"));
	assert_null(freemail_peek_covered(&none, "notgmail.com"));
	assert_null(freemail_peek_covered(&none, ".partner.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row),
	    cmocka_unit_test(the_list_is_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
