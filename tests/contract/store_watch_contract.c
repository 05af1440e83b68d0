#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/digest.h"
#include "store/figures.h"

/*
 * What every implementation behind store/figures.h and store/digest.h must do:
 * what those are told who watch.
 */
#define DAY ((int64_t)86400)

struct told {
	unsigned n;
	struct store_digest_row row[8];
	enum reason_code codes[8];
	int64_t counts[8];
};

static void
told_add(void *arg, const struct store_digest_row *row)
{
	struct told *t = arg;

	assert_true(t->n < 8);
	t->row[t->n++] = *row;
}

static void
reason_add(void *arg, enum reason_code code, int64_t n)
{
	struct told *t = arg;

	assert_true(t->n < 8);
	t->codes[t->n] = code;
	t->counts[t->n++] = n;
}

/* Take version 1 of partner n and have it end so at that time. */
static void
end(unsigned n, int64_t at, enum reason_code code,
    const struct store_publication *p)
{
	char id[STORE_ID];

	assert_int_equal(DONE, take(sample_harvest(n, 1), at, id));
	assert_int_equal(DONE,
	    store_settle(
		store, id, reason_outcome(code), because(code), p, at, &why));
}

static void
publish(unsigned n, int64_t at, int64_t until, enum reason_code code)
{
	struct store_publication p = publication_for(n);

	p.published = at;
	p.not_after = until;
	p.shadowed = code == REASON_SHADOWED;
	end(n, at, code, &p);
}

static unsigned
ask(enum store_digest what, int64_t from, int64_t to, unsigned limit,
    struct told *t)
{
	memset(t, 0, sizeof *t);
	assert_int_equal(DONE,
	    store_digest(store, what, from, to, limit, told_add, t, &why));
	return t->n;
}

static void
an_empty_store_has_no_figures(void **state)
{
	struct store_figures f;
	struct store_signing signing;
	struct told t = {.n = 0};
	int64_t seen = -1;

	(void)state;
	assert_int_equal(DONE, store_figures(store, &f, &why));
	assert_int_equal(f.oldest_due, 0);
	assert_int_equal(f.last_published, 0);
	assert_int_equal(DONE, store_last_seen(store, &seen, &why));
	assert_int_equal(seen, 0);
	assert_int_equal(DONE, store_held_reasons(store, reason_add, &t, &why));
	assert_int_equal(
	    DONE, store_waiting_reasons(store, reason_add, &t, &why));
	assert_int_equal(t.n, 0);
	for (unsigned i = 0; i < STORE_DIGESTS; i++)
		assert_int_equal(
		    ask((enum store_digest)i, 0, NOW + 9 * DAY, 8, &t), 0);
	assert_int_equal(DONE, store_signing_domains(store, 0, &signing, &why));
	assert_int_equal(signing.good + signing.changed, 0);
}

static void
figures_follow_what_happens(void **state)
{
	struct store_figures f;
	struct harvest *h;
	char id[STORE_ID];
	int64_t seen;

	(void)state;
	h = sample_harvest(1, 1);
	h->received = NOW - 500;
	assert_int_equal(DONE, take(h, NOW, id));
	h = sample_harvest(2, 1);
	h->received = NOW - 300;
	assert_int_equal(DONE, take(h, NOW, NULL));
	assert_int_equal(DONE, store_figures(store, &f, &why));
	assert_int_equal(f.oldest_due, NOW - 500);
	assert_int_equal(DONE, store_last_seen(store, &seen, &why));
	assert_int_equal(seen, NOW - 300);
	/* putting off changes nothing about how long it has waited */
	assert_int_equal(DONE,
	    store_put_off(store, id, NOW + 60, because(REASON_DIRECTORY_DOWN),
		NOW, &why));
	assert_int_equal(DONE, store_figures(store, &f, &why));
	assert_int_equal(f.oldest_due, NOW - 500);
	assert_int_equal(f.last_published, 0);
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK),
		&(struct store_publication){.address = "partner1@example.org",
		    .object = "0011",
		    .published = NOW + 7},
		NOW + 7, &why));
	assert_int_equal(DONE, store_figures(store, &f, &why));
	assert_int_equal(f.oldest_due, NOW - 300);
	assert_int_equal(f.last_published, NOW + 7);
}

static void
reasons_are_counted(void **state)
{
	struct told t = {.n = 0};
	char id[STORE_ID];

	(void)state;
	end(1, NOW, REASON_KEY_CHANGE, NULL);
	end(2, NOW, REASON_CHAIN_UNKNOWN, NULL);
	end(3, NOW, REASON_KEY_CHANGE, NULL);
	end(4, NOW, REASON_CHAIN_BAD, NULL); /* refused, and not held */
	assert_int_equal(DONE, store_held_reasons(store, reason_add, &t, &why));
	assert_int_equal(t.n, 2);
	assert_int_equal(t.codes[0], REASON_CHAIN_UNKNOWN);
	assert_int_equal(t.counts[0], 1);
	assert_int_equal(t.codes[1], REASON_KEY_CHANGE);
	assert_int_equal(t.counts[1], 2);
	/* one that was not tried yet waits for no reason */
	assert_int_equal(DONE, take(sample_harvest(5, 1), NOW, NULL));
	assert_int_equal(DONE, take(sample_harvest(6, 1), NOW, id));
	assert_int_equal(DONE,
	    store_put_off(store, id, NOW + 60, because(REASON_CONTACT_REFUSED),
		NOW, &why));
	t.n = 0;
	assert_int_equal(
	    DONE, store_waiting_reasons(store, reason_add, &t, &why));
	assert_int_equal(t.n, 1);
	assert_int_equal(t.codes[0], REASON_CONTACT_REFUSED);
	assert_int_equal(t.counts[0], 1);
}

static void
publications_are_told_by_time(void **state)
{
	struct told t;

	(void)state;
	publish(1, NOW, NOW + 20 * DAY, REASON_OK);
	publish(2, NOW + 100, NOW + 5 * DAY, REASON_OK);
	publish(3, NOW + 200, NOW + 400 * DAY, REASON_KEY_CHANGED);
	publish(4, NOW + 50, NOW + 400 * DAY, REASON_SHADOWED);
	/* newest first, at a time or later */
	assert_int_equal(ask(STORE_DIGEST_PUBLISHED, NOW + 50, 0, 8, &t), 3);
	assert_string_equal(t.row[0].address, "partner3@example.org");
	assert_string_equal(t.row[2].address, "partner4@example.org");
	assert_int_equal(t.row[0].total, 3);
	assert_string_equal(t.row[0].issuer, "CN=CA");
	assert_string_equal(t.row[0].message_id, "<1@mail.example>");
	/* the total says how many the limit keeps back */
	assert_int_equal(ask(STORE_DIGEST_PUBLISHED, 0, 0, 1, &t), 1);
	assert_int_equal(t.row[0].total, 4);
	/* the next to expire first; from now on, before the end */
	assert_int_equal(
	    ask(STORE_DIGEST_EXPIRING, NOW, NOW + 30 * DAY, 8, &t), 2);
	assert_string_equal(t.row[0].address, "partner2@example.org");
	assert_int_equal(t.row[0].not_after, NOW + 5 * DAY);
	assert_true(t.row[0].last_seen > 0);
	assert_int_equal(ask(STORE_DIGEST_EXPIRING, NOW + 5 * DAY + 1,
			     NOW + 20 * DAY, 8, &t),
	    0);
	assert_int_equal(ask(STORE_DIGEST_SHADOWED, 0, 0, 8, &t), 1);
	assert_string_equal(t.row[0].address, "partner4@example.org");
	assert_int_equal(ask(STORE_DIGEST_CHANGED, NOW + 200, 0, 8, &t), 1);
	assert_string_equal(t.row[0].address, "partner3@example.org");
	assert_int_equal(t.row[0].published, NOW + 200);
	assert_int_equal(ask(STORE_DIGEST_CHANGED, NOW + 201, 0, 8, &t), 0);
	/* what we took out is told of no more */
	assert_int_equal(DONE,
	    store_note_gone(store, "partner2@example.org", NOW + 300, &why));
	assert_int_equal(
	    ask(STORE_DIGEST_EXPIRING, NOW, NOW + 30 * DAY, 8, &t), 1);
	assert_int_equal(ask(STORE_DIGEST_PUBLISHED, 0, 0, 8, &t), 3);
}

static void
add_note(const char *address, enum reason_code code, int64_t received)
{
	struct harvest *h = sample_note(1, code);

	snprintf(h->address, sizeof h->address, "%s", address);
	h->received = received;
	assert_int_equal(DONE, take(h, received, NULL));
}

/* By domain, however many mails; only what was changed on its way. */
static void
domains_that_sign_are_counted(void **state)
{
	struct store_signing signing;
	struct harvest *h = sample_harvest(1, 1);

	(void)state;
	h->received = NOW;
	assert_int_equal(DONE, take(h, NOW, NULL));
	h = sample_harvest(2, 1); /* of the same domain */
	h->received = NOW;
	assert_int_equal(DONE, take(h, NOW, NULL));
	add_note("a@one.example", REASON_DIGEST_MISMATCH, NOW);
	add_note("b@one.example", REASON_DIGEST_MISMATCH, NOW);
	add_note("a@two.example", REASON_BODY_FOOTER, NOW);
	add_note("a@three.example", REASON_NOT_FROM, NOW);
	add_note("a@four.example", REASON_DIGEST_MISMATCH, NOW - 100);
	assert_int_equal(
	    DONE, store_signing_domains(store, NOW, &signing, &why));
	assert_int_equal(signing.good, 1);
	assert_int_equal(signing.changed, 2);
	assert_int_equal(
	    DONE, store_signing_domains(store, NOW - 100, &signing, &why));
	assert_int_equal(signing.changed, 3);
	assert_int_equal(
	    DONE, store_signing_domains(store, NOW + 1, &signing, &why));
	assert_int_equal(signing.good + signing.changed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(an_empty_store_has_no_figures),
	    ROW(figures_follow_what_happens),
	    ROW(reasons_are_counted),
	    ROW(publications_are_told_by_time),
	    ROW(domains_that_sign_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
