#include "tests/unit/plan_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/plan_shadows.h"

/*
 * What of userSMIMECertificate is told, and what goes.  The contact holds "a",
 * which is ours, and the mail brings N, its renewal; or N stands already.
 */
enum inside { SELF, CA, SIGNS, BROKEN_DER };

struct inner {
	char letter; /* 0 ends the list */
	enum inside what;
	bool expired;
};

static const struct {
	const char *name;
	struct inner shadows[3][3]; /* one without certificates is unreadable */
	unsigned n;
	enum plan_shadow_policy policy;
	bool stands;  /* N already */
	bool foreign; /* and is not ours */
	bool unread;  /* more than are read */
	const char *removed;
	bool left;
} rows[] = {
    {.name = "none", .n = 0},
    {.name = "ours of before",
	.shadows = {{{.letter = 'a'}}},
	.n = 1,
	.left = true},
    {.name = "ours of before goes",
	.shadows = {{{.letter = 'a'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.removed = "0"},
    {.name = "and with expired ones",
	.shadows = {{{.letter = 'a'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.removed = "0"},
    {.name = "what is published is no stale shadow",
	.shadows = {{{.letter = 'N'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED},
    {.name = "a foreign one stays",
	.shadows = {{{.letter = 'x'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "a foreign one that is expired goes by setting",
	.shadows = {{{'x', SELF, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.removed = "0"},
    {.name = "and stays by another",
	.shadows = {{{'x', SELF, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.left = true},
    {.name = "garbage stays",
	.shadows = {{{0}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "certificates that cannot be read are garbage",
	.shadows = {{{'a', BROKEN_DER, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "the chain beside it does not count",
	.shadows = {{{.letter = 'c', .what = CA}, {.letter = 'a'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.removed = "0"},
    {.name = "nor does an expired chain",
	.shadows = {{{'c', CA, true}, {.letter = 'x'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "a chain alone is nobody's",
	.shadows = {{{'c', CA, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "beside one that can be encrypted to a signing one does not count",
	.shadows = {{{.letter = 's', .what = SIGNS}, {.letter = 'a'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.removed = "0"},
    {.name = "a signing one alone does",
	.shadows = {{{.letter = 's', .what = SIGNS}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.left = true},
    {.name = "ours and a foreign one in one: not ours",
	.shadows = {{{.letter = 'a'}, {'x', SELF, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.left = true},
    {.name = "of several those that may go",
	.shadows = {{{.letter = 'x'}}, {{.letter = 'a'}}, {{'x', SELF, true}}},
	.n = 3,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.removed = "12",
	.left = true},
    {.name = "more than are read",
	.policy = SHADOWS_REMOVE_EXPIRED,
	.unread = true,
	.left = true},
    {.name = "it stands: the shadow alone goes",
	.shadows = {{{.letter = 'a'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.stands = true,
	.removed = "0"},
    {.name = "it stands, and what is there is told",
	.shadows = {{{.letter = 'x'}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_OURS,
	.stands = true,
	.left = true},
    {.name = "where it is not ours nothing is touched",
	.shadows = {{{'x', SELF, true}}},
	.n = 1,
	.policy = SHADOWS_REMOVE_EXPIRED,
	.stands = true,
	.foreign = true,
	.left = true},
};

static void
make_inner(const struct inner *in, struct facts *f)
{
	char letter[2] = {in->letter, '\0'};

	memset(f, 0, sizeof *f);
	digest_sha256(span_str(letter), f->sha256);
	f->ca = in->what == CA;
	f->malformed = in->what == BROKEN_DER;
	f->can_receive = in->what == SELF;
	f->not_after = NOW + (in->expired ? -DAY : DAY);
}

static void
make_shadows(size_t row, struct scene *s)
{
	unsigned i, k;

	for (i = 0; i < rows[row].n; i++) {
		char name[2] = {(char)('0' + i), '\0'};
		struct plan_shadow *shadow = &s->shadows[i];

		assert_int_equal(
		    contact_add_shadow(&s->contact, span_str(name), NULL),
		    DONE);
		shadow->facts = calloc(3, sizeof *shadow->facts);
		for (k = 0; k < 3 && rows[row].shadows[i][k].letter != 0; k++)
			make_inner(&rows[row].shadows[i][k],
			    &shadow->facts[shadow->n++]);
	}
	if (rows[row].unread)
		s->contact.shadowed = true;
}

static void
check(size_t row)
{
	/* "a" is ours, and has its mark, also where N took its place */
	struct row with = {.values = {{'a', OURS, 'A', -300, 65}}};
	const char *removed =
	    rows[row].removed != NULL ? rows[row].removed : "";
	struct change c = {.kind = CHANGE_NONE};
	struct reason why;
	struct scene s;
	struct plan_input in;
	enum outcome o;
	unsigned i;

	if (rows[row].stands) {
		with.keep = 2;
		with.values[1] = (struct value){
		    'N', rows[row].foreign ? FOREIGN : OURS, 'A', -10, 355};
	}
	scene_make(&with, &s);
	make_shadows(row, &s);
	s.policy.shadows = rows[row].policy;
	o = scene_plan(&s, &c, &why);
	if (c.n_remove_shadows != strlen(removed))
		fail_msg("%s: %u removed, %s", rows[row].name,
		    c.n_remove_shadows, why.text);
	for (i = 0; i < c.n_remove_shadows; i++)
		assert_int_equal(c.remove_shadows[i].data[0], removed[i]);
	if (rows[row].stands)
		assert_int_equal(o, removed[0] != '\0' ? DONE : NOTHING);
	else
		assert_int_equal(o, DONE);
	in = (struct plan_input){.contact = &s.contact,
	    .shadows = s.shadows,
	    .harvest = s.harvest,
	    .certificate = &s.certificate,
	    .policy = &s.policy};
	if (plan_shadows_left(&in, &c) != rows[row].left)
		fail_msg("%s: left or not", rows[row].name);
	change_clear(&c);
	for (i = 0; i < CONTACT_SHADOWS; i++)
		free(s.shadows[i].facts);
	scene_clear(&s);
}

static void
shadows_by_setting(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(i);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shadows_by_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
