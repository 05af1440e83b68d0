#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

/*
 * What every implementation behind store/store.h must do, seen through the
 * door alone: what it tells afterwards.
 */

struct entries {
	unsigned n;
	struct store_entry entry[16];
};

static void
entry_add(void *arg, const struct store_entry *e)
{
	struct entries *r = arg;

	assert_true(r->n < 16);
	r->entry[r->n++] = *e;
}

static void
notes_are_shown_and_bounded(void **state)
{
	struct rows r = {.n = 0};
	struct harvest *h;
	char id[STORE_ID];
	unsigned i, tries;

	(void)state;
	assert_int_equal(
	    DONE, take(sample_note(1, REASON_NOT_FROM), NOW, NULL));
	assert_int_equal(NOTHING,
	    take(sample_note(1, REASON_NOT_FROM), NOW + 9999999, NULL));
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	counts_are(0, 0, 0);
	assert_int_equal(DONE,
	    store_show(store, "partner1@example.org", 8, row_add, &r, &why));
	assert_int_equal(r.n, 1);
	assert_string_equal(r.row[0].state, "note");
	assert_string_equal(r.row[0].certificate, "");
	assert_int_equal(r.row[0].reason.code, REASON_NOT_FROM);
	/* Every name a stranger invents is another note. */
	for (i = 0; i < 40; i++) {
		h = sample_note(1, REASON_NOT_FROM);
		snprintf(h->name, sizeof h->name, "name %u", i);
		h->received += i;
		assert_int_equal(DONE, take(h, NOW, id));
	}
	r.n = 0;
	assert_int_equal(DONE,
	    store_show(store, "partner1@example.org", 8, row_add, &r, &why));
	assert_int_equal(r.n, 8);
	assert_string_equal(r.row[0].id, id);
}

struct broken {
	unsigned n;
	struct store_broken b[8];
};

static void
broken_add(void *arg, const struct store_broken *b)
{
	struct broken *r = arg;

	assert_true(r->n < 8);
	r->b[r->n++] = *b;
}

static void
broken_bodies_are_counted_by_domain(void **state)
{
	static const struct {
		unsigned partner, times;
		enum reason_code code;
	} notes[] = {
	    {1, 3, REASON_BODY_FOOTER},
	    {2, 1, REASON_BODY_FOOTER},
	    {2, 2, REASON_DIGEST_MISMATCH},
	    {3, 9, REASON_NOT_FROM},
	};
	struct broken r = {.n = 0};
	struct harvest *h;
	unsigned i, k;
	enum outcome o;

	(void)state;
	for (i = 0; i < sizeof notes / sizeof notes[0]; i++)
		for (k = 0; k < notes[i].times; k++) {
			h = sample_note(notes[i].partner, notes[i].code);
			h->received = NOW - 100 + k;
			o = take(h, NOW, NULL);
			assert_int_equal(o, k == 0 ? DONE : NOTHING);
		}
	h = sample_note(4, REASON_BODY_BANNER);
	strcpy(h->address, "old@elsewhere.example");
	h->received = NOW - 1000;
	assert_int_equal(DONE, take(h, NOW, NULL));

	/* Of the domain, not of the sender; nothing else, nothing old. */
	assert_int_equal(
	    DONE, store_broken(store, NOW - 100, 8, broken_add, &r, &why));
	assert_int_equal(r.n, 2);
	assert_string_equal(r.b[0].domain, "example.org");
	assert_int_equal(r.b[0].code, REASON_BODY_FOOTER);
	assert_int_equal(r.b[0].mails, 4);
	assert_int_equal(r.b[0].senders, 2);
	assert_int_equal(r.b[0].last_seen, NOW - 98);
	assert_int_equal(r.b[1].code, REASON_DIGEST_MISMATCH);
	assert_int_equal(r.b[1].mails, 2);

	r.n = 0;
	assert_int_equal(DONE, store_broken(store, 0, 8, broken_add, &r, &why));
	assert_int_equal(r.n, 3);
	r.n = 0;
	assert_int_equal(DONE, store_broken(store, 0, 1, broken_add, &r, &why));
	assert_int_equal(r.n, 1);
}

static void
journal_tells_the_story(void **state)
{
	static const char *const want[] = {
	    "refused", "published", "intent", "taken", "taken"};
	struct store_publication p = publication_for(1);
	struct entries all = {.n = 0}, one = {.n = 0};
	struct store_intent intent;
	char id[STORE_ID], two[STORE_ID];
	unsigned i;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, two));
	intent = intent_for(id);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(store, two, REFUSED, because(REASON_REVOKED), NULL,
		NOW + 1, &why));
	assert_int_equal(
	    DONE, store_journal(store, NULL, 16, entry_add, &all, &why));
	assert_int_equal(all.n, 5);
	for (i = 0; i < all.n; i++)
		assert_string_equal(all.entry[i].what, want[i]);
	assert_string_equal(all.entry[0].text, "revoked: so says the test");
	assert_int_equal(all.entry[0].at, NOW + 1);
	assert_int_equal(DONE,
	    store_journal(
		store, "partner2@example.org", 1, entry_add, &one, &why));
	assert_int_equal(one.n, 1);
	assert_int_equal(one.entry[0].id, all.entry[0].id);
}

static void
der_count(void *arg, struct span der)
{
	assert_true(der.len > 100);
	++*(unsigned *)arg;
}

/* What is published, and what came along with it; nothing of the refused. */
static void
known_is_what_was_published(void **state)
{
	struct store_publication p = publication_for(1);
	char id[STORE_ID], two[STORE_ID];
	unsigned n = 0;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, two));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(
		store, two, REFUSED, because(REASON_REVOKED), NULL, NOW, &why));
	assert_int_equal(DONE, store_known(store, 10, der_count, &n, &why));
	assert_int_equal(n, 2);
	n = 0;
	assert_int_equal(DONE, store_known(store, 1, der_count, &n, &why));
	assert_int_equal(n, 1);
}

static void
queue_is_due_and_held(void **state)
{
	struct rows r = {.n = 0};
	char id[STORE_ID], held[STORE_ID], gone[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW, id));
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, held));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, gone));
	assert_int_equal(DONE,
	    store_settle(
		store, held, HELD, because(REASON_AMBIGUOUS), NULL, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(
		store, gone, NOTHING, because(REASON_OLDER), NULL, NOW, &why));
	assert_int_equal(DONE, store_queue(store, 8, row_add, &r, &why));
	assert_int_equal(r.n, 2);
	assert_string_equal(r.row[0].id, held);
	assert_string_equal(r.row[0].state, "held");
	assert_int_equal(r.row[0].reason.code, REASON_AMBIGUOUS);
	assert_string_equal(r.row[1].id, id);
	assert_string_equal(r.row[1].address, "partner3@example.org");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(notes_are_shown_and_bounded),
	    ROW(broken_bodies_are_counted_by_domain),
	    ROW(journal_tells_the_story),
	    ROW(known_is_what_was_published),
	    ROW(queue_is_due_and_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
