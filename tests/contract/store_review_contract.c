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

/* It was said to what stood there: while it waits for something else, the
 * partner renews, and must not be put out by it. */
static void
a_yes_is_over_when_another_is_published(void **state)
{
	struct store_publication p = publication_for(1);
	char renewed[STORE_ID], other[STORE_ID], stranger[STORE_ID];
	struct store_review r;

	(void)state;
	hold(1, 1, REASON_KEY_CHANGE, NOW, other);
	hold(2, 1, REASON_KEY_CHANGE, NOW, stranger);
	r = find(other);
	assert_int_equal(DONE, store_review_approve(store, &r, &word, &why));
	settle(other, HELD, REASON_AMBIGUOUS, NOW + 10);
	r = find(stranger);
	assert_int_equal(DONE, store_review_approve(store, &r, &word, &why));
	settle(stranger, HELD, REASON_AMBIGUOUS, NOW + 10);
	assert_int_equal(DONE, take(sample_harvest(1, 2), NOW + 20, renewed));
	assert_int_equal(DONE,
	    store_settle(
		store, renewed, DONE, because(REASON_OK), &p, NOW + 20, &why));
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW + 100000, NULL));
	assert_false(next_is_approved(NOW + 100000, other));
	settle(other, HELD, REASON_KEY_CHANGE, NOW + 100000);
	/* that of another address stands */
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW + 100000, NULL));
	assert_true(next_is_approved(NOW + 100000, stranger));
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

/* Partner n of a domain of its own is held at that time. */
static void
hold_of(unsigned n, const char *address, int64_t now, char id[STORE_ID])
{
	struct harvest *h = sample_harvest(n, 1);

	strcpy(h->address, address);
	assert_int_equal(DONE, take(h, now, id));
	settle(id, HELD, REASON_RATE, now);
}

static void
trims_to(
    const char *domain, unsigned in_domain, unsigned in_all, const char *want)
{
	struct store_evicted e = {.id = ""};
	enum outcome o = store_review_trim(
	    store, domain, in_domain, in_all, NOW + 99, &e, &why);

	assert_int_equal(o, want == NULL ? NOTHING : DONE);
	if (want == NULL)
		return;
	assert_string_equal(e.id, want);
	assert_int_equal(e.why.code, REASON_REVIEW_FULL);
	assert_string_equal(e.why.text, "it was held as rate");
}

/* The oldest of its domain goes; where all is full, of the domain that has
 * most, whoever came last. */
static void
the_oldest_makes_room(void **state)
{
	char a[3][STORE_ID], b[STORE_ID], c[STORE_ID];
	struct rows rows = {.n = 0};

	(void)state;
	hold_of(1, "a@flood.example", NOW + 2, a[0]);
	hold_of(2, "b@flood.example", NOW + 3, a[1]);
	hold_of(3, "c@flood.example", NOW + 4, a[2]);
	hold_of(4, "d@other.example", NOW + 1, b);
	hold_of(5, "partner1@example.org", NOW, c);
	trims_to("flood.example", 3, 5, NULL);
	trims_to("other.example", 2, 5, NULL);
	trims_to("example.org", 3, 4, a[0]);
	assert_int_equal(4, held(&anything).n);
	trims_to("flood.example", 1, 5, a[1]);
	trims_to("flood.example", 1, 5, NULL);
	trims_to("flood.example", 1, 2, c);
	assert_string_equal(entry().what, "refused");
	assert_string_equal(entry().text, "review-full: it was held as rate");
	assert_int_equal(
	    DONE, store_show(store, PARTNER, 8, row_add, &rows, &why));
	assert_string_equal(rows.row[0].state, "refused");
	assert_int_equal(rows.row[0].reason.code, REASON_REVIEW_FULL);
	/* the next mail brings it back */
	rows.n = 0;
	hold_of(5, "partner1@example.org", NOW + 7200, c);
	assert_int_equal(held(&anything).n, 3);
}

/* Anybody can make a certificate in a partner's name, as many as he likes: that
 * goes first, and what came without proof of its sender before what did not. */
static void
what_anybody_can_make_goes_first(void **state)
{
	static const struct {
		const char *address;
		enum reason_code chain, code;
		enum authentication_result dmarc, dkim;
	} held_as[] = {
	    {"a@y.example", REASON_OK, REASON_KEY_CHANGE, 0, 0},
	    {"b@y.example", REASON_OK, REASON_PINNED, 0, 0},
	    {"c@x.example", REASON_CHAIN_UNKNOWN, REASON_CHAIN_UNKNOWN,
		AUTHENTICATION_PASS, 0},
	    {"d@x.example", REASON_CHAIN_UNKNOWN, REASON_CHAIN_UNKNOWN, 0,
		AUTHENTICATION_PASS},
	    {"e@x.example", REASON_CHAIN_UNKNOWN, REASON_PINNED, 0, 0},
	    {"f@x.example", REASON_OK, REASON_CHAIN_UNKNOWN,
		AUTHENTICATION_FAIL, 0},
	    {"g@y.example", REASON_CHAIN_UNKNOWN, REASON_VETO, 0, 0},
	    {"h@y.example", REASON_CHAIN_UNKNOWN, REASON_AMBIGUOUS, 0, 0},
	    {"i@y.example", REASON_OK, REASON_RATE, 0, 0},
	};
	static const unsigned go[] = {4, 5, 2, 6, 0, 1, 7};
	char id[9][STORE_ID];
	struct store_evicted e;
	struct harvest *h;
	unsigned i;

	(void)state;
	for (i = 0; i < 9; i++) {
		h = sample_harvest(i + 1, 1);
		strcpy(h->address, held_as[i].address);
		h->chain.code = held_as[i].chain;
		h->authentication.dmarc = held_as[i].dmarc;
		h->authentication.dkim = held_as[i].dkim;
		assert_int_equal(DONE, take(h, NOW + i, id[i]));
		settle(id[i], HELD, held_as[i].code, NOW + i);
	}
	/* in all at first: y.example has more, but not of what goes first */
	for (i = 0; i < sizeof go / sizeof go[0]; i++) {
		assert_int_equal(DONE,
		    store_review_trim(store, i < 3 ? "x.example" : "y.example",
			i == 0 ? 9 : 1, i == 0 ? 8 : 9, NOW, &e, &why));
		assert_string_equal(e.id, id[go[i]]);
	}
	assert_int_equal(2, held(&anything).n);
}

static void
what_there_is_to_look_at(void **state)
{
	struct harvest *h = sample_harvest(1, 1), *out = NULL;
	char id[STORE_ID], sha256[DIGEST_HEX];
	struct bytes der = {NULL, 0};

	(void)state;
	digest_sha256_hex(span_bytes(&h->certificate), sha256);
	assert_int_equal(NOTHING, store_certificate(store, sha256, &der, &why));
	hold(1, 1, REASON_KEY_CHANGE, NOW, id);
	assert_int_equal(DONE, store_review_harvest(store, id, &out, &why));
	assert_string_equal(out->address, h->address);
	assert_true(span_equal(
	    span_bytes(&out->certificate), span_bytes(&h->certificate)));
	assert_int_equal(out->n_others, h->n_others);
	assert_int_equal(DONE, store_certificate(store, sha256, &der, &why));
	assert_true(span_equal(span_bytes(&der), span_bytes(&h->certificate)));
	harvest_free(out);
	harvest_free(h);
	bytes_clear(&der);
	id[0] ^= 1;
	assert_int_equal(NOTHING, store_review_harvest(store, id, &out, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(lists_by_age_and_filter),
	    ROW(finds_by_the_beginning),
	    ROW(a_yes_is_good_for_one_publication),
	    ROW(a_yes_is_over_when_another_is_published),
	    ROW(who_said_it_is_in_the_journal),
	    ROW(a_no_stands_until_a_yes),
	    ROW(held_since_the_first_time),
	    ROW(the_oldest_makes_room),
	    ROW(what_anybody_can_make_goes_first),
	    ROW(what_there_is_to_look_at),
	};

	return cmocka_run_group_tests_name("store_review", tests, NULL, NULL);
}
