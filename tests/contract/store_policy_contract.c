#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/newcomers.h"
#include "store/observed.h"
#include "store/review.h"
#include "store/rules.h"
#include "store/seen.h"
#include "store/tidy.h"

/*
 * What every implementation of what policy remembers must do:
 * store/newcomers.h, store/observed.h, store/seen.h.
 */
#define HOUR 3600

static void
newcomers_are(const char *address, int64_t at, int64_t all, int64_t domain)
{
	struct store_newcomers n;

	assert_int_equal(
	    DONE, store_newcomers_count(store, address, at, &n, &why));
	assert_int_equal(n.all, all);
	assert_int_equal(n.domain, domain);
}

/* By the hour of the mail, over a crash, each once. */
static void
newcomers_are_counted(void **state)
{
	static const char *const some[] = {
	    "a@p.example", "b@p.example", "a@q.example", "a@p.example"};
	int64_t at = NOW - NOW % HOUR;
	size_t i;

	(void)state;
	newcomers_are("x@p.example", at, 0, 0);
	for (i = 0; i < sizeof some / sizeof some[0]; i++)
		assert_int_equal(DONE,
		    store_newcomers_add(
			store, some[i], at + (int64_t)i * 1000, &why));
	reopen();
	newcomers_are("x@p.example", at + 3599, 3, 2);
	newcomers_are("x@q.example", at, 3, 1);
	/* not the one who is asked about */
	newcomers_are("a@p.example", at, 2, 1);
	newcomers_are("x@p.example", at + 3600, 0, 0);
	newcomers_are("x@p.example", at - 1, 0, 0);
}

/* Hours are forgotten, and not those that a backlog is about. */
static void
newcomers_are_forgotten(void **state)
{
	int64_t day = 86400;

	(void)state;
	assert_int_equal(
	    DONE, store_newcomers_add(store, "a@p.example", NOW, &why));
	assert_int_equal(DONE,
	    store_newcomers_add(store, "b@p.example", NOW + 7 * day, &why));
	newcomers_are("x@p.example", NOW, 1, 1);
	assert_int_equal(DONE,
	    store_newcomers_add(store, "c@p.example", NOW + 60 * day, &why));
	newcomers_are("x@p.example", NOW, 0, 0);
	newcomers_are("x@p.example", NOW + 60 * day, 1, 1);
}

struct observed {
	unsigned n;
	struct store_observed row[4];
};

static void
observed_add(void *arg, const struct store_observed *o)
{
	struct observed *all = arg;

	assert_true(all->n < 4);
	all->row[all->n++] = *o;
}

static struct observed
observed(unsigned limit)
{
	struct observed all = {.n = 0};

	assert_int_equal(
	    DONE, store_observed_visit(store, limit, observed_add, &all, &why));
	return all;
}

/* Settled for a mail user, whose object is noted. */
static void
hold_for_user(unsigned n, unsigned version, int64_t now, char id[STORE_ID])
{
	struct store_observed o = {.object = "0a0b", .dn = "CN=user"};

	assert_int_equal(DONE, take(sample_harvest(n, version), now, o.id));
	assert_int_equal(DONE,
	    store_settle(store, o.id, HELD, because(REASON_IS_MAIL_USER), NULL,
		now, &why));
	assert_int_equal(DONE, store_observed_note(store, &o, &why));
	snprintf(id, STORE_ID, "%s", o.id);
}

struct work {
	unsigned n;
	struct store_work row[4];
	char certificate[4][DIGEST_HEX];
};

static void
work_add(void *arg, const struct store_work *w)
{
	struct work *all = arg;

	assert_true(all->n < 4);
	if (w->user)
		digest_sha256_hex(w->certificate, all->certificate[all->n]);
	all->row[all->n++] = *w;
}

static struct work
worklist(int64_t since)
{
	struct work all = {.n = 0};

	assert_int_equal(
	    DONE, store_worklist(store, since, work_add, &all, &why));
	return all;
}

/* A mail user is work for Exchange, with the newest certificate that is held;
 * what is decided otherwise is none, and is no plan of ours either. */
static void
mail_users_are_work(void **state)
{
	struct harvest *newest = sample_harvest(1, 2);
	const struct store_word no = {.at = NOW + 20, .note = "no"};
	char id[2][STORE_ID], sha256[DIGEST_HEX];
	struct store_review held;
	struct work all;

	(void)state;
	digest_sha256_hex(span_bytes(&newest->certificate), sha256);
	harvest_free(newest);
	hold_for_user(1, 1, NOW, id[0]);
	hold_for_user(1, 2, NOW + 10, id[1]);
	reopen();
	all = worklist(0);
	assert_int_equal(all.n, 1);
	assert_true(all.row[0].user);
	assert_string_equal(all.row[0].object, "0a0b");
	assert_string_equal(all.row[0].address, "partner1@example.org");
	assert_string_equal(all.certificate[0], sha256);
	assert_int_equal(all.row[0].made, NOW + 10);
	assert_int_equal(worklist(NOW + 11).n, 0);
	assert_int_equal(observed(9).n, 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(
		    DONE, store_review_find(store, id[i], &held, &why));
		assert_int_equal(
		    DONE, store_review_reject(store, &held, &no, &why));
	}
	assert_int_equal(worklist(0).n, 0);
}

/* One of partner n is settled as observed, with a plan. */
static void
observe(unsigned n, unsigned version, const char *object)
{
	struct store_observed o = {.dn = "CN=x", .plan = "add it"};

	snprintf(o.object, sizeof o.object, "%s", object);
	assert_int_equal(DONE, take(sample_harvest(n, version), NOW, o.id));
	assert_int_equal(DONE,
	    store_settle(store, o.id, NOTHING, because(REASON_OBSERVED), NULL,
		NOW + 5, &why));
	assert_int_equal(DONE, store_observed_note(store, &o, &why));
}

/* What was planned is told by address, until it is decided otherwise. */
static void
plans_are_told(void **state)
{
	struct store_observed none = {.id = "00"};
	struct observed all;

	(void)state;
	assert_int_equal(NOTHING, store_observed_note(store, &none, &why));
	observe(2, 1, "");
	observe(1, 1, "0011");
	observe(1, 2, "0011");
	reopen();
	all = observed(9);
	assert_int_equal(all.n, 3);
	assert_string_equal(all.row[0].address, "partner1@example.org");
	assert_string_equal(all.row[0].object, "0011");
	assert_string_equal(all.row[0].dn, "CN=x");
	assert_string_equal(all.row[0].plan, "add it");
	assert_int_equal(all.row[0].looked, NOW + 5);
	assert_int_equal(strlen(all.row[0].certificate), DIGEST_HEX - 1);
	assert_string_not_equal(all.row[0].certificate, all.row[1].certificate);
	assert_string_equal(all.row[2].address, "partner2@example.org");
	assert_string_equal(all.row[2].object, "");
	assert_int_equal(observed(2).n, 2);
}

/* They are due again by address, and then no plans any more. */
static void
plans_are_due(void **state)
{
	char addresses[4][ADDRESS_SIZE];
	char id[STORE_ID];
	unsigned n, tries;

	(void)state;
	assert_int_equal(NOTHING,
	    store_observed_addresses(store, "", 4, addresses, &n, &why));
	observe(1, 1, "");
	observe(2, 1, "");
	observe(3, 1, "");
	assert_int_equal(
	    DONE, store_observed_addresses(store, "", 2, addresses, &n, &why));
	assert_int_equal(n, 2);
	assert_string_equal(addresses[1], "partner2@example.org");
	assert_int_equal(DONE,
	    store_observed_addresses(
		store, "partner2@example.org", 4, addresses, &n, &why));
	assert_int_equal(n, 1);
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(
	    DONE, store_observed_due(store, "partner1@example.org", NOW, &why));
	assert_int_equal(NOTHING,
	    store_observed_due(store, "partner1@example.org", NOW, &why));
	assert_int_equal(NOTHING,
	    store_observed_due(store, "partner9@example.org", NOW, &why));
	assert_int_equal(observed(9).n, 2);
	assert_int_equal(DONE, next(NOW, id, &tries));
	assert_int_equal(DONE,
	    store_settle(
		store, id, HELD, because(REASON_IS_USER), NULL, NOW, &why));
	assert_int_equal(NOTHING, next(NOW, id, &tries));
	assert_int_equal(
	    DONE, store_observed_addresses(store, "", 4, addresses, &n, &why));
	assert_int_equal(n, 2);
}

#define DAY 86400
#define PARTNER "partner1@example.org"

/* A mail of partner 1 with certificate number version, so many days later. */
static void
mail(unsigned version, int64_t days, bool authenticated)
{
	struct harvest *h = sample_harvest(1, version);

	h->received = NOW + days * DAY;
	h->authentication = (struct authentication){
	    .dmarc = authenticated ? AUTHENTICATION_PASS : AUTHENTICATION_FAIL};
	(void)!take(h, NOW + days * DAY, NULL);
}

static void
fingerprint(unsigned version, char out[DIGEST_HEX])
{
	struct harvest *h = sample_harvest(1, version);

	digest_sha256_hex(span_bytes(&h->certificate), out);
	harvest_free(h);
}

/* Certificate number version is published for partner 1. */
static struct store_publication
publish(unsigned version, int64_t days)
{
	struct store_publication p = publication_for(1);
	unsigned tries;
	char id[STORE_ID];

	fingerprint(version, p.certificate);
	p.published = NOW + days * DAY;
	mail(version, days, true);
	assert_int_equal(DONE, next(INT64_MAX, id, &tries));
	assert_int_equal(DONE,
	    store_settle(
		store, id, DONE, because(REASON_OK), &p, p.published, &why));
	return p;
}

static struct store_rivals
rivals(const struct store_publication *standing, unsigned version)
{
	char certificate[DIGEST_HEX];
	struct store_rivals r;

	fingerprint(version, certificate);
	assert_int_equal(
	    DONE, store_rivals(store, standing, certificate, &r, &why));
	return r;
}

/* Mails are held against the last one of the certificate that stands. */
static void
rivals_are_compared(void **state)
{
	struct store_publication p;
	struct store_rivals r;

	(void)state;
	p = publish(1, 0);
	assert_true(rivals(&p, 1).stood);
	assert_false(rivals(&p, 2).stood);
	p = publish(2, 10);
	assert_true(rivals(&p, 1).stood);
	mail(1, 11, true);
	mail(1, 11, false);
	mail(2, 12, true);
	r = rivals(&p, 1);
	assert_int_equal(r.between, 2);
	assert_int_equal(r.after, 0);
	mail(1, 12, true); /* of the same day: who knows */
	mail(1, 14, true);
	mail(1, 20, false);
	mail(1, 21, true);
	reopen();
	r = rivals(&p, 1);
	assert_int_equal(r.between, 3);
	assert_int_equal(r.after, 2);
	assert_int_equal(r.days, 7);
	/* the other one comes again: all that was before that */
	mail(2, 22, false);
	r = rivals(&p, 1);
	assert_int_equal(r.between, 6);
	assert_int_equal(r.after, 0);
	assert_int_equal(r.days, 0);
}

/* Of nobody who is published, and of nobody whose chain does not hold. */
static void
strangers_are_not_seen(void **state)
{
	struct store_publication p = publication_for(1);
	struct store_seen s;
	struct harvest *h;

	(void)state;
	mail(1, 0, true);
	mail(1, 1, true);
	assert_int_equal(rivals(&p, 1).between, 0);
	p = publish(2, 2);
	h = sample_harvest(1, 3);
	h->received = NOW + 3 * DAY;
	(void)!reason_set(&h->chain, REASON_CHAIN_UNKNOWN, "who");
	assert_int_equal(DONE, take(h, NOW + 3 * DAY, NULL));
	mail(2, 3, true);
	assert_int_equal(rivals(&p, 3).between, 0);
	/* but that which is published is no stranger's */
	h = sample_harvest(1, 2);
	h->received = NOW + 9 * DAY;
	(void)!reason_set(&h->chain, REASON_CHAIN_UNKNOWN, "who");
	assert_int_equal(DONE, take(h, NOW + 9 * DAY, NULL));
	assert_int_equal(DONE, store_seen(store, PARTNER, &s, &why));
	assert_int_equal(s.last, NOW + 9 * DAY);
}

/* What somebody said begins a new count of whose turn it was. */
static void
turns_are_forgotten(void **state)
{
	struct store_rule pin = {
	    .kind = STORE_PIN, .subject = PARTNER, .since = NOW};
	struct store_publication p;
	unsigned i;

	(void)state;
	p = publish(1, 0);
	p = publish(2, 1);
	fingerprint(1, pin.certificate);
	assert_int_equal(DONE, store_rule_set(store, &pin, &why));
	assert_false(rivals(&p, 1).stood);
	/* the last eight, of which one is the one that stands */
	for (i = 3; i < 13; i++)
		p = publish(i, i);
	assert_false(rivals(&p, 4).stood);
	assert_true(rivals(&p, 5).stood);
	assert_true(rivals(&p, 12).stood);
}

/* However many mails there are, what is kept is bounded: a year of two. */
static void
sightings_are_bounded(void **state)
{
	struct store_publication p;
	int64_t day;

	(void)state;
	p = publish(1, 0);
	for (day = 1; day < 300; day++)
		mail(day % 2 == 0 ? 2 : 3, day, true);
	/* 64 days are left, of which half are its */
	assert_in_range(rivals(&p, 2).after, 30, 34);
}

/* The last verified mail, and what was encrypted since. */
static void
partners_are_seen(void **state)
{
	struct store_seen s;
	struct harvest *h;
	unsigned i;

	(void)state;
	assert_int_equal(NOTHING, store_seen(store, PARTNER, &s, &why));
	h = sample_note(1, REASON_ENCRYPTED);
	assert_int_equal(NOTHING, take(h, NOW, NULL));
	(void)publish(1, 0);
	assert_int_equal(DONE, store_seen(store, PARTNER, &s, &why));
	assert_int_equal(s.last, NOW);
	assert_int_equal(s.encrypted + s.encrypted_since, 0);
	for (i = 2; i < 5; i++) {
		h = sample_note(1, REASON_ENCRYPTED);
		h->received = NOW + i * DAY;
		assert_int_equal(NOTHING, take(h, NOW + i * DAY, NULL));
	}
	reopen();
	assert_int_equal(DONE, store_seen(store, PARTNER, &s, &why));
	assert_int_equal(s.last, NOW);
	assert_int_equal(s.encrypted, 3);
	assert_int_equal(s.encrypted_since, NOW + 2 * DAY);
	assert_int_equal(s.encrypted_last, NOW + 4 * DAY);
	/* another certificate is signed mail, but not this one's */
	mail(2, 5, false);
	assert_int_equal(DONE, store_seen(store, PARTNER, &s, &why));
	assert_int_equal(s.last, NOW);
	assert_int_equal(s.encrypted + s.encrypted_since, 0);
	assert_int_equal(s.encrypted_last, NOW + 4 * DAY);
	mail(1, 6, false);
	assert_int_equal(DONE, store_seen(store, PARTNER, &s, &why));
	assert_int_equal(s.last, NOW + 6 * DAY);
	/* and a note of it is no row */
	counts_are(2, 0, 1);
}

/* What was seen of an address goes with what was published for it. */
static void
who_is_gone_is_forgotten(void **state)
{
	const struct store_keep keep = {.journal = 10 * DAY};
	struct store_tidying at = {.row = 0};
	struct store_publication p;
	enum outcome o;

	(void)state;
	p = publish(1, 0);
	p = publish(2, 1);
	mail(1, 2, true);
	mail(2, 3, true);
	assert_int_equal(
	    DONE, store_note_gone(store, PARTNER, NOW + 4 * DAY, &why));
	assert_int_equal(rivals(&p, 1).between, 1);
	while ((o = store_tidy(store, &keep, &at, NOW + 5 * DAY, &why)) == DONE)
		;
	assert_int_equal(o, NOTHING);
	assert_int_equal(rivals(&p, 1).between, 1);
	while (
	    (o = store_tidy(store, &keep, &at, NOW + 15 * DAY, &why)) == DONE)
		;
	assert_int_equal(o, NOTHING);
	assert_int_equal(rivals(&p, 1).between, 0);
	assert_false(rivals(&p, 1).stood);
}

struct partners {
	unsigned n;
	char address[4][ADDRESS_SIZE];
};

static void
partner_add(void *arg, const char *address)
{
	struct partners *all = arg;

	assert_true(all->n < 4);
	snprintf(all->address[all->n++], ADDRESS_SIZE, "%s", address);
}

/* Whom milters take note of: the newest first, and not who is gone. */
static void
partners_are_told(void **state)
{
	struct partners all = {.n = 0};
	struct store_publication p;
	char id[STORE_ID];
	unsigned n;

	(void)state;
	for (n = 1; n <= 3; n++) {
		p = publication_for(n);
		p.published = NOW + n;
		assert_int_equal(DONE, take(sample_harvest(n, 1), NOW, id));
		assert_int_equal(DONE,
		    store_settle(
			store, id, DONE, because(REASON_OK), &p, NOW, &why));
	}
	assert_int_equal(
	    DONE, store_note_gone(store, "partner3@example.org", NOW, &why));
	assert_int_equal(
	    DONE, store_partners(store, 4, partner_add, &all, &why));
	assert_int_equal(all.n, 2);
	assert_string_equal(all.address[0], "partner2@example.org");
	all.n = 0;
	assert_int_equal(
	    DONE, store_partners(store, 1, partner_add, &all, &why));
	assert_int_equal(all.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(newcomers_are_counted),
	    ROW(newcomers_are_forgotten),
	    ROW(mail_users_are_work),
	    ROW(plans_are_told),
	    ROW(plans_are_due),
	    ROW(rivals_are_compared),
	    ROW(strangers_are_not_seen),
	    ROW(turns_are_forgotten),
	    ROW(sightings_are_bounded),
	    ROW(partners_are_seen),
	    ROW(partners_are_told),
	    ROW(who_is_gone_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
