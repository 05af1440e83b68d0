#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/authority.h"
#include "store/forget.h"
#include "store/orders.h"
#include "store/walks.h"
#include "store/writes.h"

/*
 * What every implementation must do behind store_undo_settle() and
 * store/forget.h.
 */
#define PARTNER "partner1@example.org"
#define OTHER "partner2@example.org"
#define TOMB "70b7"

static const struct store_change added[] = {
    {STORE_CERTIFICATE, STORE_ADDED, "aabb", {NULL, 0}},
    {STORE_CERTIFICATE, STORE_REMOVED, "ccdd", {(const uint8_t *)"old", 3}}};

struct newest {
	int64_t id;
	unsigned n;
	char text[2048];
};

static void
newest_take(void *arg, const struct store_entry *e, const struct store_write *w)
{
	struct newest *newest = arg;

	newest->n++;
	if (w != NULL)
		newest->id = e->id;
	snprintf(newest->text, sizeof newest->text, "%s", e->text);
}

/* Of the address; NULL: of all. */
static struct newest
newest_of(const char *address)
{
	const struct store_log_query q = {.address = address, .limit = 99};
	struct newest newest = {.n = 0};

	assert_int_equal(
	    DONE, store_log(store, &q, newest_take, &newest, &why));
	return newest;
}

/* Have partner n published, and written; the entry. */
static int64_t
publish(unsigned n)
{
	struct store_publication p = publication_for(n);
	struct store_write w = {.object = "0011", .changes = added, .n = 2};
	struct store_intent intent;
	char id[STORE_ID];

	strcpy(w.address, p.address);
	assert_int_equal(DONE, take(sample_harvest(n, 1), NOW, id));
	intent = intent_for(id);
	strcpy(intent.address, p.address);
	intent.write = &w;
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	return newest_of(p.address).id;
}

static struct store_order
put_order(enum store_order_kind kind, const char *address, int64_t entry)
{
	struct store_order o = {.kind = kind,
	    .entry = entry,
	    .asked = NOW,
	    .note = "wrong card",
	    .by = {.uid = 1000, .name = "ann"}};

	snprintf(o.subject, sizeof o.subject, "%s", address);
	assert_int_equal(DONE, store_order_put(store, &o, &o.id, &why));
	return o;
}

static struct store_rules
rules_now(const char *address)
{
	struct store_rules r;

	assert_int_equal(DONE, store_rules_of(store, address, "", &r, &why));
	return r;
}

/* What follows is one transaction, and the publication is what stands now. */
static void
an_undo_has_its_rule(void **state)
{
	struct store_publication back = publication_for(1), now;
	int64_t entry = publish(1), undone = 0;
	struct store_order order = put_order(STORE_UNDO, PARTNER, entry);
	struct store_write w = {.object = "0011", .undoes = entry}, *got = NULL;
	struct store_undone u = {
	    .rule = STORE_UNDO_PIN, .publication = &back, .adopted = "ccdd"};
	struct store_past past;

	(void)state;
	strcpy(back.certificate, "ccdd");
	assert_int_equal(
	    NOTHING, store_order_pending(store, order.id, &got, &why));
	assert_int_equal(
	    DONE, store_order_intend(store, &order, "x", &w, NOW, &why));
	reopen();
	assert_int_equal(
	    DONE, store_order_pending(store, order.id, &got, &why));
	assert_int_equal(got->undoes, entry);
	store_write_free(got);
	assert_int_equal(
	    NOTHING, store_write_undone(store, entry, &undone, &why));
	assert_int_equal(DONE,
	    store_undo_settle(
		store, &order, &u, because(REASON_OK), NOW + 1, &why));
	assert_int_equal(NOTHING,
	    store_undo_settle(
		store, &order, &u, because(REASON_OK), NOW + 1, &why));
	reopen();
	assert_string_equal(rules_now(PARTNER).pinned, "ccdd");
	assert_int_equal(DONE, store_published(store, PARTNER, &now, &why));
	assert_string_equal(now.certificate, "ccdd");
	assert_int_equal(DONE, store_past_of(store, "0011", &past, &why));
	assert_int_equal(past.n_adopted, 1);
	assert_int_equal(DONE, store_write_undone(store, entry, &undone, &why));
	assert_true(undone > entry);
	/* and the undo of that */
	order = put_order(STORE_UNDO, PARTNER, undone);
	u = (struct store_undone){
	    .rule = STORE_UNDO_REDO, .publication = &back, .unadopted = "ccdd"};
	strcpy(back.certificate, "aabb");
	assert_int_equal(DONE,
	    store_undo_settle(
		store, &order, &u, because(REASON_OK), NOW + 2, &why));
	assert_string_equal(rules_now(PARTNER).pinned, "");
	assert_int_equal(DONE, store_past_of(store, "0011", &past, &why));
	assert_int_equal(past.n_adopted, 0);
	assert_int_equal(DONE, store_check(store, &why));
}

/* Nothing of ours is left; lifted is the veto alone, and no pin. */
static void
an_undo_of_a_create(void **state)
{
	struct store_order order = put_order(STORE_UNDO, PARTNER, publish(1));
	struct store_undone u = {.rule = STORE_UNDO_VETO};
	struct store_rule pin = {
	    .kind = STORE_PIN, .subject = PARTNER, .certificate = "eeff"};
	struct store_publication p = publication_for(1);

	(void)state;
	assert_int_equal(DONE, store_rule_set(store, &pin, &why));
	assert_int_equal(DONE,
	    store_undo_settle(
		store, &order, &u, because(REASON_OK), NOW + 1, &why));
	assert_true(rules_now(PARTNER).veto);
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	order = put_order(STORE_UNDO, PARTNER, order.entry);
	u = (struct store_undone){.rule = STORE_UNDO_ALLOW, .publication = &p};
	assert_int_equal(DONE,
	    store_undo_settle(
		store, &order, &u, because(REASON_OK), NOW + 1, &why));
	assert_false(rules_now(PARTNER).veto);
	assert_string_equal(rules_now(PARTNER).pinned, "eeff");
}

/* Two of one kind are one order, unless they are about something else. */
static void
orders_are_told_apart(void **state)
{
	struct store_order one = put_order(STORE_UNDO, PARTNER, 7);
	struct store_order two = one;

	(void)state;
	assert_int_equal(one.id, put_order(STORE_UNDO, PARTNER, 7).id);
	assert_int_not_equal(one.id, put_order(STORE_UNDO, PARTNER, 8).id);
	two.dry = true;
	assert_int_equal(DONE, store_order_put(store, &two, &two.id, &why));
	assert_int_not_equal(one.id, two.id);
	assert_int_equal(DONE, store_order_get(store, two.id, &two, &why));
	assert_true(two.dry && two.entry == 7 && !two.keep);
}

static enum outcome
forget(struct store_order *order, struct store_forgotten *f)
{
	return store_forget(store, order, TOMB, NOW + 9, f, &why);
}

/* All of the one, and of the other what does not name him. */
static void
a_person_is_forgotten(void **state)
{
	int64_t entry = publish(1), at = 0;
	struct store_publication p;
	struct store_rule pin = {.kind = STORE_PIN,
	    .subject = OTHER,
	    .certificate = "eeff",
	    .note = "as " PARTNER " said"};
	struct store_forgotten f;
	struct store_order order;
	struct store_write *w = NULL;
	struct bytes der = {NULL, 0};
	struct rows seen = {.n = 0};

	(void)state;
	(void)publish(2);
	assert_int_equal(DONE, store_rule_set(store, &pin, &why));
	order = put_order(STORE_FORGET, PARTNER, 0);
	assert_int_equal(HELD, forget(&order, &f));
	assert_int_equal(why.code, REASON_STILL_PUBLISHED);
	assert_int_equal(DONE, store_write_get(store, entry, &w, &why));
	store_write_free(w);
	assert_int_equal(NOTHING, store_forgotten_at(store, TOMB, &at, &why));
	order.keep = true;
	assert_int_equal(DONE, forget(&order, &f));
	assert_false(f.log_left);
	reopen();
	assert_int_equal(newest_of(PARTNER).n, 0);
	assert_int_equal(NOTHING, store_remembered(store, PARTNER, &p, &why));
	assert_int_equal(NOTHING, store_write_get(store, entry, &w, &why));
	assert_int_equal(
	    DONE, store_show(store, PARTNER, 9, row_add, &seen, &why));
	assert_int_equal(seen.n, 0);
	assert_int_equal(DONE, store_published(store, OTHER, &p, &why));
	assert_int_equal(DONE, store_value(store, "ccdd", &der, &why));
	bytes_clear(&der);
	assert_string_equal(rules_now(OTHER).pinned, "eeff");
	assert_non_null(strstr(newest_of(OTHER).text, "as [forgotten] said"));
	assert_int_equal(DONE, store_forgotten_at(store, TOMB, &at, &why));
	assert_int_equal(at, NOW + 9);
	assert_int_equal(DONE, store_order_get(store, order.id, &order, &why));
	assert_int_equal(order.outcome, DONE);
	assert_string_equal(order.subject, TOMB);
	assert_string_equal(order.note, "");
	assert_int_equal(DONE, store_check(store, &why));
}

/* Whose a row is is no text, and to his address another's may end. */
static void
who_ends_alike_is_another(void **state)
{
	static const char another[] = "x=" PARTNER;
	struct harvest *h = sample_harvest(1, 2);
	struct store_rule pin = {
	    .kind = STORE_PIN, .subject = "x=" PARTNER, .certificate = "eeff"};
	struct store_forgotten f;
	struct store_order order, other;
	struct rows seen = {.n = 0};

	(void)state;
	strcpy(h->address, another);
	assert_int_equal(DONE, take(h, NOW, NULL));
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, NULL));
	assert_int_equal(DONE, store_rule_set(store, &pin, &why));
	other = put_order(STORE_WITHDRAW, another, 0);
	order = put_order(STORE_FORGET, PARTNER, 0);
	assert_int_equal(DONE, forget(&order, &f));
	assert_int_equal(
	    DONE, store_show(store, another, 9, row_add, &seen, &why));
	assert_int_equal(seen.n, 1);
	assert_string_equal(rules_now(another).pinned, "eeff");
	assert_int_equal(DONE, store_order_get(store, other.id, &other, &why));
	assert_string_equal(other.subject, another);
	assert_true(newest_of(another).n > 0);
}

/* Add a CA and say something of it. */
static void
decide(const char *fingerprint, const char *der,
    enum store_authority_state state, const char *scope)
{
	struct store_authority a = {.kind = "root", .name = "CN=Any CA"};
	const struct store_word word = {.at = NOW, .by = {.name = "ann"}};

	snprintf(a.fingerprint, sizeof a.fingerprint, "%s", fingerprint);
	assert_int_equal(
	    DONE, store_authority_add(store, &a, span_str(der), &why));
	assert_int_equal(DONE,
	    store_authority_decide(
		store, fingerprint, state, scope, &word, &why));
}

/* Nobody is believed for more by it, and for others as before. */
static void
no_ca_counts_for_him(void **state)
{
	static const struct {
		const char *fingerprint, *scope, *after;
	} rows[] = {
	    {"aa", PARTNER, NULL},
	    {"bb", PARTNER " " OTHER, OTHER},
	    {"cc", "b.example " PARTNER " " OTHER, "b.example " OTHER},
	    {"dd", OTHER " x=" PARTNER " " PARTNER, OTHER " x=" PARTNER},
	    {"ee", "x=" PARTNER " example.org", "x=" PARTNER " example.org"},
	};
	struct store_forgotten f;
	struct store_authority a;
	struct store_order order;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		decide(rows[i].fingerprint, "any", STORE_AUTHORITY_APPROVED,
		    rows[i].scope);
	decide("11", "\x14" PARTNER, STORE_AUTHORITY_REJECTED, "");
	decide("22", "\x14" OTHER, STORE_AUTHORITY_REJECTED, "");
	order = put_order(STORE_FORGET, PARTNER, 0);
	assert_int_equal(DONE, forget(&order, &f));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rows[i].after == NULL ? NOTHING : DONE,
		    store_authority_get(store, rows[i].fingerprint, &a, &why));
		if (rows[i].after != NULL)
			assert_string_equal(a.scope, rows[i].after);
	}
	assert_int_equal(NOTHING, store_authority_get(store, "11", &a, &why));
	assert_int_equal(DONE, store_authority_get(store, "22", &a, &why));
	assert_int_equal(a.state, STORE_AUTHORITY_REJECTED);
}

/* A write that nobody knows the end of must not lose its intent. */
static void
not_while_a_write_is_under_way(void **state)
{
	struct store_forgotten f;
	struct store_intent intent;
	struct store_order order;
	char id[STORE_ID];

	(void)state;
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	intent = intent_for(id);
	assert_int_equal(DONE, store_intend(store, &intent, NOW, &why));
	order = put_order(STORE_FORGET, PARTNER, 0);
	assert_int_equal(LATER, forget(&order, &f));
	counts_are(1, 0, 0);
}

/* Nor may one of an order, which may have put something back. */
static void
not_while_an_order_is_under_way(void **state)
{
	int64_t entry = publish(1);
	struct store_order undo = put_order(STORE_UNDO, PARTNER, entry);
	struct store_order order = put_order(STORE_FORGET, PARTNER, 0);
	struct store_write w = {.object = "0011", .undoes = entry}, *got = NULL;
	struct store_forgotten f;

	(void)state;
	strcpy(w.address, PARTNER);
	order.keep = true;
	assert_int_equal(
	    DONE, store_order_intend(store, &undo, "x", &w, NOW, &why));
	assert_int_equal(LATER, forget(&order, &f));
	assert_int_equal(DONE, store_order_pending(store, undo.id, &got, &why));
	store_write_free(got);
	assert_int_equal(DONE,
	    store_order_settle(
		store, &undo, HELD, because(REASON_UNDO_CHANGED), NOW, &why));
	assert_int_equal(DONE, forget(&order, &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(an_undo_has_its_rule),
	    ROW(an_undo_of_a_create),
	    ROW(orders_are_told_apart),
	    ROW(a_person_is_forgotten),
	    ROW(who_ends_alike_is_another),
	    ROW(no_ca_counts_for_him),
	    ROW(not_while_a_write_is_under_way),
	    ROW(not_while_an_order_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
