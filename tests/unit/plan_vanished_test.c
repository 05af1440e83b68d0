#include "tests/unit/plan_scene.h"

#include <string.h>

#include "directory/mark.h"
#include "directory/plan_vanished.h"

/*
 * Whose doing it was that our certificate is gone.  What we remember is the
 * certificate X, of issuer A, valid for another 65 days, written an hour ago.
 */
#define HOUR 3600

enum where {
	HERE,
	MOVED,
	PASSED_ON,
	BESIDE, /* another one has it as well, out of reach */
	NOWHERE,
	ALIVE,
	READDRESSED
};

static const struct {
	const char *name;
	struct value values[4];
	enum where where;
	bool other;	 /* server */
	int64_t written; /* seconds ago; 0: an hour */
	int64_t missing; /* seconds after that; 0: it never was */
	unsigned lost;
	bool forgotten; /* nothing is remembered */
	bool expired;
	bool same; /* the mail brings X again */
	bool allowed;
	enum reason_code reason;
} rows[] = {
    {.name = "it stands", .values = {{'X', OURS, 'A', -300, 65}}},
    {.name = "its mark is gone",
	.values = {{'X', FOREIGN, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "we know of nothing", .forgotten = true},
    {.name = "taken out with its mark", .reason = REASON_VETO},
    {.name = "and another put there",
	.values = {{'f', FOREIGN, 'A', -9, 99}},
	.reason = REASON_VETO},
    {.name = "taken out right after the write",
	.written = 1,
	.reason = REASON_VETO},
    {.name = "taken out once more", .lost = 1, .reason = REASON_CONTESTED},
    {.name = "taken out, and allowed", .allowed = true},
    {.name = "it was expired", .expired = true},
    {.name = "one of ours stands there instead",
	.values = {{'y', OURS, 'A', -200, 70}}},
    {.name = "replaced by an older one of ours: written again",
	.values = {{'y', OURS, 'A', -400, 70}},
	.same = true},
    {.name = "but not for ever",
	.values = {{'y', OURS, 'A', -400, 70}},
	.same = true,
	.lost = 1,
	.reason = REASON_CONTESTED},
    {.name = "the contact was deleted",
	.where = NOWHERE,
	.reason = REASON_VETO},
    {.name = "long ago, and another server answers",
	.where = NOWHERE,
	.other = true,
	.reason = REASON_VETO},
    {.name = "the contact was deleted and made anew",
	.where = MOVED,
	.reason = REASON_VETO},
    {.name = "made anew, with one of ours",
	.where = MOVED,
	.values = {{'y', OURS, 'A', -200, 70}}},
    {.name = "the contact was moved out of reach",
	.where = ALIVE,
	.reason = REASON_OUTSIDE_BASE},
    {.name = "the contact got another address", .where = READDRESSED},
    {.name = "the address was given to another contact", .where = PASSED_ON},
    {.name = "another contact has the address, and ours out of reach too",
	.where = BESIDE,
	.reason = REASON_OUTSIDE_BASE},
    {.name = "another server, and too early to tell",
	.other = true,
	.written = 800,
	.reason = REASON_REPLICATION},
    {.name = "the whole contact, and too early to tell",
	.where = NOWHERE,
	.other = true,
	.written = 800,
	.reason = REASON_REPLICATION},
    {.name = "the same server: it would be there",
	.written = 800,
	.reason = REASON_VETO},
    {.name = "it never came over", .other = true, .missing = 100},
    {.name = "the whole contact never came over",
	.where = NOWHERE,
	.other = true,
	.missing = 100},
    {.name = "it was there when it should have come over",
	.other = true,
	.missing = 1000,
	.reason = REASON_VETO},
    {.name = "it does not come over for the second time",
	.other = true,
	.missing = 100,
	.lost = 1,
	.reason = REASON_CONTESTED},
    {.name = "the clock was set back: no reason to wait",
	.other = true,
	.written = -100,
	.reason = REASON_VETO},
};

static void
prepare(size_t i, struct scene *s)
{
	struct plan_memory *m = &s->memory;
	struct row row = {.allowed = rows[i].allowed};

	memcpy(row.values, rows[i].values, sizeof rows[i].values);
	scene_make(&row, s);
	s->remembers = !rows[i].forgotten;
	strcpy(m->object,
	    rows[i].where >= MOVED && rows[i].where <= BESIDE ? "another"
							      : "id");
	digest_sha256(span_str("X"), m->sha256);
	if (rows[i].same)
		memcpy(s->certificate.sha256, m->sha256, DIGEST_LEN);
	m->not_after = NOW + (rows[i].expired ? -1 : 65) * DAY;
	m->written = NOW - (rows[i].written != 0 ? rows[i].written : HOUR);
	if (rows[i].missing != 0)
		m->missing = m->written + rows[i].missing;
	m->other = rows[i].other;
	m->lost = rows[i].lost;
	m->alive = rows[i].where == ALIVE || rows[i].where == READDRESSED ||
	    rows[i].where == PASSED_ON || rows[i].where == BESIDE;
	m->same_mailbox = rows[i].where == ALIVE || rows[i].where == BESIDE;
	if (rows[i].where >= NOWHERE)
		contact_clear(&s->contact);
}

static void
removals_are_told_apart(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct change c = {.kind = CHANGE_NONE};
		struct reason why;
		struct scene s;
		enum outcome o;

		prepare(i, &s);
		o = scene_plan(&s, &c, &why);
		if (why.code != rows[i].reason)
			fail_msg("%s: %s %s", rows[i].name,
			    reason_name(why.code), why.text);
		assert_int_equal(o, reason_outcome(rows[i].reason));
		assert_int_equal(c.n_add, o == DONE);
		change_clear(&c);
		scene_clear(&s);
	}
}

/* Whoever published a certificate by hand may take it out by hand, also when it
 * was taken over meanwhile; one of ours he may not. */
static void
a_mark_of_one_taken_over_is_no_veto(void **state)
{
	static const uint8_t sha256[DIGEST_LEN] = {1};
	static const struct row row = {.name = "a contact without values"};
	struct change c = {.kind = CHANGE_NONE};
	char mark[CONTACT_MARK];
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&row, &s);
	mark_make_adopted(key, sha256, s.harvest->address, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s.contact, span_str(mark), &why));
	assert_int_equal(DONE, scene_plan(&s, &c, &why));
	assert_int_equal(c.n_add, 1);
	assert_int_equal(c.n_remove_marks, 1);
	assert_string_equal(c.remove_marks[0], mark);
	change_clear(&c);
	mark_make(key, sha256, s.harvest->address, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s.contact, span_str(mark), &why));
	assert_int_equal(HELD, scene_plan(&s, &c, &why));
	assert_int_equal(why.code, REASON_VETO);
	scene_clear(&s);
}

/* An old certificate beside the newest is anybody's to take out; but it is not
 * put back. */
static void
an_old_one_is_tidied(void **state)
{
	static const uint8_t old[DIGEST_LEN] = {1};
	static const struct row row = {.name = "the newest stands",
	    .values = {{'X', OURS, 'A', -300, 65}},
	    .keep = 2};
	struct change c = {.kind = CHANGE_NONE};
	char mark[CONTACT_MARK];
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&row, &s);
	s.remembers = true;
	strcpy(s.memory.object, "id");
	digest_sha256(span_str("X"), s.memory.sha256);
	s.memory.not_after = NOW + 65 * DAY;
	s.memory.written = NOW - HOUR;
	mark_make(key, old, s.harvest->address, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s.contact, span_str(mark), &why));
	assert_int_equal(DONE, scene_plan(&s, &c, &why));
	assert_int_equal(c.n_add, 1);
	assert_int_equal(c.n_remove_marks, 1);
	change_clear(&c);
	memcpy(s.certificate.sha256, old, DIGEST_LEN);
	assert_int_equal(HELD, scene_plan(&s, &c, &why));
	assert_int_equal(why.code, REASON_VETO);
	scene_clear(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(removals_are_told_apart),
	    cmocka_unit_test(a_mark_of_one_taken_over_is_no_veto),
	    cmocka_unit_test(an_old_one_is_tidied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
