#include "tests/unit/unit.h"

#include <string.h>

#include "directory/mark.h"
#include "publisher/undo_plan.h"

/*
 * Whether a write can be undone, what is written then, and which rule follows:
 * a table of letters, each a certificate; a capital has a mark of ours beside
 * it.
 */
#define BOB "bob@partner.example"

static const struct span key = {(const uint8_t *)"key", 3};

struct scene {
	struct contact contact;
	struct store_change changes[16];
	struct store_write write;
};

static void
fingerprint(char letter, char out[DIGEST_HEX])
{
	uint8_t content = (uint8_t)letter;

	digest_sha256_hex((struct span){&content, 1}, out);
}

static void
mark_of(char letter, bool adopted, char out[CONTACT_MARK])
{
	uint8_t content = (uint8_t)letter, sha256[DIGEST_LEN];

	digest_sha256((struct span){&content, 1}, sha256);
	(adopted ? mark_make_adopted : mark_make)(key, sha256, BOB, out);
}

static bool
is_ours(char letter)
{
	return letter >= 'A' && letter <= 'Z';
}

static void
add_change(struct scene *s, enum store_op op, enum store_part part)
{
	struct store_change *c = &s->changes[s->write.n++];

	assert_true(s->write.n <= 16);
	c->op = op;
	c->part = part;
}

static void
add_letters(struct scene *s, enum store_op op, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		add_change(s, op, STORE_CERTIFICATE);
		fingerprint(*letters, s->changes[s->write.n - 1].value);
		if (!is_ours(*letters))
			continue;
		add_change(s, op, STORE_MARK);
		mark_of(*letters, false, s->changes[s->write.n - 1].value);
	}
}

static void
stand(struct scene *s, const char *letters)
{
	char mark[CONTACT_MARK];

	for (; *letters != '\0'; letters++) {
		assert_int_equal(DONE,
		    contact_add_value(&s->contact,
			(struct span){(const uint8_t *)letters, 1}, NULL));
		if (!is_ours(*letters))
			continue;
		mark_of(*letters, false, mark);
		assert_int_equal(
		    DONE, contact_add_mark(&s->contact, span_str(mark), NULL));
	}
}

static void
scene_make(struct scene *s, const char *had, const char *removed,
    const char *added, const char *now)
{
	memset(s, 0, sizeof *s);
	strcpy(s->write.address, BOB);
	strcpy(s->write.dn, "CN=Bob");
	s->write.changes = s->changes;
	add_letters(s, STORE_HAD, had);
	add_letters(s, STORE_REMOVED, removed);
	add_letters(s, STORE_ADDED, added);
	s->contact.kind = CONTACT_ONE;
	s->contact.inside = true;
	strcpy(s->contact.id, "0011");
	strcpy(s->contact.dn, "CN=Bob");
	stand(s, now);
}

static const struct {
	const char *had, *removed, *added, *now;
	bool before, after; /* that is what stands now */
	unsigned out, marks_out, marks_in;
	enum store_undo_rule rule;
	int64_t undoes;
} rows[] = {
    /* a create, a refresh, a refresh beside somebody else's */
    {"", "", "A", "A", false, true, 1, 1, 0, STORE_UNDO_VETO, 0},
    {"A", "A", "B", "B", false, true, 1, 1, 1, STORE_UNDO_PIN, 0},
    {"Ax", "A", "B", "xB", false, true, 1, 1, 1, STORE_UNDO_PIN, 0},
    /* the first of ours beside somebody else's; a second of ours */
    {"x", "", "A", "xA", false, true, 1, 1, 0, STORE_UNDO_VETO, 0},
    {"A", "", "B", "AB", false, true, 1, 1, 0, STORE_UNDO_PIN, 0},
    {"AB", "A", "C", "BC", false, true, 1, 1, 1, STORE_UNDO_VETO, 0},
    /* a withdrawal; the undo of a refresh, of a create */
    {"A", "A", "", "", false, true, 0, 0, 1, STORE_UNDO_ALLOW, 0},
    {"B", "B", "A", "A", false, true, 1, 1, 1, STORE_UNDO_REDO, 7},
    {"A", "A", "", "", false, true, 0, 0, 1, STORE_UNDO_ALLOW, 7},
    {"", "", "A", "A", false, true, 1, 1, 0, STORE_UNDO_VETO, 7},
    /* somebody was there, or it is undone already */
    {"", "", "A", "Ax", false, false, 0, 0, 0, 0, 0},
    {"", "", "A", "", true, false, 0, 0, 0, 0, 0},
    {"A", "A", "B", "A", true, false, 0, 0, 0, 0, 0},
    {"A", "A", "B", "C", false, false, 0, 0, 0, 0, 0},
    {"Ax", "A", "B", "B", false, false, 0, 0, 0, 0, 0},
};

static void
look_at(size_t i)
{
	struct change c = {.kind = CHANGE_NONE};
	struct store_undone u = {.rule = STORE_UNDO_NONE};
	struct reason why;
	struct scene s;

	scene_make(
	    &s, rows[i].had, rows[i].removed, rows[i].added, rows[i].now);
	s.write.undoes = rows[i].undoes;
	assert_int_equal(rows[i].before,
	    undo_compare(&s.contact, &s.write, UNDO_BEFORE, &why) == DONE);
	assert_int_equal(rows[i].after,
	    undo_compare(&s.contact, &s.write, UNDO_AFTER, &why) == DONE);
	if (rows[i].after) {
		assert_int_equal(
		    DONE, undo_plan(&s.contact, &s.write, &c, &why));
		assert_int_equal(c.n_remove, rows[i].out);
		assert_int_equal(c.n_remove_marks, rows[i].marks_out);
		assert_int_equal(c.n_add_marks, rows[i].marks_in);
		undo_conclude(&s.write, key, &u);
		if (u.rule != rows[i].rule)
			fail_msg("row %zu: rule %d", i, (int)u.rule);
	} else
		assert_int_equal(why.code, REASON_UNDO_CHANGED);
	change_clear(&c);
	contact_clear(&s.contact);
}

static void
each_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		look_at(i);
}

/* It was taken over: the mark goes, the value stays, and no rule follows. */
static void
what_was_adopted(void **state)
{
	struct change c = {.kind = CHANGE_NONE};
	struct store_undone u = {.rule = STORE_UNDO_VETO};
	char hex[DIGEST_HEX];
	struct reason why;
	struct scene s;
	bool adopted;

	(void)state;
	scene_make(&s, "x", "", "", "x");
	add_change(&s, STORE_ADDED, STORE_MARK);
	mark_of('x', true, s.changes[s.write.n - 1].value);
	assert_int_equal(DONE,
	    contact_add_mark(
		&s.contact, span_str(s.changes[s.write.n - 1].value), &why));
	assert_int_equal(
	    DONE, undo_compare(&s.contact, &s.write, UNDO_AFTER, &why));
	assert_int_equal(DONE, undo_plan(&s.contact, &s.write, &c, &why));
	assert_int_equal(c.n_remove, 0);
	assert_int_equal(c.n_remove_marks, 1);
	undo_conclude(&s.write, key, &u);
	fingerprint('x', hex);
	assert_int_equal(u.rule, STORE_UNDO_NONE);
	assert_string_equal(u.unadopted, hex);
	assert_string_equal(u.adopted, "");
	assert_false(undo_is_ours(&s.write, key, hex, &adopted));
	/* the write that replaces it later: undone, it is taken over again */
	s.changes[s.write.n - 1].op = STORE_REMOVED;
	undo_conclude(&s.write, key, &u);
	assert_string_equal(u.adopted, hex);
	change_clear(&c);
	contact_clear(&s.contact);
}

/* The values are as they were, and the mark is not. */
static void
a_mark_counts(void **state)
{
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&s, "", "", "A", "A");
	s.contact.n_marks = 0;
	assert_int_equal(
	    HELD, undo_compare(&s.contact, &s.write, UNDO_AFTER, &why));
	assert_non_null(strstr(why.text, "the mark of"));
	assert_non_null(strstr(why.text, "taken out by somebody"));
	contact_clear(&s.contact);
}

static void
what_must_not_be_touched(void **state)
{
	struct change c = {.kind = CHANGE_NONE};
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&s, "", "", "A", "A");
	s.contact.managed = true;
	assert_int_equal(HELD, undo_plan(&s.contact, &s.write, &c, &why));
	assert_int_equal(why.code, REASON_MANAGED);
	s.contact.managed = false;
	s.contact.inside = false;
	assert_int_equal(HELD, undo_plan(&s.contact, &s.write, &c, &why));
	assert_int_equal(why.code, REASON_OUTSIDE_BASE);
	s.contact.kind = CONTACT_NONE;
	assert_int_equal(
	    HELD, undo_compare(&s.contact, &s.write, UNDO_AFTER, &why));
	assert_non_null(strstr(why.text, "not there any more"));
	contact_clear(&s.contact);
}

/* Certificates and marks are the same before and after. */
static void
shadows_alone(void **state)
{
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&s, "A", "", "", "A");
	for (unsigned op = STORE_HAD; op <= STORE_REMOVED; op++) {
		add_change(&s, op, STORE_SHADOW);
		fingerprint('s', s.changes[s.write.n - 1].value);
	}
	assert_int_equal(
	    DONE, undo_compare(&s.contact, &s.write, UNDO_AFTER, &why));
	assert_int_equal(
	    HELD, undo_compare(&s.contact, &s.write, UNDO_BEFORE, &why));
	assert_int_equal(why.code, REASON_UNDO_CHANGED);
	assert_int_equal(DONE,
	    contact_add_shadow(
		&s.contact, (struct span){(const uint8_t *)"s", 1}, NULL));
	assert_int_equal(
	    HELD, undo_compare(&s.contact, &s.write, UNDO_AFTER, &why));
	assert_int_equal(
	    DONE, undo_compare(&s.contact, &s.write, UNDO_BEFORE, &why));
	contact_clear(&s.contact);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_write),
	    cmocka_unit_test(what_was_adopted),
	    cmocka_unit_test(a_mark_counts),
	    cmocka_unit_test(shadows_alone),
	    cmocka_unit_test(what_must_not_be_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
