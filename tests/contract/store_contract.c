#include "tests/contract/store_door.h"

#include <string.h>

#include "store/walks.h"

/*
 * What every implementation behind store/store.h must do, seen through the
 * door alone: the way of a harvest.
 */

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
	    /* the clock was set back since */
	    {REFUSED, REASON_CERT_EXPIRED, -10, NOTHING},
	    {REFUSED, REASON_CERT_EXPIRED, -90000, DONE},
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
	/* And what was refused half-way is not in the way. */
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, id));
	reopen();
	counts_are(1, 0, 1);
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

/*
 * That of a contact to be made, whose answer was lost, tells at the next try
 * that it was made, and is nobody's business before.
 */
static void
put_off_keeps_the_intent_to_make(void **state)
{
	struct store_publication p = publication_for(1);
	struct intents seen = {.n = 0};
	struct store_intent intent;
	struct store_past past;
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intent = intent_for(id);
	intent.object[0] = '\0';
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_put_off(
		store, id, NOW, because(REASON_DIRECTORY_SLOW), NOW, &why));
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 0);
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE, store_past_of(store, "0011", &past, &why));
	assert_true(past.made);
	/* The next intent takes its place, and counts. */
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW, id));
	memcpy(intent.id, id, sizeof intent.id);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_put_off(
		store, id, NOW, because(REASON_DIRECTORY_SLOW), NOW, &why));
	strcpy(intent.object, "0012");
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	strcpy(p.object, "0012");
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.last.object, "0012");
	assert_int_equal(DONE, store_past_of(store, "0012", &past, &why));
	assert_false(past.made);
	assert_int_equal(DONE, store_check(store, &why));
}

/* A refresh replaces the publication; an end without one leaves it. */
static void
publication_is_replaced(void **state)
{
	struct store_publication p = publication_for(1), now;
	char one[STORE_ID], two[STORE_ID], three[STORE_ID];

	(void)state;
	p.validation = VALIDATION_INDIVIDUAL;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, one));
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW, two));
	assert_int_equal(DONE, take(sample_harvest(1, 3), NOW, three));
	assert_int_equal(DONE,
	    store_settle(store, one, DONE, because(REASON_OK), &p, NOW, &why));
	strcpy(p.certificate, "ccdd");
	p.validation = VALIDATION_SPONSOR;
	assert_int_equal(DONE,
	    store_settle(store, two, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(
		store, three, NOTHING, because(REASON_OLDER), NULL, NOW, &why));
	assert_int_equal(DONE, store_published(store, p.address, &now, &why));
	assert_string_equal(now.certificate, "ccdd");
	assert_int_equal(now.validation, VALIDATION_SPONSOR);
	/* A second end of the same harvest changes nothing. */
	strcpy(p.certificate, "eeff");
	assert_int_equal(NOTHING,
	    store_settle(store, two, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE, store_published(store, p.address, &now, &why));
	assert_string_equal(now.certificate, "ccdd");
	counts_are(0, 0, 1);
}

/* One of an address, in the order they were received, and no more than asked
 * for. */
static void
group_of_different_addresses(void **state)
{
	struct store_place place = {0, 0};
	struct store_due_harvest due[4];
	char id[5][STORE_ID];
	unsigned n = 0;

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id[0]));
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW, NULL));
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, id[1]));
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW, id[2]));
	assert_int_equal(DONE,
	    store_put_off(
		store, id[1], NOW, because(REASON_DIRECTORY_BUSY), NOW, &why));
	assert_int_equal(
	    DONE, store_next_group(store, NOW + 99, &place, 4, due, &n, &why));
	assert_int_equal(n, 3);
	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		while (k < 2 && strcmp(due[i].id, id[k]) != 0)
			k++;
		assert_string_equal(due[i].id, id[k]);
		assert_int_equal(due[i].tries, k == 1);
		harvest_free(due[i].harvest);
	}
	assert_int_equal(
	    DONE, store_next_group(store, NOW + 99, &place, 2, due, &n, &why));
	assert_int_equal(n, 2);
	harvest_free(due[0].harvest);
	harvest_free(due[1].harvest);
	place = due[1].place; /* the third is behind it */
	assert_int_equal(
	    DONE, store_next_group(store, NOW + 99, &place, 2, due, &n, &why));
	assert_int_equal(n, 1);
	harvest_free(due[0].harvest);
	place = due[0].place;
	assert_int_equal(NOTHING,
	    store_next_group(store, NOW + 99, &place, 2, due, &n, &why));
	place = (struct store_place){0, 0};
	assert_int_equal(
	    NOTHING, store_next_group(store, 1, &place, 4, due, &n, &why));
}

/* All of a group at once, without the one that failed; before its end
 * nothing. */
static void
group_is_one_transaction(void **state)
{
	struct store_publication p = publication_for(1);
	struct store_intent intent;
	struct intents seen = {.n = 0};
	char id[3][STORE_ID];

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(
		    DONE, take(sample_harvest(i + 1, 1), NOW, id[i]));
	intent = intent_for(id[0]);
	assert_int_equal(DONE, store_group_begin(store, &why));
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	reopen();
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 0);

	assert_int_equal(DONE, store_group_begin(store, &why));
	assert_int_equal(DONE,
	    store_settle(
		store, id[0], DONE, because(REASON_OK), &p, NOW, &why));
	intent = intent_for("no such harvest");
	assert_int_equal(BROKEN, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_put_off(store, id[1], NOW + 5, because(REASON_DIRECTORY_BUSY),
		NOW, &why));
	assert_int_equal(DONE, store_group_end(store, &why));
	reopen();
	counts_are(2, 0, 1);
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 0);
	/* and each for itself again */
	intent = intent_for(id[2]);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	reopen();
	assert_int_equal(
	    DONE, store_intents(store, intent_settle, &seen, &why));
	assert_int_equal(seen.n, 1);
}

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
	    ROW(put_off_keeps_the_intent_to_make),
	    ROW(publication_is_replaced),
	    ROW(group_of_different_addresses),
	    ROW(group_is_one_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
