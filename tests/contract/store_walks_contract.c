#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/walks.h"

/*
 * What every implementation behind store/walks.h must do.
 */
#define PARTNER "partner1@example.org"
#define OBJECT "0011"

static int64_t
start_walk(enum store_walk_kind kind, bool dry)
{
	struct store_walk w = {.kind = kind,
	    .dry = dry,
	    .asked = NOW,
	    .by = {.uid = 1000, .name = "ann"}};
	int64_t id = 0;

	assert_int_equal(DONE, store_walk_put(store, &w, &id, &why));
	return id;
}

static void
add_objects(int64_t walk, unsigned n)
{
	char objects[8][STORE_OBJECT];
	unsigned i;

	assert_true(n <= 8);
	for (i = 0; i < n; i++)
		snprintf(objects[i], sizeof objects[i], "%04x", 0x11 + i);
	assert_int_equal(DONE,
	    store_walk_add(
		store, walk, (const char(*)[STORE_OBJECT])objects, n, &why));
}

static struct store_line
line_of(enum store_line_kind kind)
{
	struct store_line l = {.kind = kind,
	    .object = OBJECT,
	    .dn = "CN=Partner,OU=Partners",
	    .address = PARTNER,
	    .certificate = "aabb",
	    .findings = "expired,duplicate",
	    .issuer = "CN=CA",
	    .until = NOW - 5,
	    .text = "so says the test"};
	return l;
}

static enum outcome
intend_walk(int64_t walk, const char *plan, const struct store_line *l)
{
	return store_walk_intend(store, walk,
	    &(struct store_walk_intent){
		.object = l->object, .plan = plan, .lines = l, .n = 1},
	    NOW, &why);
}

struct lines {
	unsigned n;
	struct store_line line[8];
};

static void
line_take(void *arg, const struct store_line *l)
{
	struct lines *all = arg;

	assert_true(all->n < 8);
	all->line[all->n++] = *l;
}

static struct lines
lines_of(int64_t walk, int64_t after)
{
	struct lines all = {.n = 0};

	assert_int_equal(DONE,
	    store_walk_lines(store, walk, after, 8, line_take, &all, &why));
	return all;
}

static struct store_walk
walk_now(int64_t id)
{
	struct store_walk w;

	assert_int_equal(DONE, store_walk_get(store, id, &w, &why));
	return w;
}

/* In the order given, over a crash, and the same one not twice. */
static void
goes_on_until_it_ends(void **state)
{
	int64_t first = start_walk(STORE_ADOPT, true);
	int64_t second = start_walk(STORE_ADOPT, false);
	struct store_walk w;

	(void)state;
	assert_true(first > 0 && second > first);
	assert_int_equal(first, start_walk(STORE_ADOPT, true));
	reopen();
	assert_int_equal(DONE, store_walk_next(store, &w, &why));
	assert_int_equal(w.id, first);
	assert_int_equal(w.kind, STORE_ADOPT);
	assert_true(w.dry && !w.listed && !w.cancelled);
	assert_int_equal(w.by.uid, 1000);
	assert_string_equal(w.by.name, "ann");
	assert_int_equal(DONE,
	    store_walk_end(
		store, first, HELD, because(REASON_WALK_LEFT), NOW + 1, &why));
	assert_int_equal(NOTHING,
	    store_walk_end(
		store, first, DONE, because(REASON_OK), NOW + 1, &why));
	assert_int_equal(DONE, store_walk_next(store, &w, &why));
	assert_int_equal(w.id, second);
	w = walk_now(first);
	assert_int_equal(w.ended, NOW + 1);
	assert_int_equal(w.outcome, HELD);
	assert_int_equal(w.reason.code, REASON_WALK_LEFT);
	assert_int_equal(BROKEN,
	    store_walk_end(
		store, second, LATER, because(REASON_OK), NOW, &why));
	assert_int_equal(NOTHING, store_walk_get(store, 99, &w, &why));
	assert_int_equal(DONE, store_check(store, &why));
}

static void
is_cancelled(void **state)
{
	const struct store_asker by = {.uid = 0, .name = "root"};
	int64_t id = start_walk(STORE_ROLLBACK, false);

	(void)state;
	assert_int_equal(DONE, store_walk_cancel(store, id, &by, NOW, &why));
	assert_true(walk_now(id).cancelled);
	/* What is about to end does not stand for another one. */
	assert_int_not_equal(id, start_walk(STORE_ROLLBACK, false));
	assert_int_equal(DONE,
	    store_walk_end(
		store, id, HELD, because(REASON_WALK_CANCELLED), NOW, &why));
	assert_int_equal(NOTHING, store_walk_cancel(store, id, &by, NOW, &why));
	assert_int_equal(NOTHING, store_walk_cancel(store, 99, &by, NOW, &why));
}

/* A listing that starts anew names nothing twice, and what is recorded is not
 * looked at again. */
static void
looks_at_each_object_once(void **state)
{
	int64_t id = start_walk(STORE_ADOPT, false);
	struct store_line l = line_of(STORE_LINE_SEEN);
	struct store_walk_object o;

	(void)state;
	assert_int_equal(NOTHING, store_walk_object(store, id, &o, &why));
	add_objects(id, 2);
	add_objects(id, 3);
	assert_int_equal(walk_now(id).total, 3);
	assert_int_equal(DONE, store_walk_listed(store, id, false, &why));
	assert_true(walk_now(id).listed);
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, OBJECT);
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
	assert_int_equal(
	    NOTHING, store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
	assert_int_equal(lines_of(id, 0).n, 1);
	reopen();
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, "0012");
	/* One that fails comes after all others. */
	assert_int_equal(DONE, store_walk_again(store, id, "0012", true, &why));
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, "0013");
	assert_int_equal(
	    DONE, store_walk_record(store, id, "0013", NULL, 0, NOW, &why));
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, "0012");
	assert_int_equal(o.tries, 1);
	assert_int_equal(walk_now(id).seen, 2);
	assert_int_equal(walk_now(id).changed, 0);
}

static void
keeps_its_lines(void **state)
{
	int64_t id = start_walk(STORE_ADOPT, true), other;
	struct store_line l[] = {
	    line_of(STORE_LINE_WOULD), line_of(STORE_LINE_FAILED)};
	struct lines all;

	(void)state;
	other = start_walk(STORE_ADOPT, false);
	add_objects(id, 1);
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, l, 2, NOW + 3, &why));
	all = lines_of(id, 0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.line[0].kind, STORE_LINE_WOULD);
	assert_int_equal(all.line[0].at, NOW + 3);
	assert_string_equal(all.line[0].object, OBJECT);
	assert_string_equal(all.line[0].dn, l[0].dn);
	assert_string_equal(all.line[0].address, PARTNER);
	assert_string_equal(all.line[0].certificate, "aabb");
	assert_string_equal(all.line[0].findings, "expired,duplicate");
	assert_string_equal(all.line[0].issuer, "CN=CA");
	assert_int_equal(all.line[0].until, NOW - 5);
	assert_string_equal(all.line[0].text, "so says the test");
	assert_int_equal(all.line[1].kind, STORE_LINE_FAILED);
	assert_int_equal(lines_of(id, all.line[0].id).n, 1);
	assert_int_equal(lines_of(id, all.line[1].id).n, 0);
	assert_int_equal(lines_of(other, 0).n, 0);
	assert_int_equal(walk_now(id).failed, 1);
}

/* What is about to be written is told once it was, with what follows. */
static void
an_intent_becomes_true_or_not(void **state)
{
	struct store_line l = line_of(STORE_LINE_ADOPTED);
	int64_t id = start_walk(STORE_ADOPT, false);
	struct store_walk_object o;
	struct store_past past;

	(void)state;
	assert_int_equal(BROKEN, intend_walk(id, "x", &l));
	add_objects(id, 1);
	assert_int_equal(DONE, intend_walk(id, "x", &l));
	reopen();
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.plan, "x");
	assert_int_equal(lines_of(id, 0).n, 0);
	assert_int_equal(
	    DONE, store_walk_again(store, id, OBJECT, false, &why));
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.plan, "");
	assert_int_equal(o.tries, 0);
	assert_int_equal(DONE, intend_walk(id, "y", &l));
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_int_equal(past.n_adopted, 0);
	assert_int_equal(
	    DONE, store_walk_wrote(store, id, OBJECT, NOW + 1, &why));
	assert_int_equal(NOTHING, store_walk_object(store, id, &o, &why));
	assert_int_equal(lines_of(id, 0).n, 1);
	assert_int_equal(walk_now(id).changed, 1);
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_int_equal(past.n_adopted, 1);
	assert_string_equal(past.adopted[0].address, PARTNER);
	assert_string_equal(past.adopted[0].certificate, "aabb");
	assert_int_equal(past.adopted[0].since, NOW + 1);
}

static unsigned
pending_at(int64_t walk, const char *object)
{
	struct store_line l = {.id = 0};
	unsigned n = 0;
	enum outcome o;

	while ((o = store_walk_pending(store, walk, object, l.id, &l, &why)) ==
	    DONE) {
		assert_string_equal(l.object, object);
		assert_string_equal(l.certificate, "aabb");
		n++;
	}
	assert_int_equal(NOTHING, o);
	return n;
}

/* Of several objects at once, each with its own lines. */
static void
what_was_begun_can_be_asked_for(void **state)
{
	struct store_line l = line_of(STORE_LINE_UNMARKED);
	int64_t id = start_walk(STORE_ROLLBACK, false);
	struct store_walk_object o;

	(void)state;
	add_objects(id, 3);
	assert_int_equal(NOTHING, store_walk_begun(store, id, &o, &why));
	assert_int_equal(DONE, intend_walk(id, "x", &l));
	strcpy(l.object, "0012");
	assert_int_equal(DONE, intend_walk(id, "y", &l));
	reopen();
	assert_int_equal(1, pending_at(id, OBJECT));
	assert_int_equal(1, pending_at(id, "0012"));
	assert_int_equal(0, pending_at(id, "0013"));
	/* later: after all others, and as much intended as before */
	assert_int_equal(DONE, store_walk_later(store, id, OBJECT, &why));
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, "0012");
	assert_int_equal(DONE, store_walk_wrote(store, id, "0012", NOW, &why));
	assert_int_equal(1, pending_at(id, OBJECT));
	assert_int_equal(DONE, store_walk_begun(store, id, &o, &why));
	assert_string_equal(o.object, OBJECT);
	assert_string_equal(o.plan, "x");
	assert_int_equal(o.tries, 1);
	assert_int_equal(
	    DONE, store_walk_again(store, id, OBJECT, false, &why));
	assert_int_equal(0, pending_at(id, OBJECT));
	assert_int_equal(NOTHING, store_walk_begun(store, id, &o, &why));
	assert_int_equal(NOTHING, store_walk_later(store, id, "0099", &why));
	assert_int_equal(lines_of(id, 0).n, 1);
}

/* Publish for partner 1 at OBJECT, from a contact that is there or not. */
static void
publish(bool made)
{
	struct store_publication p = publication_for(1);
	struct store_intent intent;
	char id[STORE_ID];

	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intent = intent_for(id);
	if (made)
		intent.object[0] = '\0';
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
}

static void
remembers_what_was_made(void **state)
{
	struct store_past past;

	(void)state;
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_int_equal(past.n_publications, 0);
	assert_false(past.made);
	publish(true);
	assert_int_equal(DONE,
	    store_walk_listed(
		store, start_walk(STORE_ROLLBACK, false), true, &why));
	assert_int_equal(walk_now(1).total, 1);
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_int_equal(past.n_publications, 1);
	assert_string_equal(past.publications[0].address, PARTNER);
	assert_true(past.made);
}

static void
a_contact_that_was_there_is_not_made(void **state)
{
	struct store_past past;

	(void)state;
	publish(false);
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_int_equal(past.n_publications, 1);
	assert_false(past.made);
}

/* Taken out: the certificate that stands there for the store, and no other;
 * and nothing forbids to publish again. */
static void
what_is_taken_out_is_gone(void **state)
{
	int64_t id = start_walk(STORE_ROLLBACK, false);
	struct store_line l = line_of(STORE_LINE_REMOVED);
	struct store_publication p;
	struct store_walk_object o;
	struct store_rules rules;

	(void)state;
	publish(false);
	assert_int_equal(DONE, store_walk_listed(store, id, true, &why));
	assert_int_equal(DONE, store_walk_object(store, id, &o, &why));
	assert_string_equal(o.object, OBJECT);
	strcpy(l.certificate, "ccdd");
	assert_int_equal(DONE, intend_walk(id, "x", &l));
	assert_int_equal(DONE, store_walk_wrote(store, id, OBJECT, NOW, &why));
	assert_int_equal(DONE, store_published(store, PARTNER, &p, &why));
	add_objects(id, 1);
	strcpy(l.certificate, "aabb");
	assert_int_equal(DONE, intend_walk(id, "x", &l));
	assert_int_equal(DONE, store_published(store, PARTNER, &p, &why));
	assert_int_equal(DONE, store_walk_wrote(store, id, OBJECT, NOW, &why));
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	assert_int_equal(
	    DONE, store_rules_of(store, PARTNER, "aabb", &rules, &why));
	assert_false(rules.veto || rules.contested);
	counts_are(0, 0, 0);
}

/* Not known to be taken out, and never to be: it must not look as if somebody
 * else had done it. */
static void
what_may_be_taken_out_is_not_ours(void **state)
{
	struct store_line l = line_of(STORE_LINE_REMOVED),
			  failed = line_of(STORE_LINE_FAILED);
	int64_t id = start_walk(STORE_ROLLBACK, false);
	struct store_publication p;
	struct store_walk_object o;

	(void)state;
	publish(false);
	add_objects(id, 1);
	assert_int_equal(DONE, intend_walk(id, "x", &l));
	assert_int_equal(
	    DONE, store_walk_unsure(store, id, OBJECT, &failed, NOW + 1, &why));
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	assert_int_equal(NOTHING, store_walk_object(store, id, &o, &why));
	assert_int_equal(lines_of(id, 0).n, 1);
	assert_int_equal(lines_of(id, 0).line[0].kind, STORE_LINE_FAILED);
	assert_int_equal(walk_now(id).failed, 1);
	assert_int_equal(walk_now(id).changed, 0);
	assert_int_equal(DONE, store_check(store, &why));
}

struct told {
	unsigned n;
	char what[8][32];
};

static void
entry_take(void *arg, const struct store_entry *e)
{
	struct told *t = arg;

	if (strstr(e->text,
		"aabb expired,duplicate: so says the test at "
		"CN=Partner,OU=Partners") != NULL)
		memcpy(t->what[t->n++ % 8], e->what, sizeof e->what);
}

/* Each with the certificate, what was found, and where. */
static void
what_becomes_of_lines_is_in_the_journal(void **state)
{
	static const enum store_line_kind kinds[] = {STORE_LINE_SEEN,
	    STORE_LINE_REMOVED, STORE_LINE_ADOPTED, STORE_LINE_GONE,
	    STORE_LINE_AGAIN, STORE_LINE_UNMARKED, STORE_LINE_LEFT};
	int64_t id = start_walk(STORE_SWEEP, false);
	struct told told = {.n = 0};
	struct store_line l[7];
	unsigned i;

	(void)state;
	for (i = 0; i < 7; i++)
		l[i] = line_of(kinds[i]);
	add_objects(id, 1);
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, l, 7, NOW, &why));
	assert_int_equal(
	    DONE, store_journal(store, PARTNER, 20, entry_take, &told, &why));
	assert_int_equal(told.n, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(
		    told.what[4 - i], store_line_name(kinds[i + 1]));
}

/* Lost: the harvest that it came from is due again, and it stands as far as
 * the store knows until that is decided. */
static void
what_is_lost_is_due_again(void **state)
{
	int64_t id = start_walk(STORE_SWEEP, false);
	struct store_line l = line_of(STORE_LINE_AGAIN);
	struct store_publication p;
	char digest[STORE_ID];
	unsigned tries;

	(void)state;
	publish(false);
	add_objects(id, 2);
	strcpy(l.certificate, "ccdd");
	assert_int_equal(
	    DONE, store_walk_record(store, id, "0012", &l, 1, NOW, &why));
	counts_are(0, 0, 1);
	strcpy(l.certificate, "aabb");
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
	counts_are(1, 0, 1);
	assert_int_equal(DONE, next(NOW, digest, &tries));
	assert_int_equal(DONE, store_published(store, PARTNER, &p, &why));
}

/* What is held because of somebody else's certificate can be asked for, and
 * is decided on again once that one is taken over. */
static void
what_waited_for_it_is_due(void **state)
{
	int64_t id = start_walk(STORE_ADOPT, false);
	struct store_line l = line_of(STORE_LINE_ADOPTED);
	struct harvest *h = sample_harvest(1, 1);
	struct bytes der = {NULL, 0};
	char digest[STORE_ID];
	unsigned tries;

	(void)state;
	assert_int_equal(NOTHING, store_waiting(store, PARTNER, &der, &why));
	harvest_digest(h, digest);
	assert_int_equal(DONE, store_take(store, h, NOW, &why));
	assert_int_equal(NOTHING, store_waiting(store, PARTNER, &der, &why));
	assert_int_equal(DONE,
	    store_settle(store, digest, HELD, because(REASON_FOREIGN_VALUE),
		NULL, NOW, &why));
	assert_int_equal(DONE, store_waiting(store, PARTNER, &der, &why));
	assert_true(span_equal(span_bytes(&der), span_bytes(&h->certificate)));
	bytes_clear(&der);
	harvest_free(h);
	add_objects(id, 1);
	counts_are(0, 1, 0);
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
	counts_are(1, 0, 0);
	assert_int_equal(DONE, next(NOW, digest, &tries));
}

static void
old_ones_are_forgotten(void **state)
{
	struct store_line l = line_of(STORE_LINE_SEEN);
	int64_t first = 0, id = 0;
	struct store_walk w;
	unsigned i;

	(void)state;
	for (i = 0; i < 21; i++) {
		id = start_walk(STORE_ADOPT, true);
		first = first == 0 ? id : first;
		add_objects(id, 2);
		assert_int_equal(DONE,
		    store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
		assert_int_equal(DONE,
		    store_walk_end(
			store, id, DONE, because(REASON_OK), NOW + i, &why));
	}
	assert_int_equal(NOTHING, store_walk_get(store, first, &w, &why));
	assert_int_equal(lines_of(first, 0).n, 0);
	assert_int_equal(lines_of(id, 0).n, 1);
	assert_int_equal(DONE, store_check(store, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(goes_on_until_it_ends),
	    ROW(is_cancelled),
	    ROW(looks_at_each_object_once),
	    ROW(keeps_its_lines),
	    ROW(an_intent_becomes_true_or_not),
	    ROW(what_was_begun_can_be_asked_for),
	    ROW(remembers_what_was_made),
	    ROW(a_contact_that_was_there_is_not_made),
	    ROW(what_is_taken_out_is_gone),
	    ROW(what_may_be_taken_out_is_not_ours),
	    ROW(what_becomes_of_lines_is_in_the_journal),
	    ROW(what_is_lost_is_due_again),
	    ROW(what_waited_for_it_is_due),
	    ROW(old_ones_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
