#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "tests/unit/sample.h"

/*
 * What every implementation behind store/store.h must do, seen through the
 * door alone.
 */
#define NOW 1796000000

static char *folder;
static struct store *store;
static struct reason why;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	return store_open(sample_path(folder, "store.db"), &store, &why) == DONE
	    ? 0
	    : -1;
}

static int
teardown(void **state)
{
	(void)state;
	store_close(store);
	sample_remove(folder);
	return 0;
}

static void
reopen(void)
{
	store_close(store);
	store = NULL;
	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &store, &why));
}

/* Take and free; the id goes to id unless NULL. */
static enum outcome
take(struct harvest *h, int64_t now, char *id)
{
	enum outcome o = store_take(store, h, now, &why);

	if (id != NULL)
		harvest_digest(h, id);
	harvest_free(h);
	return o;
}

static enum outcome
next(int64_t now, char id[STORE_ID], unsigned *tries)
{
	struct harvest *h = NULL;
	enum outcome o = store_next(store, now, &h, id, tries, &why);

	harvest_free(h);
	return o;
}

static const struct reason *
because(enum reason_code code)
{
	static struct reason r;

	reason_set(&r, code, "so says the test");
	return &r;
}

/* Collectors for the visitors. */
struct rows {
	unsigned n;
	struct store_row row[8];
};

static void
row_add(void *arg, const struct store_row *row)
{
	struct rows *r = arg;

	assert_true(r->n < 8);
	r->row[r->n++] = *row;
}

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
counts_are(int64_t due, int64_t held, int64_t published)
{
	struct store_counts c;

	assert_int_equal(DONE, store_count(store, &c, &why));
	assert_int_equal(c.due, due);
	assert_int_equal(c.held, held);
	assert_int_equal(c.published, published);
}

static void
nothing_in_a_new_one(void **state)
{
	struct store_publication p;
	char id[STORE_ID];
	unsigned tries;
	int64_t due;

	(void)state;
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(NOTHING, store_due(store, &due, &why));
	assert_int_equal(
	    NOTHING, store_published(store, "partner1@example.org", &p, &why));
	assert_int_equal(DONE, store_check(store, &why));
	counts_are(0, 0, 0);
}

static void
comes_out_as_it_went_in(void **state)
{
	struct harvest *h = sample_harvest(1, 1), *out = NULL;
	char in[DIGEST_HEX], id[STORE_ID], now[DIGEST_HEX];
	unsigned tries = 9;

	(void)state;
	assert_true(bytes_dup(span_str("caps"), &h->capabilities));
	reason_set(&h->chain, REASON_CHAIN_UNKNOWN, "who is that");
	harvest_digest(h, in);
	assert_int_equal(DONE, store_take(store, h, NOW, &why));
	reopen();
	assert_int_equal(DONE, store_next(store, NOW, &out, id, &tries, &why));
	harvest_digest(out, now);
	assert_string_equal(in, id);
	assert_string_equal(in, now);
	assert_int_equal(0, tries);
	assert_string_equal(h->message_id, out->message_id);
	assert_string_equal(h->queue_id, out->queue_id);
	assert_string_equal(h->chain.text, out->chain.text);
	assert_int_equal(h->received, out->received);
	assert_int_equal(h->signing_time, out->signing_time);
	assert_int_equal(out->why.code, REASON_OK);
	harvest_free(h);
	harvest_free(out);
}

static void
known_is_seen_not_taken(void **state)
{
	struct harvest *h = sample_harvest(1, 1);
	struct rows r = {.n = 0};
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	h->received += 100;
	assert_int_equal(NOTHING, take(h, NOW + 1, NULL));
	assert_int_equal(DONE,
	    store_show(store, "partner1@example.org", 8, row_add, &r, &why));
	assert_int_equal(r.n, 1);
	assert_string_equal(r.row[0].id, id);
	assert_string_equal(r.row[0].state, "due");
	assert_int_equal(r.row[0].taken, NOW);
	assert_int_equal(r.row[0].received + 100, r.row[0].last_seen);
	counts_are(1, 0, 0);
}

/* Decided long ago and seen again: the world may have changed. */
static void
decided_is_due_again_later(void **state)
{
	static const struct {
		enum outcome as;
		enum reason_code code;
		int64_t after;
		enum outcome want;
	} table[] = {
	    {HELD, REASON_CHAIN_UNKNOWN, 10, NOTHING},
	    {HELD, REASON_CHAIN_UNKNOWN, 7200, DONE},
	    {REFUSED, REASON_CERT_EXPIRED, 7200, DONE},
	    {NOTHING, REASON_OBSERVED, 7200, DONE},
	    {DONE, REASON_OK, 7200, NOTHING},
	    {DONE, REASON_OK, 90000, DONE},
	};
	char id[STORE_ID], again[STORE_ID];
	unsigned i, tries;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		assert_int_equal(DONE, take(sample_harvest(i, 1), NOW, id));
		assert_int_equal(DONE,
		    store_settle(store, id, table[i].as, because(table[i].code),
			NULL, NOW, &why));
		assert_int_equal(table[i].want,
		    take(sample_harvest(i, 1), NOW + table[i].after, NULL));
		assert_int_equal(table[i].want, next(NOW, again, &tries));
		if (table[i].want == DONE) {
			assert_string_equal(id, again);
			assert_int_equal(DONE,
			    store_settle(store, id, NOTHING,
				because(REASON_UNCHANGED), NULL, NOW, &why));
		}
	}
	assert_int_equal(DONE, store_check(store, &why));
}

/* In the order received, also when the relays delivered otherwise. */
static void
one_at_a_time_in_order(void **state)
{
	char first[STORE_ID], second[STORE_ID], other[STORE_ID], id[STORE_ID];
	struct harvest *h;
	unsigned tries;
	int64_t due;

	(void)state;
	h = sample_harvest(1, 2);
	h->received += 50;
	assert_int_equal(DONE, take(h, NOW, second));
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, first));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, other));
	assert_int_equal(DONE, next(NOW, id, &tries));
	assert_string_equal(id, first);
	/* While the first waits, the second does, and others do not. */
	assert_int_equal(DONE,
	    store_put_off(store, first, NOW + 60,
		because(REASON_DIRECTORY_DOWN), NOW, &why));
	assert_int_equal(DONE, next(NOW, id, &tries));
	assert_string_equal(id, other);
	assert_int_equal(DONE,
	    store_settle(store, other, REFUSED, because(REASON_REVOKED), NULL,
		NOW, &why));
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(DONE, store_due(store, &due, &why));
	assert_int_equal(due, NOW + 60);
	assert_int_equal(DONE, next(NOW + 60, id, &tries));
	assert_string_equal(id, first);
	assert_int_equal(1, tries);
	assert_int_equal(DONE,
	    store_settle(store, first, HELD, because(REASON_KEY_CHANGE), NULL,
		NOW, &why));
	assert_int_equal(DONE, next(NOW, id, &tries));
	assert_string_equal(id, second);
	counts_are(1, 1, 0);
	assert_int_equal(DONE, store_check(store, &why));
}

/* BROKEN never settles a harvest, and LATER does not either. */
static void
broken_never_settles(void **state)
{
	char id[STORE_ID], again[STORE_ID];
	unsigned tries;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	assert_int_equal(BROKEN,
	    store_settle(store, id, BROKEN, because(REASON_DIRECTORY_AUTH),
		NULL, NOW, &why));
	assert_int_equal(BROKEN,
	    store_settle(store, id, LATER, because(REASON_DIRECTORY_DOWN), NULL,
		NOW, &why));
	assert_int_equal(DONE, next(NOW, again, &tries));
	assert_string_equal(id, again);
	assert_int_equal(0, tries);
}

static struct store_intent
intent_for(const char *id)
{
	struct store_intent i = {.object = "0011",
	    .address = "partner1@example.org",
	    .certificate = "aabb",
	    .plan = "add userCertificate aabb"};

	memcpy(i.id, id, sizeof i.id);
	return i;
}

static struct store_publication
publication_for(unsigned n)
{
	struct store_publication p = {.object = "0011",
	    .dn = "CN=Partner,OU=Partners",
	    .certificate = "aabb",
	    .issuer = "CN=CA",
	    .subject = "CN=Partner",
	    .not_before = NOW - 10,
	    .not_after = NOW + 10,
	    .published = NOW,
	    .message_id = "<1@mail.example>"};

	snprintf(p.address, sizeof p.address, "partner%u@example.org", n);
	return p;
}

struct intents {
	unsigned n;
	struct store_intent last;
};

/* A visitor of intents may settle them. */
static void
intent_settle(void *arg, const struct store_intent *intent)
{
	struct store_publication p = publication_for(1);
	struct intents *i = arg;

	i->n++;
	i->last = *intent;
	assert_int_equal(DONE,
	    store_settle(
		store, intent->id, DONE, because(REASON_OK), &p, NOW, &why));
}

static void
intents_survive_and_end(void **state)
{
	struct store_publication p;
	struct store_intent intent;
	struct intents seen = {.n = 0};
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intent = intent_for(id);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	intent.plan[0] = 'A'; /* planned again before anything was written */
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	reopen();
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.last.id, id);
	assert_string_equal(seen.last.plan, intent.plan);
	assert_string_equal(seen.last.object, "0011");
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 1);
	assert_int_equal(
	    DONE, store_published(store, "partner1@example.org", &p, &why));
	assert_string_equal(p.certificate, "aabb");
	assert_string_equal(p.dn, "CN=Partner,OU=Partners");
	assert_int_equal(p.not_after, NOW + 10);
	counts_are(0, 0, 1);
	/* Nothing is intended for what is not due. */
	assert_int_equal(BROKEN, store_intend(store, &intent, NOW, &why));
}

static void
put_off_forgets_the_intent(void **state)
{
	struct store_intent intent;
	struct intents seen = {.n = 0};
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intent = intent_for(id);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_put_off(
		store, id, NOW + 5, because(REASON_DIRECTORY_RACE), NOW, &why));
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 0);
}

/* A refresh replaces the publication; an end without one leaves it. */
static void
publication_is_replaced(void **state)
{
	struct store_publication p = publication_for(1), now;
	char one[STORE_ID], two[STORE_ID], three[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, one));
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW, two));
	assert_int_equal(DONE, take(sample_harvest(1, 3), NOW, three));
	assert_int_equal(DONE,
	    store_settle(store, one, DONE, because(REASON_OK), &p, NOW, &why));
	strcpy(p.certificate, "ccdd");
	assert_int_equal(DONE,
	    store_settle(store, two, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(
		store, three, NOTHING, because(REASON_OLDER), NULL, NOW, &why));
	assert_int_equal(DONE, store_published(store, p.address, &now, &why));
	assert_string_equal(now.certificate, "ccdd");
	/* A second end of the same harvest changes nothing. */
	strcpy(p.certificate, "eeff");
	assert_int_equal(NOTHING,
	    store_settle(store, two, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE, store_published(store, p.address, &now, &why));
	assert_string_equal(now.certificate, "ccdd");
	counts_are(0, 0, 1);
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

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(nothing_in_a_new_one),
	    ROW(comes_out_as_it_went_in),
	    ROW(known_is_seen_not_taken),
	    ROW(decided_is_due_again_later),
	    ROW(one_at_a_time_in_order),
	    ROW(broken_never_settles),
	    ROW(intents_survive_and_end),
	    ROW(put_off_forgets_the_intent),
	    ROW(publication_is_replaced),
	    ROW(notes_are_shown_and_bounded),
	    ROW(journal_tells_the_story),
	    ROW(known_is_what_was_published),
	    ROW(queue_is_due_and_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
