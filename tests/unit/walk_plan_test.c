#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "publisher/walk_plan.h"

/*
 * What walks make of one contact: tables of contacts and what must come of
 * them.  Values are any bytes; their facts are made up.
 */
#define NOW 1796000000
#define DAY 86400
#define BOB "bob@partner.example"
#define EVE "eve@partner.example"
#define VALUES 3

static const struct span key = {(const uint8_t *)"key", 3};

struct scene {
	struct contact contact;
	struct walk_value values[VALUES];
	struct store_past past;
	struct facts waiting;
	struct walk_view view;
	struct walk_plan plan;
	struct reason why;
};

static void
fingerprint(uint8_t content, uint8_t out[DIGEST_LEN])
{
	digest_sha256((struct span){&content, 1}, out);
}

/* A value of one octet, valid for so many days from and until now. */
static struct facts *
add_value(struct scene *s, uint8_t content, int from, int until)
{
	struct facts *f = &s->values[s->contact.n_values].facts;

	assert_true(s->contact.n_values < VALUES);
	assert_int_equal(DONE,
	    contact_add_value(
		&s->contact, (struct span){&content, 1}, &s->why));
	fingerprint(content, f->sha256);
	memset(f->key_sha256, content, DIGEST_LEN);
	memset(f->issuer_sha256, 'i', DIGEST_LEN);
	strcpy(f->issuer, "CN=CA");
	f->not_before = NOW + (int64_t)from * DAY;
	f->not_after = NOW + (int64_t)until * DAY;
	f->can_receive = true;
	f->n_addresses = 1;
	strcpy(f->addresses[0], BOB);
	return f;
}

static void
add_mark(struct scene *s, uint8_t content, const char *address, bool adopted)
{
	uint8_t sha256[DIGEST_LEN];
	char mark[CONTACT_MARK];

	fingerprint(content, sha256);
	if (adopted)
		mark_make_adopted(key, sha256, address, mark);
	else
		mark_make(key, sha256, address, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s->contact, span_str(mark), &s->why));
}

static void
publication(struct scene *s, uint8_t content, const char *address)
{
	struct store_publication *p =
	    &s->past.publications[s->past.n_publications++];
	uint8_t sha256[DIGEST_LEN];

	fingerprint(content, sha256);
	bytes_hex((struct span){sha256, DIGEST_LEN}, p->certificate);
	strcpy(p->address, address);
}

static struct scene *
scene(void)
{
	struct scene *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->contact.kind = CONTACT_ONE;
	s->contact.inside = true;
	strcpy(s->contact.id, "0011");
	strcpy(s->contact.dn, "CN=Bob");
	strcpy(s->contact.primary, BOB);
	s->view = (struct walk_view){.contact = &s->contact,
	    .values = s->values,
	    .past = &s->past,
	    .now = NOW,
	    .site_key = key,
	    .adopt = WALK_SAME_ISSUER};
	return s;
}

static void
scene_free(struct scene *s)
{
	contact_clear(&s->contact);
	walk_plan_clear(&s->plan);
	free(s);
}

static void
adopt(struct scene *s)
{
	walk_plan_clear(&s->plan);
	assert_int_equal(DONE, walk_plan_adopt(&s->view, &s->plan, &s->why));
}

static void
roll_back(struct scene *s)
{
	walk_plan_clear(&s->plan);
	assert_int_equal(DONE, walk_plan_rollback(&s->view, &s->plan, &s->why));
}

/* The findings of the only line, and whether it takes the value over. */
static void
expect(struct scene *s, const char *findings, bool taken)
{
	adopt(s);
	assert_int_equal(s->plan.n, 1);
	assert_string_equal(s->plan.lines[0].findings, findings);
	assert_int_equal(s->plan.lines[0].kind,
	    taken ? STORE_LINE_ADOPTED : STORE_LINE_SEEN);
	assert_int_equal(s->plan.change.n_add_marks, taken);
	assert_int_equal(
	    s->plan.change.kind, taken ? CHANGE_MODIFY : CHANGE_NONE);
	assert_int_equal(s->plan.change.n_add + s->plan.change.n_remove +
		s->plan.change.n_remove_marks,
	    0);
}

static void
what_is_found(void **state)
{
	struct scene *s = scene();
	struct facts *f = add_value(s, 'a', -30, 30);

	(void)state;
	s->view.adopt = WALK_REPORT;
	expect(s, "", false);
	f->not_after = NOW - 1;
	expect(s, "expired", false);
	f->not_after = NOW + DAY;
	f->not_before = NOW + 1;
	expect(s, "not-yet-valid", false);
	f->not_before = NOW - DAY;
	f->can_receive = false;
	expect(s, "no-encryption", false);
	f->can_receive = true;
	strcpy(f->addresses[0], EVE);
	expect(s, "other-mailbox", false);
	s->values[0].secondary = true;
	expect(s, "secondary-address", false);
	s->values[0].secondary = false;
	strcpy(f->addresses[0], BOB);
	reason_set(&s->values[0].chain, REASON_CHAIN_UNKNOWN, "no issuer");
	expect(s, "untrusted", false);
	reason_clear(&s->values[0].chain);
	s->contact.shadowed = true;
	s->contact.managed = true;
	s->contact.conflict = true;
	s->view.several = true;
	expect(s, "shadowed,duplicate-contact,conflict,managed", false);
	f->malformed = true;
	expect(s, "garbage,shadowed,duplicate-contact,conflict,managed", false);
	scene_free(s);
}

static void
several_values(void **state)
{
	struct scene *s = scene();
	struct facts *f;

	(void)state;
	s->view.adopt = WALK_REPORT;
	(void)add_value(s, 'a', -30, 30);
	f = add_value(s, 'b', -20, 40);
	memset(f->key_sha256, 'a', DIGEST_LEN);
	add_mark(s, 'b', BOB, false);
	adopt(s);
	assert_int_equal(s->plan.n, 2);
	assert_string_equal(s->plan.lines[0].findings, "same-key,several-live");
	assert_string_equal(
	    s->plan.lines[1].findings, "ours,same-key,several-live");
	scene_free(s);
}

static void
expired_ones_are_taken_over(void **state)
{
	struct scene *s = scene();
	struct facts *f = add_value(s, 'a', -60, -30);
	uint8_t sha256[DIGEST_LEN];

	(void)state;
	s->view.adopt = WALK_EXPIRED;
	expect(s, "expired", true);
	assert_true(mark_is_adopted(s->plan.change.add_marks[0]));
	assert_true(mark_verify(s->plan.change.add_marks[0], key, BOB, sha256));
	assert_memory_equal(sha256, f->sha256, DIGEST_LEN);
	assert_string_equal(s->plan.change.id, "0011");
	/* each of these by itself forbids it */
	s->contact.managed = true;
	expect(s, "expired,managed", false);
	s->contact.managed = false;
	s->contact.inside = false;
	expect(s, "expired", false);
	s->contact.inside = true;
	s->contact.conflict = true;
	expect(s, "expired,conflict", false);
	s->contact.conflict = false;
	s->view.several = true;
	expect(s, "expired,duplicate-contact", false);
	s->view.several = false;
	reason_set(&s->view.aloof, REASON_OWN_DOMAIN, "ours");
	expect(s, "expired", false);
	reason_clear(&s->view.aloof);
	strcpy(f->addresses[0], EVE);
	expect(s, "expired,other-mailbox", false);
	strcpy(f->addresses[0], BOB);
	f->not_after = NOW + DAY;
	expect(s, "", false);
	f->not_after = NOW - DAY;
	add_mark(s, 'a', BOB, true);
	expect(s, "adopted,expired", false);
	scene_free(s);
}

static void
older_ones_of_the_same_issuer_are_taken_over(void **state)
{
	struct scene *s = scene();
	struct facts *f = add_value(s, 'a', -30, 30);

	(void)state;
	expect(s, "", false);
	s->waiting = *f;
	s->view.waiting = &s->waiting;
	expect(s, "", false); /* not older than itself */
	s->waiting.not_before++;
	expect(s, "", true);
	s->view.adopt = WALK_EXPIRED;
	expect(s, "", false);
	s->view.adopt = WALK_SAME_ISSUER;
	memset(s->waiting.issuer_sha256, 'j', DIGEST_LEN);
	expect(s, "", false);
	/* what stands beside it as ours counts, too */
	(void)add_value(s, 'b', -20, 40);
	adopt(s);
	assert_int_equal(s->plan.change.n_add_marks, 0);
	add_mark(s, 'b', BOB, false);
	adopt(s);
	assert_int_equal(s->plan.change.n_add_marks, 1);
	assert_int_equal(s->plan.lines[0].kind, STORE_LINE_ADOPTED);
	assert_int_equal(s->plan.lines[1].kind, STORE_LINE_SEEN);
	scene_free(s);
}

static void
a_contact_without_values(void **state)
{
	struct scene *s = scene();

	(void)state;
	s->contact.shadowed = true;
	add_mark(s, 'a', BOB, false);
	expect(s, "mark-alone,shadowed", false);
	s->contact.kind = CONTACT_NONE;
	adopt(s);
	assert_int_equal(s->plan.n, 0);
	scene_free(s);
}

/* Ours go with their marks, others stay. */
static void
a_rollback_takes_ours(void **state)
{
	struct scene *s = scene();

	(void)state;
	(void)add_value(s, 'a', -30, 30);
	(void)add_value(s, 'b', -30, 30);
	(void)add_value(s, 'c', -60, -30);
	add_mark(s, 'a', BOB, false);
	add_mark(s, 'b', EVE, false); /* copied from somebody else */
	add_mark(s, 'c', BOB, true);
	add_mark(s, 'd', BOB, false);
	publication(s, 'a', BOB);
	s->past.made = true;
	roll_back(s);
	assert_int_equal(s->plan.change.n_remove, 1);
	assert_int_equal(s->plan.change.remove[0].data[0], 'a');
	assert_int_equal(s->plan.change.n_remove_marks, 3);
	assert_int_equal(s->plan.change.n_add + s->plan.change.n_add_marks +
		s->plan.change.n_remove_shadows,
	    0);
	assert_int_equal(s->plan.n, 5);
	assert_int_equal(s->plan.lines[0].kind, STORE_LINE_REMOVED);
	assert_int_equal(s->plan.lines[1].kind, STORE_LINE_LEFT);
	assert_string_equal(s->plan.lines[1].findings, "unverified-mark");
	assert_int_equal(s->plan.lines[2].kind, STORE_LINE_UNMARKED);
	assert_string_equal(s->plan.lines[2].findings, "adopted");
	assert_int_equal(s->plan.lines[3].kind, STORE_LINE_UNMARKED);
	assert_string_equal(s->plan.lines[3].findings, "mark-alone");
	assert_int_equal(s->plan.lines[4].kind, STORE_LINE_MADE);
	scene_free(s);
}

/* What we wrote under the address that the contact had then. */
static void
a_rollback_knows_former_addresses(void **state)
{
	struct scene *s = scene();

	(void)state;
	(void)add_value(s, 'a', -30, 30);
	add_mark(s, 'a', EVE, false);
	publication(s, 'a', EVE);
	roll_back(s);
	assert_int_equal(s->plan.change.n_remove, 1);
	assert_int_equal(s->plan.change.n_remove_marks, 1);
	assert_int_equal(s->plan.n, 1);
	assert_string_equal(s->plan.lines[0].address, EVE);
	scene_free(s);
}

static void
a_rollback_leaves_what_it_must(void **state)
{
	struct scene *s = scene();

	(void)state;
	(void)add_value(s, 'a', -30, 30);
	add_mark(s, 'a', BOB, false);
	publication(s, 'a', BOB);
	s->contact.managed = true;
	roll_back(s);
	assert_int_equal(s->plan.change.kind, CHANGE_NONE);
	assert_int_equal(s->plan.n, 1);
	assert_int_equal(s->plan.lines[0].kind, STORE_LINE_LEFT);
	assert_string_equal(s->plan.lines[0].findings, "managed");
	scene_free(s);
}

static void
a_rollback_tells_of_what_is_gone(void **state)
{
	struct scene *s = scene();
	uint8_t sha256[DIGEST_LEN];

	(void)state;
	fingerprint('z', sha256);
	s->past.n_adopted = 1;
	strcpy(s->past.adopted[0].address, BOB);
	bytes_hex(
	    (struct span){sha256, DIGEST_LEN}, s->past.adopted[0].certificate);
	publication(s, 'a', BOB);
	s->contact.kind = CONTACT_NONE;
	s->past.made = true;
	roll_back(s);
	assert_int_equal(s->plan.change.kind, CHANGE_NONE);
	assert_int_equal(s->plan.n, 2);
	assert_int_equal(s->plan.lines[0].kind, STORE_LINE_GONE);
	assert_string_equal(s->plan.lines[0].findings, "contact-deleted");
	assert_int_equal(s->plan.lines[1].kind, STORE_LINE_SEEN);
	assert_string_equal(s->plan.lines[1].findings, "adopted,gone");
	scene_free(s);
}

static void
sweep(struct scene *s)
{
	walk_plan_clear(&s->plan);
	assert_int_equal(DONE, walk_plan_sweep(&s->view, &s->plan, &s->why));
}

/* One line, of that kind, with that finding. */
static void
expect_swept(struct scene *s, enum store_line_kind kind, const char *finding)
{
	sweep(s);
	assert_int_equal(s->plan.n, 1);
	assert_int_equal(s->plan.lines[0].kind, kind);
	assert_string_equal(s->plan.lines[0].findings, finding);
	assert_string_equal(s->plan.lines[0].address, BOB);
	assert_int_equal(s->plan.change.kind,
	    kind == STORE_LINE_REMOVED ? CHANGE_MODIFY : CHANGE_NONE);
}

static void
a_sweep_finds_what_is_lost(void **state)
{
	struct scene *s = scene();
	struct facts *f = add_value(s, 'a', -30, 30);

	(void)state;
	add_mark(s, 'a', BOB, false);
	publication(s, 'a', BOB);
	s->past.publications[0].not_before = NOW - 30 * DAY;
	s->past.publications[0].not_after = NOW + 30 * DAY;
	sweep(s); /* it stands */
	assert_int_equal(s->plan.n, 0);
	s->past.n_publications = 0;
	publication(s, 'z', BOB);
	/* a newer one of ours has its place, an older one must not */
	expect_swept(s, STORE_LINE_GONE, "replaced");
	f->not_before--;
	expect_swept(s, STORE_LINE_AGAIN, "lost");
	s->past.publications[0].not_after = NOW - 1;
	expect_swept(s, STORE_LINE_GONE, "replaced");
	s->past.publications[0].not_after = NOW + 1;
	s->contact.kind = CONTACT_NONE;
	expect_swept(s, STORE_LINE_AGAIN, "contact-deleted");
	scene_free(s);
}

static void
a_sweep_takes_out_what_is_expired(void **state)
{
	struct scene *s = scene();

	(void)state;
	(void)add_value(s, 'a', -60, -30);
	(void)add_value(s, 'b', -60, -30);
	(void)add_value(s, 'c', -60, -30);
	add_mark(s, 'b', BOB, true);
	sweep(s); /* none is ours */
	assert_int_equal(s->plan.n, 0);
	add_mark(s, 'a', BOB, false);
	expect_swept(s, STORE_LINE_REMOVED, "expired");
	assert_int_equal(s->plan.change.n_remove, 1);
	assert_int_equal(s->plan.change.remove[0].data[0], 'a');
	assert_int_equal(s->plan.change.n_remove_marks, 1);
	scene_free(s);
}

static void
a_sweep_tells_what_it_must_not_mend(void **state)
{
	struct scene *s = scene();

	(void)state;
	(void)add_value(s, 'a', -30, 30);
	s->contact.conflict = true;
	sweep(s); /* nothing of ours is there */
	assert_int_equal(s->plan.n, 0);
	add_mark(s, 'a', BOB, false);
	expect_swept(s, STORE_LINE_LEFT, "conflict");
	s->contact.conflict = false;
	s->view.several = true;
	expect_swept(s, STORE_LINE_LEFT, "duplicate-contact");
	s->view.several = false;
	s->contact.inside = false;
	expect_swept(s, STORE_LINE_LEFT, "outside");
	s->contact.inside = true;
	s->contact.shadowed = true;
	expect_swept(s, STORE_LINE_LEFT, "shadowed");
	s->contact.shadowed = false;
	publication(s, 'a', EVE);
	expect_swept(s, STORE_LINE_LEFT, "not-primary");
	/* and an expired one of ours where nothing may be written */
	s->past.n_publications = 0;
	s->contact.managed = true;
	s->values[0].facts.not_after = NOW - 1;
	sweep(s);
	assert_int_equal(s->plan.change.kind, CHANGE_NONE);
	assert_int_equal(s->plan.n, 2);
	assert_string_equal(s->plan.lines[0].findings, "expired,managed");
	assert_string_equal(s->plan.lines[1].findings, "managed");
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_found),
	    cmocka_unit_test(several_values),
	    cmocka_unit_test(expired_ones_are_taken_over),
	    cmocka_unit_test(older_ones_of_the_same_issuer_are_taken_over),
	    cmocka_unit_test(a_contact_without_values),
	    cmocka_unit_test(a_rollback_takes_ours),
	    cmocka_unit_test(a_rollback_knows_former_addresses),
	    cmocka_unit_test(a_rollback_leaves_what_it_must),
	    cmocka_unit_test(a_rollback_tells_of_what_is_gone),
	    cmocka_unit_test(a_sweep_finds_what_is_lost),
	    cmocka_unit_test(a_sweep_takes_out_what_is_expired),
	    cmocka_unit_test(a_sweep_tells_what_it_must_not_mend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
