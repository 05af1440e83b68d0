#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/orders.h"

/*
 * What every implementation behind store/rules.h and store/orders.h must do.
 */
#define PARTNER "partner1@example.org"
#define FINGERPRINT                                                            \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct store_rule
rule(enum store_rule_kind kind, const char *subject)
{
	struct store_rule r = {.kind = kind,
	    .note = "so says the test",
	    .since = NOW,
	    .by = {.uid = 1000, .name = "ann"}};

	snprintf(r.subject, sizeof r.subject, "%s", subject);
	return r;
}

static struct store_rules
rules_now(const char *certificate)
{
	struct store_rules r;

	assert_int_equal(
	    DONE, store_rules_of(store, PARTNER, certificate, &r, &why));
	return r;
}

/* The newest entry of the journal about the partner. */
static void
entry_take(void *arg, const struct store_entry *e)
{
	struct store_entry *first = arg;

	if (first->id == 0)
		*first = *e;
}

static struct store_entry
entry(void)
{
	struct store_entry e = {.id = 0};

	assert_int_equal(
	    DONE, store_journal(store, PARTNER, 1, entry_take, &e, &why));
	return e;
}

/* Each kind stands until it is lifted, over a crash, and is in the journal
 * with who asked. */
static void
rules_stand_until_lifted(void **state)
{
	static const enum store_rule_kind kinds[] = {
	    STORE_VETO, STORE_CONTESTED, STORE_PIN, STORE_BAN};
	struct store_rule r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		r = rule(kinds[i], PARTNER);
		if (kinds[i] == STORE_PIN)
			strcpy(r.certificate, FINGERPRINT);
		assert_int_equal(NOTHING, store_rule_lift(store, &r, &why));
		assert_int_equal(DONE, store_rule_set(store, &r, &why));
		assert_int_equal(NOTHING, store_rule_set(store, &r, &why));
		assert_string_equal(entry().what, "rule");
		assert_non_null(strstr(entry().text, "uid 1000 \"ann\""));
		reopen();
		assert_int_equal(rules_now("").veto, kinds[i] == STORE_VETO);
		assert_int_equal(
		    rules_now("").contested, kinds[i] == STORE_CONTESTED);
		assert_int_equal(
		    rules_now("").banned_address, kinds[i] == STORE_BAN);
		assert_string_equal(rules_now("").pinned,
		    kinds[i] == STORE_PIN ? FINGERPRINT : "");
		assert_int_equal(DONE, store_rule_lift(store, &r, &why));
		assert_string_equal(entry().what, "rule-lifted");
		assert_false(rules_now("").veto || rules_now("").contested ||
		    rules_now("").banned_address);
		assert_string_equal(rules_now("").pinned, "");
	}
	assert_int_equal(DONE, store_check(store, &why));
}

static void
another_pin_takes_the_place(void **state)
{
	struct store_rule r = rule(STORE_PIN, PARTNER);

	(void)state;
	strcpy(r.certificate, FINGERPRINT);
	assert_int_equal(DONE, store_rule_set(store, &r, &why));
	memset(r.certificate, 'b', DIGEST_HEX - 1);
	assert_int_equal(DONE, store_rule_set(store, &r, &why));
	assert_string_equal(rules_now("").pinned, r.certificate);
}

static void
certificates_are_banned_for_everybody(void **state)
{
	struct store_rule r = rule(STORE_BAN, FINGERPRINT);
	struct store_rules of;

	(void)state;
	assert_int_equal(DONE, store_rule_set(store, &r, &why));
	of = rules_now(FINGERPRINT);
	assert_true(of.banned_certificate && !of.banned_address);
	assert_string_equal(of.note, "so says the test");
	of = rules_now("bb");
	assert_false(of.banned_certificate || of.banned_address);
}

/* Of several that stand the note is that of the one that counts. */
static void
the_note_is_that_of_what_counts(void **state)
{
	static const struct {
		enum store_rule_kind kind;
		const char *subject, *note;
	} table[] = {
	    {STORE_BAN, PARTNER, "the address"},
	    {STORE_BAN, FINGERPRINT, "the certificate"},
	    {STORE_CONTESTED, PARTNER, "contested"},
	    {STORE_VETO, PARTNER, "vetoed"},
	};
	size_t n = sizeof table / sizeof table[0], i;
	struct store_rule r;

	(void)state;
	for (i = n; i-- > 0;) {
		r = rule(table[i].kind, table[i].subject);
		snprintf(r.note, sizeof r.note, "%s", table[i].note);
		assert_int_equal(DONE, store_rule_set(store, &r, &why));
		assert_string_equal(rules_now(FINGERPRINT).note, table[i].note);
	}
	for (i = 0; i < n; i++) {
		assert_string_equal(rules_now(FINGERPRINT).note, table[i].note);
		r = rule(table[i].kind, table[i].subject);
		assert_int_equal(DONE, store_rule_lift(store, &r, &why));
	}
	assert_string_equal(rules_now(FINGERPRINT).note, "");
}

/* What a rule ended is decided on again when it is lifted; the rest not. */
static void
lifting_makes_due(void **state)
{
	static const struct {
		enum store_rule_kind kind;
		enum outcome as;
		enum reason_code code;
		bool by_certificate, allow, due;
	} table[] = {
	    {STORE_VETO, HELD, REASON_VETO, false, true, true},
	    {STORE_CONTESTED, HELD, REASON_CONTESTED, false, true, true},
	    {STORE_PIN, HELD, REASON_PINNED, false, false, true},
	    {STORE_BAN, REFUSED, REASON_BANNED, false, false, true},
	    {STORE_BAN, REFUSED, REASON_BANNED, true, false, true},
	    {STORE_VETO, HELD, REASON_CHAIN_UNKNOWN, false, true, false},
	    /* the newer one is gone, and it would come back */
	    {STORE_VETO, NOTHING, REASON_OLDER, false, true, false},
	    {STORE_VETO, HELD, REASON_REVERTED, false, true, false},
	    {STORE_VETO, HELD, REASON_ALTERNATING, false, true, false},
	    {STORE_PIN, NOTHING, REASON_OLDER, false, false, true},
	    {STORE_PIN, HELD, REASON_REVERTED, false, false, true},
	    {STORE_PIN, HELD, REASON_ALTERNATING, false, false, true},
	};
	char id[STORE_ID], again[STORE_ID], sha256[DIGEST_HEX];
	struct harvest *h;
	struct store_rule r;
	unsigned i, tries;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		h = sample_harvest(i, 1);
		r = rule(table[i].kind, h->address);
		digest_sha256_hex(span_bytes(&h->certificate), sha256);
		if (table[i].by_certificate)
			strcpy(r.subject, sha256);
		assert_int_equal(DONE, take(h, NOW, id));
		assert_int_equal(DONE, store_rule_set(store, &r, &why));
		assert_int_equal(DONE,
		    store_settle(store, id, table[i].as, because(table[i].code),
			NULL, NOW, &why));
		assert_int_equal(NOTHING, next(NOW + 9, again, &tries));
		assert_int_equal(DONE,
		    table[i].allow ? store_rule_allow(store, &r, &why)
				   : store_rule_lift(store, &r, &why));
		assert_int_equal(table[i].due ? DONE : NOTHING,
		    next(NOW + 9, again, &tries));
		if (!table[i].due)
			continue;
		assert_string_equal(id, again);
		assert_int_equal(DONE,
		    store_settle(store, id, NOTHING, because(REASON_UNCHANGED),
			NULL, NOW, &why));
	}
	assert_int_equal(DONE, store_check(store, &why));
}

/* A pin is the word that a human was waited for. */
static void
pinning_makes_due(void **state)
{
	struct store_rule r = rule(STORE_PIN, PARTNER);
	char id[STORE_ID], again[STORE_ID];
	unsigned tries;

	(void)state;
	strcpy(r.certificate, FINGERPRINT);
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	assert_int_equal(DONE,
	    store_settle(
		store, id, HELD, because(REASON_KEY_CHANGE), NULL, NOW, &why));
	assert_int_equal(DONE, store_rule_set(store, &r, &why));
	assert_int_equal(DONE, next(NOW, again, &tries));
	assert_string_equal(id, again);
}

static void
publish(unsigned harvest)
{
	struct store_publication p = publication_for(1);
	char id[STORE_ID];

	assert_int_equal(DONE, take(sample_harvest(1, harvest), NOW, id));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
}

/* From a publication over its end by somebody else to the next. */
static void
vanished_and_allowed(void **state)
{
	struct store_rule r = rule(STORE_VETO, PARTNER);
	struct store_publication p;

	(void)state;
	publish(1);
	counts_are(0, 0, 1);
	assert_int_equal(DONE, store_rule_found(store, &r, &why));
	reopen();
	assert_true(rules_now("").veto);
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	assert_int_equal(DONE, store_remembered(store, PARTNER, &p, &why));
	assert_int_equal(p.gone, NOW);
	assert_int_equal(p.lost, 1);
	assert_int_equal(p.lost_at, NOW);
	counts_are(0, 0, 0);
	/* found once more: counted once */
	assert_int_equal(DONE, store_rule_found(store, &r, &why));
	assert_int_equal(DONE, store_remembered(store, PARTNER, &p, &why));
	assert_int_equal(p.lost, 1);

	assert_int_equal(DONE, store_rule_allow(store, &r, &why));
	assert_true(rules_now("").allowed && !rules_now("").veto);
	assert_int_equal(NOTHING, store_rule_allow(store, &r, &why));
	publish(2);
	assert_false(rules_now("").allowed);
	assert_int_equal(DONE, store_published(store, PARTNER, &p, &why));
	counts_are(0, 0, 1);
}

static void
notes_about_publications(void **state)
{
	struct store_counts counts;
	struct store_publication p;

	(void)state;
	assert_int_equal(
	    NOTHING, store_note_missing(store, PARTNER, NOW, &why));
	publish(1);
	assert_int_equal(DONE, store_note_missing(store, PARTNER, NOW, &why));
	assert_int_equal(DONE, store_note_shadowed(store, PARTNER, true, &why));
	assert_int_equal(
	    NOTHING, store_note_shadowed(store, PARTNER, true, &why));
	assert_int_equal(DONE, store_count(store, &counts, &why));
	assert_int_equal(counts.shadowed, 1);
	assert_int_equal(DONE, store_published(store, PARTNER, &p, &why));
	assert_int_equal(p.missing, NOW);
	assert_true(p.shadowed);
	assert_int_equal(DONE, store_note_gone(store, PARTNER, NOW, &why));
	assert_int_equal(NOTHING, store_note_gone(store, PARTNER, NOW, &why));
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	assert_int_equal(DONE, store_remembered(store, PARTNER, &p, &why));
	assert_int_equal(p.lost, 0);
	assert_int_equal(DONE, store_count(store, &counts, &why));
	assert_int_equal(counts.shadowed, 0);
}

static void
rule_count(void *arg, const struct store_rule *r)
{
	unsigned *n = arg;

	assert_int_equal(r->by.uid, 1000);
	assert_string_equal(r->by.name, "ann");
	(*n)++;
}

static void
all_rules(void **state)
{
	struct store_rule a = rule(STORE_VETO, PARTNER);
	struct store_rule b = rule(STORE_BAN, PARTNER);
	unsigned n = 0;

	(void)state;
	assert_int_equal(DONE, store_rule_set(store, &a, &why));
	assert_int_equal(DONE, store_rule_set(store, &b, &why));
	assert_int_equal(
	    DONE, store_rules_visit(store, 9, rule_count, &n, &why));
	assert_int_equal(n, 2);
	n = 0;
	assert_int_equal(
	    DONE, store_rules_visit(store, 1, rule_count, &n, &why));
	assert_int_equal(n, 1);
}

static struct store_order
order_for(const char *subject)
{
	struct store_order o = {.kind = STORE_WITHDRAW,
	    .note = "left the company",
	    .asked = NOW,
	    .by = {.uid = 1000, .name = "ann"}};

	snprintf(o.subject, sizeof o.subject, "%s", subject);
	return o;
}

/* From the word to its end, over a crash in between. */
static void
orders_are_carried_out_once(void **state)
{
	struct store_order in = order_for(PARTNER), out;
	struct store_publication p;
	int64_t id = 0, same = 0, due = 0;

	(void)state;
	assert_int_equal(NOTHING, store_order_next(store, NOW, &out, &why));
	assert_int_equal(NOTHING, store_order_due(store, &due, &why));
	publish(1);
	assert_int_equal(DONE, store_order_put(store, &in, &id, &why));
	assert_true(id > 0);
	assert_int_equal(DONE, store_order_put(store, &in, &same, &why));
	assert_int_equal(id, same);
	reopen();
	/* nothing may be published from now on */
	assert_true(rules_now("").veto);
	assert_int_equal(DONE, store_order_next(store, NOW, &out, &why));
	assert_int_equal(out.id, id);
	assert_string_equal(out.subject, PARTNER);
	assert_string_equal(out.note, in.note);
	assert_int_equal(out.by.uid, 1000);
	assert_int_equal(out.ended, 0);

	assert_int_equal(DONE,
	    store_order_put_off(
		store, id, NOW + 60, because(REASON_DIRECTORY_DOWN), &why));
	assert_int_equal(NOTHING, store_order_next(store, NOW, &out, &why));
	assert_int_equal(DONE, store_order_due(store, &due, &why));
	assert_int_equal(due, NOW + 60);
	assert_int_equal(DONE, store_make_due(store, NOW, &why));
	assert_int_equal(DONE, store_order_next(store, NOW, &out, &why));
	assert_int_equal(out.tries, 1);
	assert_int_equal(out.reason.code, REASON_DIRECTORY_DOWN);

	assert_int_equal(
	    DONE, store_order_intend(store, &out, "x", NULL, NOW, &why));
	assert_int_equal(BROKEN,
	    store_order_settle(
		store, &out, LATER, because(REASON_MEMORY), NOW, &why));
	assert_int_equal(DONE,
	    store_order_settle(
		store, &out, DONE, because(REASON_OK), NOW, &why));
	assert_int_equal(NOTHING,
	    store_order_settle(
		store, &out, DONE, because(REASON_OK), NOW, &why));
	assert_int_equal(NOTHING, store_published(store, PARTNER, &p, &why));
	assert_int_equal(NOTHING, store_order_next(store, NOW, &out, &why));
	assert_int_equal(DONE, store_order_get(store, id, &out, &why));
	assert_int_equal(out.ended, NOW);
	assert_int_equal(out.outcome, DONE);
	assert_int_equal(NOTHING, store_order_get(store, id + 1, &out, &why));
	/* and anew afterwards */
	assert_int_equal(DONE, store_order_put(store, &in, &same, &why));
	assert_true(same > id);
}

static void
orders_in_order(void **state)
{
	struct store_order a = order_for(PARTNER), b = order_for("b@b.example");
	struct store_order out;
	int64_t first = 0, second = 0;

	(void)state;
	assert_int_equal(DONE, store_order_put(store, &a, &first, &why));
	assert_int_equal(DONE, store_order_put(store, &b, &second, &why));
	assert_int_equal(DONE, store_order_next(store, NOW, &out, &why));
	assert_int_equal(out.id, first);
	assert_int_equal(DONE,
	    store_order_settle(
		store, &out, HELD, because(REASON_AMBIGUOUS), NOW, &why));
	assert_int_equal(DONE, store_order_get(store, first, &out, &why));
	assert_int_equal(out.outcome, HELD);
	assert_int_equal(out.reason.code, REASON_AMBIGUOUS);
	assert_int_equal(DONE, store_order_next(store, NOW, &out, &why));
	assert_int_equal(out.id, second);
	/* a month later the first is forgotten, as another ends */
	assert_int_equal(DONE,
	    store_order_settle(store, &out, NOTHING, because(REASON_UNCHANGED),
		NOW + 32 * 86400, &why));
	assert_int_equal(NOTHING, store_order_get(store, first, &out, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(rules_stand_until_lifted),
	    ROW(another_pin_takes_the_place),
	    ROW(certificates_are_banned_for_everybody),
	    ROW(the_note_is_that_of_what_counts),
	    ROW(lifting_makes_due),
	    ROW(pinning_makes_due),
	    ROW(vanished_and_allowed),
	    ROW(notes_about_publications),
	    ROW(all_rules),
	    ROW(orders_are_carried_out_once),
	    ROW(orders_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
