#include "tests/unit/unit.h"

#include <string.h>

#include "directory/mark.h"

#define ADDRESS "bob@partner.example"

static const struct span key = {(const uint8_t *)"key", 3};

static void
mark_of(uint8_t fill, char out[CONTACT_MARK])
{
	uint8_t sha256[DIGEST_LEN];

	memset(sha256, fill, sizeof sha256);
	mark_make(key, sha256, ADDRESS, out);
}

/*
 * printf 1:aa...aa:bob@partner.example | openssl dgst -sha256 -hmac key
 */
static void
marks_are_as_documented(void **state)
{
	char mark[CONTACT_MARK];

	(void)state;
	mark_of(0xaa, mark);
	assert_string_equal(mark,
	    "certharvest:1:"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:"
	    "d0334c0b6e802445e65f28353b309efc4a6f30b163af1c67ab0099ab00f3d2d2");
}

static void
a_mark_verifies_for_its_own_alone(void **state)
{
	static const struct span other = {(const uint8_t *)"Key", 3};
	uint8_t sha256[DIGEST_LEN] = {0}, expected[DIGEST_LEN];
	char mark[CONTACT_MARK];

	(void)state;
	mark_of(0x5a, mark);
	memset(expected, 0x5a, sizeof expected);
	assert_true(mark_verify(mark, key, ADDRESS, sha256));
	assert_memory_equal(sha256, expected, DIGEST_LEN);
	assert_false(mark_verify(mark, other, ADDRESS, sha256));
	assert_false(mark_verify(mark, key, "eve@partner.example", sha256));
	/* every character counts */
	for (size_t i = 0; mark[i] != '\0'; i++) {
		char kept = mark[i];

		mark[i] = kept == '0' ? '1' : '0';
		assert_false(mark_verify(mark, key, ADDRESS, sha256));
		mark[i] = kept;
	}
	assert_true(mark_verify(mark, key, ADDRESS, sha256));
}

/*
 * printf 2:aa...aa:bob@partner.example | openssl dgst -sha256 -hmac key
 */
static void
adopted_ones_are_told_apart(void **state)
{
	uint8_t sha256[DIGEST_LEN], named[DIGEST_LEN];
	char mark[CONTACT_MARK], written[CONTACT_MARK];

	(void)state;
	memset(sha256, 0xaa, sizeof sha256);
	mark_make_adopted(key, sha256, ADDRESS, mark);
	assert_string_equal(mark,
	    "certharvest:2:"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:"
	    "37f44bf4638a1e1f9192e7034dda161c281acfd1012fa2ae9150713ea55ceb3c");
	mark_of(0xaa, written);
	assert_true(mark_is_adopted(mark));
	assert_false(mark_is_adopted(written));
	assert_true(mark_verify(mark, key, ADDRESS, named));
	assert_memory_equal(sha256, named, DIGEST_LEN);
	/* One does not become the other by its number. */
	mark[12] = '1';
	assert_true(mark_has_form(span_str(mark)));
	assert_false(mark_verify(mark, key, ADDRESS, named));
	written[12] = '2';
	assert_false(mark_verify(written, key, ADDRESS, named));
	written[12] = '3';
	assert_false(mark_has_form(span_str(written)));
}

static void
other_values_are_no_marks(void **state)
{
	static const char *const table[] = {
	    "", "certharvest", "certharvest:1:", "certharvest:2:00:00", "x"};
	char mark[CONTACT_MARK];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		assert_false(mark_has_form(span_str(table[i])));
	mark_of(1, mark);
	assert_true(mark_has_form(span_str(mark)));
	assert_false(mark_has_form(
	    (struct span){(const uint8_t *)mark, strlen(mark) - 1}));
	strcat(mark, "0");
	assert_false(mark_has_form(span_str(mark)));
	mark_of(0xab, mark);
	mark[14] = 'A';
	assert_false(mark_has_form(span_str(mark)));
}

static void
contacts_keep_marks_and_count_values(void **state)
{
	static uint8_t large[CONTACT_BYTES / 2];
	struct contact c = {.kind = CONTACT_ONE};
	char mark[CONTACT_MARK];

	(void)state;
	mark_of(1, mark);
	assert_int_equal(contact_add_mark(&c, span_str("other"), NULL), DONE);
	assert_int_equal(c.n_marks, 0);
	assert_int_equal(contact_add_mark(&c, span_str(mark), NULL), DONE);
	assert_string_equal(c.marks[0], mark);
	for (int i = 0; i < CONTACT_VALUES; i++)
		assert_int_equal(
		    contact_add_value(&c, span_str("v"), NULL), DONE);
	assert_false(c.overfull);
	assert_int_equal(contact_add_value(&c, span_str("v"), NULL), DONE);
	assert_true(c.overfull);
	assert_int_equal(c.n_values, 0);
	contact_clear(&c);
	for (int i = 0; i < 3; i++)
		assert_int_equal(contact_add_value(&c,
				     (struct span){large, sizeof large}, NULL),
		    DONE);
	assert_true(c.overfull);
	contact_clear(&c);
	assert_false(c.overfull);
	/* Values that were read are not kept with it, or no frame takes it. */
	assert_int_equal(contact_add_value(&c, span_str("v"), NULL), DONE);
	contact_set_overfull(&c);
	assert_true(c.overfull);
	assert_int_equal(c.n_values, 0);
	contact_clear(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks_are_as_documented),
	    cmocka_unit_test(a_mark_verifies_for_its_own_alone),
	    cmocka_unit_test(adopted_ones_are_told_apart),
	    cmocka_unit_test(other_values_are_no_marks),
	    cmocka_unit_test(contacts_keep_marks_and_count_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
