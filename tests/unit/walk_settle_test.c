#include "tests/unit/unit.h"

#include <string.h>

#include "directory/mark.h"
#include "publisher/walk_settle.h"

/*
 * Whether what a line tells was written, by the contact alone: its values are
 * "one" and "two", its marks ours for "one" and adopted for "two".
 */
#define BOB "bob@partner.example"
#define EVE "eve@partner.example"

static const struct span key = {(const uint8_t *)"key", 3};

static void
contact_make(struct contact *c)
{
	static const char *const values[] = {"one", "two"};
	uint8_t sha256[DIGEST_LEN];
	char mark[CONTACT_MARK];
	struct reason why;
	unsigned i;

	memset(c, 0, sizeof *c);
	c->kind = CONTACT_ONE;
	for (i = 0; i < 2; i++) {
		assert_int_equal(
		    DONE, contact_add_value(c, span_str(values[i]), &why));
		digest_sha256(span_str(values[i]), sha256);
		if (i == 0)
			mark_make(key, sha256, BOB, mark);
		else
			mark_make_adopted(key, sha256, BOB, mark);
		assert_int_equal(
		    DONE, contact_add_mark(c, span_str(mark), &why));
	}
}

static const struct {
	enum store_line_kind kind;
	const char *value, *address;
	bool overfull, want;
} table[] = {
    {STORE_LINE_REMOVED, "one", BOB, false, false},
    {STORE_LINE_REMOVED, "two", EVE, false, false},
    {STORE_LINE_REMOVED, "three", BOB, false, true},
    {STORE_LINE_REMOVED, "three", BOB, true, false},
    {STORE_LINE_ADOPTED, "two", BOB, false, true},
    {STORE_LINE_ADOPTED, "two", EVE, false, false},
    {STORE_LINE_ADOPTED, "three", BOB, false, false},
    {STORE_LINE_UNMARKED, "two", BOB, false, false},
    {STORE_LINE_UNMARKED, "two", EVE, false, true},
    {STORE_LINE_UNMARKED, "three", BOB, false, true},
    {STORE_LINE_SEEN, "one", BOB, false, true},
    {STORE_LINE_GONE, "one", BOB, false, true},
    {STORE_LINE_LEFT, "one", BOB, false, true},
};

static void
lines_are_true_or_not(void **state)
{
	struct store_line l;
	struct contact c;
	size_t i;

	(void)state;
	contact_make(&c);
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		memset(&l, 0, sizeof l);
		l.kind = table[i].kind;
		strcpy(l.address, table[i].address);
		digest_sha256_hex(span_str(table[i].value), l.certificate);
		c.overfull = table[i].overfull;
		if (walk_line_is_true(&c, key, &l) != table[i].want)
			fail_msg("row %zu", i);
	}
	contact_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_true_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
