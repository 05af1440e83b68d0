#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "publisher/walk_plan.h"

/*
 * What the sweep tells of a contact, and what it takes out: a table of scenes,
 * each with one certificate of ours, until so many days from now, and a turn
 * of its own.
 */
#define NOW 1796000000
#define DAY ((int64_t)86400)
#define BOB "bob@partner.example"

static const struct span key = {(const uint8_t *)"key", 3};
static const uint8_t ours = 'a', other = 'b';

struct scene {
	struct contact contact;
	struct walk_value values[2];
	struct store_past past;
	struct store_change changes[4];
	struct store_write last;
	struct facts shadow;
	struct plan_shadow shadows[CONTACT_SHADOWS];
	struct walk_view view;
	struct walk_plan plan;
};

static struct facts *
add_value(struct scene *s, const uint8_t *content, int64_t until)
{
	struct facts *f = &s->values[s->contact.n_values].facts;

	assert_int_equal(DONE,
	    contact_add_value(&s->contact, (struct span){content, 1}, NULL));
	digest_sha256((struct span){content, 1}, f->sha256);
	f->not_before = NOW - 300 * DAY;
	f->not_after = until;
	return f;
}

/* It stands, as our last write left it. */
static void
scene_make(struct scene *s, int64_t until)
{
	struct facts *f = add_value(s, &ours, until);
	char mark[CONTACT_MARK];

	s->contact.kind = CONTACT_ONE;
	s->contact.inside = true;
	strcpy(s->contact.id, "0011");
	strcpy(s->contact.primary, BOB);
	mark_make(key, f->sha256, BOB, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s->contact, span_str(mark), NULL));
	s->past.n_publications = 1;
	strcpy(s->past.publications[0].address, BOB);
	bytes_hex((struct span){f->sha256, DIGEST_LEN},
	    s->past.publications[0].certificate);
	s->past.publications[0].published = NOW - 300 * DAY;
	s->changes[0].op = s->changes[1].op = STORE_ADDED;
	strcpy(s->changes[0].value, s->past.publications[0].certificate);
	s->changes[1].part = STORE_MARK;
	strcpy(s->changes[1].value, mark);
	s->last =
	    (struct store_write){.entry = 7, .changes = s->changes, .n = 2};
	s->view = (struct walk_view){.contact = &s->contact,
	    .values = s->values,
	    .past = &s->past,
	    .last = &s->last,
	    .shadows = s->shadows,
	    .now = NOW,
	    .site_key = key,
	    .idle = 365 * DAY};
}

/* The turns. */

static void
as_it_was(struct scene *s)
{
	(void)s;
}

static void
judged(struct scene *s, enum reason_code code)
{
	(void)!reason_set(&s->values[0].chain, code, "so says the judge");
}

static void
is_revoked(struct scene *s)
{
	judged(s, REASON_REVOKED);
}

static void
revocation_is_unknown(struct scene *s)
{
	judged(s, REASON_REVOCATION_UNKNOWN);
}

static void
is_revoked_and_managed(struct scene *s)
{
	judged(s, REASON_REVOKED);
	s->contact.managed = true;
}

static void
ca_is_gone(struct scene *s)
{
	judged(s, REASON_CHAIN_UNKNOWN);
	s->values[0].whole = true;
}

static void
ca_is_gone_by_setting(struct scene *s)
{
	judged(s, REASON_CHAIN_UNKNOWN);
	s->values[0].whole = true;
	s->view.distrust = true;
}

/* A CA of its chain, whoever else vouches for that. */
static void
ca_is_rejected(struct scene *s)
{
	judged(s, REASON_CA_REJECTED);
	s->view.distrust = true;
}

/* No mail is remembered that could have brought its issuers. */
static void
issuers_are_forgotten(struct scene *s)
{
	judged(s, REASON_CHAIN_UNKNOWN);
	s->view.distrust = true;
}

static void
revoked_is_somebody_elses(struct scene *s)
{
	add_value(s, &other, NOW + 90 * DAY);
	(void)!reason_set(&s->values[1].chain, REASON_REVOKED, "so");
	bytes_hex((struct span){s->values[1].facts.sha256, DIGEST_LEN},
	    s->changes[2].value);
	s->last.n = 3; /* it stood there before */
}

static void
he_encrypts(struct scene *s)
{
	s->view.seen[0] = (struct store_seen){.last = NOW - 40 * DAY,
	    .encrypted = 12,
	    .encrypted_last = NOW - DAY};
}

static void
value_was_added(struct scene *s)
{
	add_value(s, &other, NOW + 90 * DAY);
}

static void
value_was_replaced(struct scene *s)
{
	bytes_clear(&s->contact.values[0]);
	assert_true(bytes_dup((struct span){&other, 1}, &s->contact.values[0]));
	digest_sha256((struct span){&other, 1}, s->values[0].facts.sha256);
	s->past.publications[0].not_after = NOW + 60 * DAY;
}

static void
mark_was_taken_out(struct scene *s)
{
	s->contact.n_marks = 0;
}

static void
other_publisher_wrote(struct scene *s)
{
	char mark[CONTACT_MARK];

	add_value(s, &other, NOW + 90 * DAY);
	mark_make(key, s->values[1].facts.sha256, BOB, mark);
	assert_int_equal(
	    DONE, contact_add_mark(&s->contact, span_str(mark), NULL));
}

static void
made_and_silent(struct scene *s)
{
	s->past.made = true;
	s->past.publications[0].published = NOW - 400 * DAY;
}

static void
made_and_seen(struct scene *s)
{
	made_and_silent(s);
	s->view.seen[0].encrypted_last = NOW - DAY;
}

static void
made_and_never_told(struct scene *s)
{
	made_and_silent(s);
	s->view.idle = 0;
}

static void
made_and_empty(struct scene *s)
{
	s->past.made = true;
	s->past.n_publications = 0;
	bytes_clear(&s->contact.values[0]);
	s->contact.n_values = s->contact.n_marks = 0;
	s->view.last = NULL;
}

static void
has_shadow(struct scene *s)
{
	assert_int_equal(
	    DONE, contact_add_shadow(&s->contact, span_str("shadow"), NULL));
	s->shadows[0] = (struct plan_shadow){.facts = &s->shadow, .n = 1};
}

static void
has_shadow_of_the_same(struct scene *s)
{
	has_shadow(s);
	s->shadow = s->values[0].facts;
}

static const struct {
	void (*turn)(struct scene *s);
	int until; /* days from now */
	enum store_line_kind kind;
	const char *findings; /* of the one line; "": there is none */
	const char *text;     /* a part of it */
	unsigned removed;     /* certificates */
} rows[] = {
    {as_it_was, 31, 0, "", "", 0},
    {as_it_was, 29, STORE_LINE_SEEN, "expires-30", "signed mail: never", 0},
    {as_it_was, 13, STORE_LINE_SEEN, "expires-14", "", 0},
    {he_encrypts, 6, STORE_LINE_SEEN, "expires-7", "12 mails", 0},
    {he_encrypts, 60, 0, "", "", 0},
    {as_it_was, -1, STORE_LINE_REMOVED, "expired", "", 1},
    {is_revoked, 60, STORE_LINE_REMOVED, "revoked", "says the judge", 1},
    {is_revoked_and_managed, 60, STORE_LINE_LEFT, "revoked,managed", "", 0},
    {revocation_is_unknown, 60, 0, "", "", 0},
    {revoked_is_somebody_elses, 60, 0, "", "", 0},
    {ca_is_gone, 60, STORE_LINE_SEEN, "untrusted", "says the judge", 0},
    {ca_is_gone_by_setting, 60, STORE_LINE_REMOVED, "untrusted", "", 1},
    {ca_is_rejected, 60, STORE_LINE_REMOVED, "untrusted", "", 1},
    {issuers_are_forgotten, 60, 0, "", "", 0},
    {value_was_added, 60, STORE_LINE_SEEN, "changed-by-hand",
	"was put there by somebody", 0},
    {value_was_replaced, 60, STORE_LINE_AGAIN, "lost", "", 0},
    {mark_was_taken_out, 60, STORE_LINE_SEEN, "changed-by-hand",
	"our last write was entry 7", 0},
    {other_publisher_wrote, 60, 0, "", "", 0},
    {made_and_silent, 60, STORE_LINE_SEEN, "idle", "still needed?", 0},
    {made_and_seen, 60, 0, "", "", 0},
    {made_and_never_told, 60, 0, "", "", 0},
    {made_and_empty, 60, STORE_LINE_MADE, "empty", "may delete", 0},
    {has_shadow, 60, STORE_LINE_LEFT, "shadowed", "hides", 0},
    {has_shadow_of_the_same, 60, 0, "", "", 0},
};

static void
look_at(size_t i)
{
	struct scene *s = calloc(1, sizeof *s);
	bool one = rows[i].findings[0] != '\0';
	unsigned n;

	assert_non_null(s);
	scene_make(s, NOW + rows[i].until * DAY);
	rows[i].turn(s);
	assert_int_equal(DONE, walk_plan_sweep(&s->view, &s->plan, NULL));
	n = s->plan.n;
	/* of one that is managed the place is told, too */
	if (one && strstr(rows[i].findings, ",managed") != NULL)
		n--;
	if (n != one)
		fail_msg("row %zu: %u lines, the first %s", i, s->plan.n,
		    s->plan.n > 0 ? s->plan.lines[0].findings : "");
	if (one) {
		assert_string_equal(
		    s->plan.lines[0].findings, rows[i].findings);
		assert_int_equal(s->plan.lines[0].kind, rows[i].kind);
		assert_non_null(strstr(s->plan.lines[0].text, rows[i].text));
		assert_string_equal(s->plan.lines[0].address, BOB);
	}
	assert_int_equal(s->plan.change.n_remove, rows[i].removed);
	assert_int_equal(s->plan.change.n_remove_marks, rows[i].removed);
	contact_clear(&s->contact);
	walk_plan_clear(&s->plan);
	free(s);
}

static void
each_scene(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		look_at(i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
