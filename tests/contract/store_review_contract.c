#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/review.h"

/* What every implementation behind store/review.h must do. */
#define PARTNER "partner1@example.org"

static const struct store_review_filter anything;

static const struct store_word word = {.at = NOW + 9,
    .by = {.uid = 1000, .name = "ann"},
    .note = "asked her on the phone"};

struct reviews {
	unsigned n;
	struct store_review one[8];
};

static void
review_add(void *arg, const struct store_review *r)
{
	struct reviews *all = arg;

	assert_true(all->n < 8);
	all->one[all->n++] = *r;
}

static struct reviews
held(const struct store_review_filter *filter)
{
	struct reviews all = {.n = 0};

	assert_int_equal(
	    DONE, store_review_held(store, filter, 8, review_add, &all, &why));
	return all;
}

/* Take partner n's certificate k and have it held at that time. */
static void
hold(unsigned n, unsigned k, enum reason_code code, int64_t now,
    char id[STORE_ID])
{
	assert_int_equal(DONE, take(sample_harvest(n, k), now, id));
	assert_int_equal(
	    DONE, store_review_note(store, id, "CN=Pat", "CN=Any CA", &why));
	assert_int_equal(DONE,
	    store_settle(store, id, HELD, because(code), NULL, now, &why));
}

static struct store_review
find(const char *id)
{
	struct store_review r;

	assert_int_equal(DONE, store_review_find(store, id, &r, &why));
	assert_string_equal(r.row.id, id);
	return r;
}

/* The next one, and whether it comes as approved. */
static bool
next_is_approved(int64_t now, const char *id)
{
	const struct store_place start = {0, 0};
	struct store_due_harvest due;
	unsigned n = 0;

	assert_int_equal(
	    DONE, store_next_group(store, now, &start, 1, &due, &n, &why));
	assert_int_equal(1, n);
	assert_string_equal(due.id, id);
	harvest_free(due.harvest);
	return due.approved;
}

static void
settle(const char *id, enum outcome o, enum reason_code code, int64_t now)
{
	assert_int_equal(
	    DONE, store_settle(store, id, o, because(code), NULL, now, &why));
}

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

static void
lists_by_age_and_filter(void **state)
{
	struct store_review_filter f = anything;
	char a[STORE_ID], b[STORE_ID], c[STORE_ID];
	struct reviews all;

	(void)state;
	hold(2, 1, REASON_KEY_CHANGE, NOW + 2, b);
	hold(1, 1, REASON_AMBIGUOUS, NOW + 1, a);
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW, c));
	all = held(&f);
	assert_int_equal(2, all.n);
	assert_string_equal(all.one[0].row.id, a);
	assert_int_equal(all.one[0].held, NOW + 1);
	assert_string_equal(all.one[0].subject, "CN=Pat");
	assert_string_equal(all.one[0].issuer, "CN=Any CA");
	assert_int_equal(all.one[0].row.reason.code, REASON_AMBIGUOUS);
	assert_string_equal(all.one[1].row.id, b);
	strcpy(f.reason, "key-change");
	all = held(&f);
	assert_int_equal(1, all.n);
	assert_string_equal(all.one[0].row.id, b);
	strcpy(f.domain, "other.example");
	assert_int_equal(0, held(&f).n);
	f = anything;
	strcpy(f.domain, "example.org");
	strcpy(f.issuer, "CN=Any CA");
	assert_int_equal(2, held(&f).n);
	strcpy(f.issuer, "CN=Any");
	assert_int_equal(0, held(&f).n);
}

static void
finds_by_the_beginning(void **state)
{
	char a[STORE_ID], start[STORE_ID];
	struct store_review r;
	size_t i;

	(void)state;
	hold(1, 1, REASON_KEY_CHANGE, NOW, a);
	for (i = 4; i < STORE_ID; i++) {
		memcpy(start, a, i);
		start[i] = '\0';
		assert_int_equal(
		    DONE, store_review_find(store, start, &r, &why));
		assert_string_equal(r.row.id, a);
	}
	start[11] = start[11] == '0' ? '1' : '0';
	assert_int_equal(NOTHING, store_review_find(store, start, &r, &why));
	assert_int_equal(BROKEN, store_review_find(store, "abc", &r, &why));
	assert_int_equal(BROKEN, store_review_find(store, "", &r, &why));
	assert_int_equal(BROKEN, store_review_find(store, "abcg", &r, &why));
	assert_int_equal(BROKEN, store_review_find(store, "ABCD", &r, &why));
	/* What is due is nobody's to decide. */
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, a));
	assert_int_equal(NOTHING, store_review_find(store, a, &r, &why));
}

/* Over a crash; and once it was published it is used up: the same mail, sent
 * again in a year, must not take back what came later. */
static void
a_yes_is_good_for_one_publication(void **state)
{
	static const struct {
		enum outcome as;
		enum reason_code code;
		bool still;
	} table[] = {
	    {HELD, REASON_AMBIGUOUS, true},
	    {NOTHING, REASON_OBSERVED, true},
	    {NOTHING, REASON_UNCHANGED, false},
	    {REFUSED, REASON_CERT_EXPIRED, false},
	    {DONE, REASON_OK, false},
	};
	struct store_review r;
	char id[STORE_ID];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		unsigned n = 10 + (unsigned)i;

		hold(n, 1, REASON_KEY_CHANGE, NOW, id);
		r = find(id);
		assert_int_equal(
		    DONE, store_review_approve(store, &r, &word, &why));
		reopen();
		assert_true(next_is_approved(NOW + 10, id));
		settle(id, table[i].as, table[i].code, NOW + 10);
		assert_int_equal(
		    DONE, take(sample_harvest(n, 1), NOW + 100000, NULL));
		assert_int_equal(
		    table[i].still, next_is_approved(NOW + 100000, id));
		settle(id, NOTHING, REASON_UNCHANGED, NOW + 100000);
	}
	r.row.certificate[0] ^= 1;
	assert_int_equal(NOTHING, store_review_approve(store, &r, &word, &why));
}

static void
who_said_it_is_in_the_journal(void **state)
{
	struct store_review r;
	char id[STORE_ID];

	(void)state;
	hold(1, 1, REASON_KEY_CHANGE, NOW, id);
	r = find(id);
	assert_int_equal(DONE, store_review_reject(store, &r, &word, &why));
	assert_string_equal(entry().what, "rejected");
	assert_int_equal(entry().at, NOW + 9);
	assert_non_null(strstr(entry().text, "uid 1000 \"ann\""));
	assert_non_null(strstr(entry().text, "asked her on the phone"));
	r = find(id);
	assert_int_equal(DONE, store_review_approve(store, &r, &word, &why));
	assert_string_equal(entry().what, "approved");
	assert_non_null(strstr(entry().text, r.row.certificate));
}

/* Also for another mail of the same certificate, for this address alone. */
static void
a_no_stands_until_a_yes(void **state)
{
	struct reviews rejected = {.n = 0};
	struct store_rules rules;
	struct store_review r;
	char id[STORE_ID];

	(void)state;
	hold(1, 1, REASON_KEY_CHANGE, NOW, id);
	r = find(id);
	assert_int_equal(DONE, store_review_reject(store, &r, &word, &why));
	assert_int_equal(NOTHING, store_review_reject(store, &r, &word, &why));
	reopen();
	assert_int_equal(0, held(&anything).n);
	counts_are(0, 0, 0);
	assert_int_equal(DONE,
	    store_review_rejected(
		store, &anything, 8, review_add, &rejected, &why));
	assert_int_equal(1, rejected.n);
	assert_string_equal(rejected.one[0].row.state, "refused");
	assert_string_equal(
	    rejected.one[0].row.reason.text, "asked her on the phone");
	assert_int_equal(DONE,
	    store_rules_of(store, PARTNER, r.row.certificate, &rules, &why));
	assert_true(rules.rejected);
	assert_string_equal(rules.note, "asked her on the phone");
	assert_int_equal(DONE,
	    store_rules_of(store, "partner2@example.org", r.row.certificate,
		&rules, &why));
	assert_false(rules.rejected);
	r = find(id);
	assert_int_equal(DONE, store_review_approve(store, &r, &word, &why));
	assert_true(next_is_approved(NOW + 9, id));
	assert_int_equal(DONE,
	    store_rules_of(store, PARTNER, r.row.certificate, &rules, &why));
	assert_false(rules.rejected);
	assert_int_equal(DONE, store_check(store, &why));
}

/* Decided on anew it is held as long as before. */
static void
held_since_the_first_time(void **state)
{
	char id[STORE_ID];

	(void)state;
	hold(1, 1, REASON_KEY_CHANGE, NOW, id);
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW + 7200, NULL));
	assert_int_equal(0, held(&anything).n);
	settle(id, HELD, REASON_AMBIGUOUS, NOW + 7200);
	assert_int_equal(held(&anything).one[0].held, NOW);
	assert_int_equal(held(&anything).one[0].seen, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(lists_by_age_and_filter),
	    ROW(finds_by_the_beginning),
	    ROW(a_yes_is_good_for_one_publication),
	    ROW(who_said_it_is_in_the_journal),
	    ROW(a_no_stands_until_a_yes),
	    ROW(held_since_the_first_time),
	};

	return cmocka_run_group_tests_name("store_review", tests, NULL, NULL);
}
