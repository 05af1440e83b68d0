#include "tests/unit/plan_scene.h"

#include <string.h>

#include "directory/plan_rivals.h"

/*
 * Which of two certificates of an address: the harvest's, N, is of issuer A,
 * from -10 to 355 days, and another one stands.  Three mails over seven days.
 */
static const struct {
	const char *name;
	struct value values[3];
	struct plan_rivals rivals;
	bool off; /* revert_mails = 0 */
	bool approved, pinned, prefer_rsa, ec;
	unsigned keep;
	enum reason_code reason;
} rows[] = {
#define NEWER                                                                  \
	{                                                                      \
		{                                                              \
			'a', OURS, 'A', -5, 300                                \
		}                                                              \
	}
#define OLDER                                                                  \
	{                                                                      \
		{                                                              \
			'a', OURS, 'A', -100, 200                              \
		}                                                              \
	}
    {.name = "an older one comes by", .values = NEWER, .reason = REASON_OLDER},
    {.name = "it alone, but not for long enough",
	.values = NEWER,
	.rivals = {.after = 30, .days = 6},
	.reason = REASON_OLDER},
    {.name = "for long, but by few mails",
	.values = NEWER,
	.rivals = {.after = 2, .days = 60},
	.reason = REASON_OLDER},
    {.name = "it alone, for days",
	.values = NEWER,
	.rivals = {.after = 3, .days = 7},
	.reason = REASON_REVERTED},
    {.name = "it alone, and it stood before",
	.values = NEWER,
	.rivals = {.after = 3, .days = 7, .stood = true},
	.reason = REASON_REVERTED},
    {.name = "that is nobody's question here",
	.values = NEWER,
	.rivals = {.after = 30, .days = 70, .between = 30},
	.off = true,
	.reason = REASON_OLDER},
    {.name = "somebody approved it",
	.values = NEWER,
	.rivals = {.after = 3, .days = 7, .stood = true},
	.approved = true},
    {.name = "somebody approved something else",
	.values = NEWER,
	.rivals = {.stood = true},
	.approved = true,
	.reason = REASON_OLDER},
    {.name = "now and then beside the newer one",
	.values = NEWER,
	.rivals = {.between = 2},
	.reason = REASON_OLDER},
    {.name = "in turn with the newer one",
	.values = NEWER,
	.rivals = {.between = 3},
	.reason = REASON_ALTERNATING},
    {.name = "in turn, and approved",
	.values = NEWER,
	.rivals = {.between = 3},
	.approved = true},
    {.name = "in turn before, alone for days now",
	.values = NEWER,
	.rivals = {.between = 9, .after = 3, .days = 7},
	.reason = REASON_REVERTED},
    {.name = "a newer one comes for the first time", .values = OLDER},
    {.name = "however often",
	.values = OLDER,
	.rivals = {.after = 30, .days = 70, .between = 30}},
    {.name = "it had its turn, and lost its place to an older one",
	.values = OLDER,
	.rivals = {.stood = true},
	.reason = REASON_ALTERNATING},
    {.name = "and somebody approved",
	.values = OLDER,
	.rivals = {.stood = true},
	.approved = true},
    {.name = "or pinned it",
	.values = OLDER,
	.rivals = {.stood = true},
	.pinned = true},
    {.name = "what stands has expired",
	.values = {{'a', OURS, 'A', -400, -1}},
	.rivals = {.stood = true}},
    {.name = "there is room for both",
	.values = OLDER,
	.rivals = {.stood = true},
	.keep = 2},
    {.name = "RSA is preferred, whatever stood",
	.values = OLDER,
	.rivals = {.stood = true},
	.ec = true,
	.prefer_rsa = true,
	.reason = REASON_RSA_PREFERRED},
};

static void
which_of_two(void **state)
{
	struct change c = {.kind = CHANGE_NONE};
	struct reason why;
	struct scene s;
	enum outcome o;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct row row = {.pinned = rows[i].pinned,
		    .ec = rows[i].ec,
		    .keep = rows[i].keep,
		    .prefer_rsa = rows[i].prefer_rsa};

		memcpy(row.values, rows[i].values, sizeof rows[i].values);
		scene_make(&row, &s);
		s.approved = rows[i].approved;
		s.rivals = &rows[i].rivals;
		s.policy.revert_mails = rows[i].off ? 0 : 3;
		s.policy.revert_days = 7;
		o = scene_plan(&s, &c, &why);
		if (why.code != rows[i].reason)
			fail_msg("%s: %s %s", rows[i].name,
			    reason_name(why.code), why.text);
		assert_int_equal(o, reason_outcome(rows[i].reason));
		change_clear(&c);
		scene_clear(&s);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(which_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
