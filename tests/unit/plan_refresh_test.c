#include "tests/unit/plan_scene.h"

#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/plan_withdraw.h"

/* The harvest's certificate: issuer A, from -10 to 355 days. */
static const struct row rows[] = {
    {.name = "empty contact", .added = true},
    {.name = "the same, ours",
	.values = {{'N', OURS, 'A', -10, 355}},
	.reason = REASON_UNCHANGED},
    {.name = "the same, by hand",
	.values = {{'N', FOREIGN, 'A', -10, 355}},
	.reason = REASON_UNCHANGED},
    {.name = "the same beside an expired one of ours",
	.values = {{'N', OURS, 'A', -10, 355}, {'a', OURS, 'A', -400, -1}},
	.removed = "a",
	.marks_removed = 1},
    {.name = "the same beside an expired foreign one",
	.values = {{'N', OURS, 'A', -10, 355}, {'a', FOREIGN, 'A', -400, -1}},
	.reason = REASON_UNCHANGED},
    {.name = "renewal",
	.values = {{'a', OURS, 'A', -300, 65}},
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "older one of the same issuer comes by",
	.values = {{'a', OURS, 'A', -5, 200}},
	.reason = REASON_OLDER},
    {.name = "older one, though it would live longer",
	.values = {{'a', OURS, 'A', -5, 20}},
	.reason = REASON_OLDER},
    {.name = "same notBefore: that which is there stays",
	.values = {{'a', OURS, 'A', -10, 355}},
	.reason = REASON_OLDER},
    {.name = "a newer foreign one of the same issuer",
	.values = {{'a', FOREIGN, 'A', -5, 355}},
	.reason = REASON_OLDER},
    {.name = "expired ones of ours go",
	.values = {{'a', OURS, 'A', -900, -400}, {'b', OURS, 'B', -400, -1}},
	.removed = "ab",
	.added = true,
	.marks_removed = 2},
    {.name = "key change while the old one is good",
	.values = {{'a', OURS, 'B', -300, 61}},
	.reason = REASON_KEY_CHANGE},
    {.name = "key change near the end",
	.values = {{'a', OURS, 'B', -300, 60}},
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "key change to a good foreign one's contact",
	.values = {{'a', FOREIGN, 'B', -300, 61}},
	.reason = REASON_KEY_CHANGE},
    {.name = "foreign and live",
	.values = {{'a', FOREIGN, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "foreign and live of another issuer near its end",
	.values = {{'a', FOREIGN, 'B', -300, 20}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "foreign and expired stays",
	.values = {{'a', FOREIGN, 'B', -400, -1}},
	.added = true},
    {.name = "foreign that cannot be encrypted to stays",
	.values = {{'a', SIGN_ONLY, 'B', -300, 300}},
	.added = true},
    {.name = "garbage stays",
	.values = {{'a', GARBAGE, 0, 0, 0}},
	.added = true},
    {.name = "a forged mark does not make it ours",
	.values = {{'a', FORGED_MARK, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "a forged mark does not expire a value",
	.values = {{'a', FORGED_MARK, 'A', -300, -65}},
	.added = true},
    {.name = "a mark of another address is void",
	.values = {{'a', OTHER_ADDRESS, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "two kept: the old one stays beside",
	.values = {{'a', OURS, 'A', -300, 65}},
	.added = true,
	.keep = 2},
    {.name = "two kept: the oldest goes",
	.values = {{'b', OURS, 'A', -200, 165}, {'a', OURS, 'A', -300, 65}},
	.removed = "a",
	.added = true,
	.marks_removed = 1,
	.keep = 2},
    {.name = "two kept: a foreign one counts",
	.values = {{'a', OURS, 'A', -300, 65}, {'f', FOREIGN, 'A', -200, 90}},
	.removed = "a",
	.added = true,
	.marks_removed = 1,
	.keep = 2},
    {.name = "fewer kept than before: all but one go",
	.values = {{'a', OURS, 'A', -300, 65}, {'b', OURS, 'A', -200, 90}},
	.removed = "ab",
	.added = true,
	.marks_removed = 2},
    {.name = "14 foreign expired ones: the fifteenth fits",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', FOREIGN, 'B', -400, -1},
	    {'c', FOREIGN, 'B', -400, -1}, {'d', FOREIGN, 'B', -400, -1},
	    {'e', FOREIGN, 'B', -400, -1}, {'f', FOREIGN, 'B', -400, -1},
	    {'g', FOREIGN, 'B', -400, -1}, {'h', FOREIGN, 'B', -400, -1},
	    {'i', FOREIGN, 'B', -400, -1}, {'j', FOREIGN, 'B', -400, -1},
	    {'k', FOREIGN, 'B', -400, -1}, {'l', FOREIGN, 'B', -400, -1},
	    {'m', FOREIGN, 'B', -400, -1}, {'n', GARBAGE, 'B', -400, -1}},
	.added = true},
    {.name = "15 of them: the next does not",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', FOREIGN, 'B', -400, -1},
	    {'c', FOREIGN, 'B', -400, -1}, {'d', FOREIGN, 'B', -400, -1},
	    {'e', FOREIGN, 'B', -400, -1}, {'f', FOREIGN, 'B', -400, -1},
	    {'g', FOREIGN, 'B', -400, -1}, {'h', FOREIGN, 'B', -400, -1},
	    {'i', FOREIGN, 'B', -400, -1}, {'j', FOREIGN, 'B', -400, -1},
	    {'k', FOREIGN, 'B', -400, -1}, {'l', FOREIGN, 'B', -400, -1},
	    {'m', FOREIGN, 'B', -400, -1}, {'n', FOREIGN, 'B', -400, -1},
	    {'o', GARBAGE, 'B', -400, -1}},
	.reason = REASON_TOO_MANY_VALUES},
    {.name = "64 KiB in all",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', GARBAGE, 0, 0, 0}},
	.size = 22000,
	.reason = REASON_TOO_MANY_VALUES},
    {.name = "ours was taken out by hand",
	.orphan = true,
	.reason = REASON_VETO},
    {.name = "another of ours was taken out by hand",
	.values = {{'a', OURS, 'A', -300, 65}},
	.orphan = true,
	.reason = REASON_VETO},
    {.name = "ours was taken out, and somebody allows it again",
	.orphan = true,
	.allowed = true,
	.added = true,
	.no_mark = true},
    {.name = "pinned: over a newer one of the same issuer",
	.values = {{'a', OURS, 'A', -5, 200}},
	.pinned = true,
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "pinned: over another issuer's, and alone",
	.values = {{'a', OURS, 'B', -5, 900}, {'b', OURS, 'A', -9, 900}},
	.pinned = true,
	.keep = 3,
	.removed = "ab",
	.added = true,
	.marks_removed = 2},
    {.name = "pinned: not over a foreign one",
	.values = {{'a', FOREIGN, 'B', -5, 900}},
	.pinned = true,
	.reason = REASON_FOREIGN_VALUE},
    {.name = "RSA preferred: an EC one does not come",
	.values = {{'a', OURS, 'A', -300, 65}},
	.ec = true,
	.prefer_rsa = true,
	.reason = REASON_RSA_PREFERRED},
    {.name = "not preferred: the newer one comes",
	.values = {{'a', OURS, 'A', -300, 65}},
	.ec = true,
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "RSA preferred: an expired one does not count",
	.values = {{'a', OURS, 'A', -300, -1}},
	.ec = true,
	.prefer_rsa = true,
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "RSA preferred: an older RSA one takes an EC one's place",
	.values = {{'p', OURS, 'A', -5, 400}},
	.prefer_rsa = true,
	.removed = "p",
	.added = true,
	.marks_removed = 1},
    {.name = "not preferred: it does not",
	.values = {{'p', OURS, 'A', -5, 400}},
	.reason = REASON_OLDER},
    {.name = "RSA preferred: of two kept the EC one goes",
	.values = {{'a', OURS, 'A', -300, 65}, {'p', OURS, 'A', -200, 165}},
	.keep = 2,
	.prefer_rsa = true,
	.removed = "p",
	.added = true,
	.marks_removed = 1},
    {.name = "RSA preferred: beside it there is room for an EC one",
	.values = {{'a', OURS, 'A', -300, 65}},
	.keep = 2,
	.ec = true,
	.prefer_rsa = true,
	.added = true},
    {.name = "pinned: an EC one though RSA is preferred",
	.values = {{'a', OURS, 'A', -300, 65}},
	.ec = true,
	.pinned = true,
	.prefer_rsa = true,
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "ours was put back by hand",
	.values = {{'N', FOREIGN, 'A', -10, 355}},
	.orphan = true,
	.reason = REASON_UNCHANGED},
};

static void
check_removed(const struct row *r, const struct change *c)
{
	const char *removed = r->removed != NULL ? r->removed : "";

	assert_int_equal(c->n_remove, strlen(removed));
	for (unsigned i = 0; i < c->n_remove; i++)
		assert_non_null(strchr(removed, c->remove[i].data[0]));
	assert_int_equal(c->n_remove_marks, r->marks_removed);
}

static void
check_row(const struct row *r)
{
	struct change c = {.kind = CHANGE_NONE};
	struct reason why;
	struct scene s;
	enum outcome o;

	scene_make(r, &s);
	o = scene_plan(&s, &c, &why);
	if (why.code != r->reason)
		fail_msg("%s: %s %s", r->name, reason_name(why.code), why.text);
	assert_int_equal(o, reason_outcome(r->reason));
	if (o == DONE) {
		if (c.n_remove != strlen(r->removed ? r->removed : ""))
			fail_msg("%s: %u removed", r->name, c.n_remove);
		assert_int_equal(c.kind, CHANGE_MODIFY);
		assert_string_equal(c.id, "id");
		check_removed(r, &c);
		assert_int_equal(c.n_add, r->added);
		assert_int_equal(c.n_add_marks, r->added && !r->no_mark);
	}
	change_clear(&c);
	scene_clear(&s);
}

static void
contacts_are_refreshed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i]);
}

/* What of it is ours goes, and nothing else. */
static void
ours_is_withdrawn(void **state)
{
	static const struct {
		struct row row;
		enum reason_code reason;
		const char *removed;
		unsigned marks;
	} table[] = {
	    {{.values = {{'a', OURS, 'A', -9, 9}, {'b', FOREIGN, 'A', -9, 9},
		  {'c', GARBAGE, 0, 0, 0}, {'d', OURS, 'A', -99, -9},
		  {'e', FORGED_MARK, 'A', -9, 9},
		  {'f', OTHER_ADDRESS, 'A', -9, 9}}},
		REASON_OK, "ad", 2},
	    {{.values = {{'b', FOREIGN, 'A', -9, 9}}, .orphan = true},
		REASON_OK, "", 1},
	    {{.values = {{'b', FOREIGN, 'A', -9, 9}}}, REASON_UNCHANGED, "", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct change c = {.kind = CHANGE_NONE};
		struct reason why;
		struct scene s;

		scene_make(&table[i].row, &s);
		reason_clear(&why);
		assert_int_equal(
		    plan_withdraw(&s.contact, ADDRESS, key, &c, &why),
		    reason_outcome(table[i].reason));
		assert_int_equal(why.code, table[i].reason);
		assert_int_equal(c.n_remove, strlen(table[i].removed));
		for (unsigned k = 0; k < c.n_remove; k++)
			assert_int_equal(
			    c.remove[k].data[0], table[i].removed[k]);
		assert_int_equal(c.n_remove_marks, table[i].marks);
		assert_int_equal(c.n_add + c.n_add_marks, 0);
		change_clear(&c);
		scene_clear(&s);
	}
}

static void
some_are_not_withdrawn_from(void **state)
{
	static const struct {
		enum contact_kind kind;
		bool inside, overfull, managed;
		enum reason_code reason;
	} table[] = {
	    {CONTACT_NONE, true, false, false, REASON_UNCHANGED},
	    {CONTACT_MANY, true, false, false, REASON_AMBIGUOUS},
	    {CONTACT_USER, true, false, false, REASON_IS_USER},
	    {CONTACT_GROUP, true, false, false, REASON_IS_USER},
	    {CONTACT_ONE, false, false, false, REASON_OUTSIDE_BASE},
	    {CONTACT_ONE, true, true, false, REASON_TOO_MANY_VALUES},
	    {CONTACT_ONE, true, false, true, REASON_MANAGED},
	};
	static const struct row ours = {.values = {{'a', OURS, 'A', -9, 9}}};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct change c = {.kind = CHANGE_NONE};
		struct reason why;
		struct scene s;

		scene_make(&ours, &s);
		s.contact.kind = table[i].kind;
		s.contact.inside = table[i].inside;
		s.contact.overfull = table[i].overfull;
		s.contact.managed = table[i].managed;
		assert_int_equal(
		    plan_withdraw(&s.contact, ADDRESS, key, &c, &why),
		    reason_outcome(table[i].reason));
		assert_int_equal(why.code, table[i].reason);
		assert_int_equal(c.kind, CHANGE_NONE);
		scene_clear(&s);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contacts_are_refreshed),
	    cmocka_unit_test(ours_is_withdrawn),
	    cmocka_unit_test(some_are_not_withdrawn_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
