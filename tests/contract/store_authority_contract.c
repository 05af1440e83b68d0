#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

#include "store/authority.h"

/* What every implementation behind store/authority.h must do. */
static const struct store_word word = {.at = NOW + 9,
    .by = {.uid = 1000, .name = "ann"},
    .note = "read to me on the phone"};

/* Fingerprint n. */
static const char *
print(unsigned n)
{
	static char hex[4][DIGEST_HEX];
	static unsigned next;
	char *out = hex[next++ % 4];

	snprintf(out, DIGEST_HEX, "%064x", n);
	return out;
}

/* Harvest n, of CA ca, of that kind, from that address, is held. */
static void
hold_kind(unsigned n, unsigned ca, const char *kind, const char *address,
    bool vouched, int64_t now, char *id)
{
	struct harvest *h = sample_harvest(n, 1);
	char own[STORE_ID];

	strcpy(h->address, address);
	assert_int_equal(DONE, take(h, now, own));
	assert_int_equal(DONE,
	    store_authority_note(store,
		&(struct store_authority_seen){
		    .id = own,
		    .address = address,
		    .fingerprint = print(ca),
		    .kind = kind,
		    .name = "CN=\"Any\" CA",
		    .der = span_str("certificate"),
		    .vouched = vouched,
		},
		now, &why));
	assert_int_equal(DONE,
	    store_settle(store, own, HELD, because(REASON_CHAIN_UNKNOWN), NULL,
		now, &why));
	if (id != NULL)
		memcpy(id, own, STORE_ID);
}

static void
hold(unsigned n, unsigned ca, const char *address, bool vouched, int64_t now,
    char *id)
{
	hold_kind(n, ca, "root", address, vouched, now, id);
}

static struct store_authority
get(unsigned ca)
{
	struct store_authority a;

	assert_int_equal(DONE, store_authority_get(store, print(ca), &a, &why));
	return a;
}

static bool
is_there(unsigned ca)
{
	struct store_authority a;
	enum outcome o = store_authority_get(store, print(ca), &a, &why);

	assert_true(o == DONE || o == NOTHING);
	return o == DONE;
}

static unsigned
release(const char *stamp, bool all)
{
	unsigned n = 99;

	assert_int_equal(
	    DONE, store_release(store, stamp, all, NOW + 10, &n, &why));
	return n;
}

struct users {
	unsigned n;
	struct store_authority_user one[8];
};

static void
user_add(void *arg, const struct store_authority_user *u)
{
	struct users *all = arg;

	assert_true(all->n < 8);
	all->one[all->n++] = *u;
}

static void
count(void *arg, const struct store_authority *a)
{
	(void)a;
	++*(unsigned *)arg;
}

static unsigned
how_many(enum store_authority_state state)
{
	unsigned n = 0;

	assert_int_equal(
	    DONE, store_authorities(store, state, 5000, count, &n, &why));
	return n;
}

static void
who_uses_it(void **state)
{
	struct users users = {.n = 0};
	struct bytes der = {NULL, 0};
	struct store_authority a;

	(void)state;
	assert_false(is_there(1));
	hold(1, 1, "pat@partner.example", false, NOW, NULL);
	hold(2, 1, "eve@partner.example", true, NOW + 1, NULL);
	hold(3, 1, "tom@other.example", false, NOW + 2, NULL);
	hold(4, 1, "pat@partner.example", false, NOW + 3, NULL);
	hold(5, 2, "pat@partner.example", false, NOW + 4, NULL);
	reopen();
	a = get(1);
	assert_string_equal(a.kind, "root");
	assert_string_equal(a.name, "CN=\"Any\" CA");
	assert_int_equal(a.state, STORE_AUTHORITY_SEEN);
	assert_int_equal(a.first_seen, NOW);
	assert_int_equal(a.last_seen, NOW + 3);
	assert_int_equal(a.seen, 4);
	assert_int_equal(a.addresses, 3);
	assert_int_equal(a.domains, 2);
	assert_int_equal(a.held, 4);
	assert_true(a.vouched);
	assert_false(get(2).vouched);
	assert_int_equal(DONE,
	    store_authority_users(store, print(1), 8, user_add, &users, &why));
	assert_int_equal(users.n, 3);
	assert_string_equal(users.one[0].address, "pat@partner.example");
	assert_int_equal(users.one[0].seen, 2);
	assert_int_equal(
	    DONE, store_authority_der(store, print(1), &der, &why));
	assert_true(span_equal(span_bytes(&der), span_str("certificate")));
	bytes_clear(&der);
	assert_int_equal(
	    NOTHING, store_authority_der(store, print(7), &der, &why));
	assert_int_equal(how_many(STORE_AUTHORITY_SEEN), 2);
}

/* Those of a domain that nobody vouched for make room for each other, and no
 * other domain's, nor what an administrator spoke about. */
static void
bounded_of_a_domain(void **state)
{
	unsigned i;

	(void)state;
	hold(1, 1, "pat@partner.example", true, NOW, NULL);
	hold(2, 2, "pat@other.example", false, NOW, NULL);
	hold(3, 3, "pat@partner.example", false, NOW, NULL);
	assert_int_equal(DONE,
	    store_authority_decide(
		store, print(3), STORE_AUTHORITY_REJECTED, "", &word, &why));
	for (i = 10; i < 60; i++)
		hold(i, i, "eve@partner.example", false, NOW + i, NULL);
	assert_true(is_there(1) && is_there(2) && is_there(3));
	assert_int_equal(how_many(STORE_AUTHORITY_SEEN), 21);
	assert_true(is_there(59));
	assert_false(is_there(10));
}

static void
bounded_in_all(void **state)
{
	char address[ADDRESS_SIZE];
	unsigned i;

	(void)state;
	assert_int_equal(DONE, store_group_begin(store, &why));
	hold(1, 1, "pat@partner.example", true, NOW, NULL);
	for (i = 10; i < 1100; i++) {
		snprintf(address, sizeof address, "eve@d%u.example", i);
		hold(i, i, address, false, NOW + i, NULL);
	}
	assert_int_equal(DONE, store_group_end(store, &why));
	assert_int_equal(how_many(STORE_AUTHORITY_SEEN), 1000);
	assert_true(is_there(1));
	assert_true(is_there(1099));
	assert_false(is_there(10));
}

static void
entry_take(void *arg, const struct store_entry *e)
{
	struct store_entry *first = arg;

	if (first->id == 0)
		*first = *e;
}

static void
what_was_said_stands(void **state)
{
	struct store_entry e = {.id = 0};
	enum store_authority_state st;
	struct store_authority a;

	(void)state;
	assert_int_equal(NOTHING,
	    store_authority_decide(store, print(1), STORE_AUTHORITY_APPROVED,
		"partner.example", &word, &why));
	hold(1, 1, "pat@partner.example", false, NOW, NULL);
	assert_int_equal(DONE,
	    store_authority_decide(store, print(1), STORE_AUTHORITY_APPROVED,
		"partner.example", &word, &why));
	assert_int_equal(NOTHING,
	    store_authority_decide(store, print(1), STORE_AUTHORITY_APPROVED,
		"partner.example", &word, &why));
	reopen();
	assert_int_equal(
	    DONE, store_authority_state(store, print(1), &st, &why));
	assert_int_equal(st, STORE_AUTHORITY_APPROVED);
	assert_int_equal(
	    NOTHING, store_authority_state(store, print(2), &st, &why));
	a = get(1);
	assert_int_equal(a.state, STORE_AUTHORITY_APPROVED);
	assert_string_equal(a.scope, "partner.example");
	assert_int_equal(a.decided, NOW + 9);
	assert_int_equal(a.by.uid, 1000);
	assert_string_equal(a.by.name, "ann");
	assert_string_equal(a.note, "read to me on the phone");
	assert_int_equal(
	    DONE, store_journal(store, print(1), 1, entry_take, &e, &why));
	assert_string_equal(e.what, "ca-approved");
	assert_non_null(strstr(e.text, "uid 1000 \"ann\" for partner.example"));
	assert_non_null(strstr(e.text, "read to me on the phone"));
	assert_int_equal(DONE,
	    store_authority_decide(
		store, print(1), STORE_AUTHORITY_SEEN, "", &word, &why));
	e.id = 0;
	assert_int_equal(
	    DONE, store_journal(store, print(1), 1, entry_take, &e, &why));
	assert_string_equal(e.what, "ca-revoked");
	assert_int_equal(how_many(STORE_AUTHORITY_APPROVED), 0);
}

static void
anchor_take(void *arg, const struct store_anchor *a)
{
	unsigned *n = arg;

	assert_string_equal(a->scope, "pat@partner.example .other.example");
	assert_string_equal(a->who, "ann");
	assert_int_equal(a->decided, NOW + 9);
	assert_true(span_equal(a->der, span_str("certificate")));
	++*n;
}

static void
approved_ones_are_anchors(void **state)
{
	struct store_authority own = {.kind = "root", .first_seen = NOW};
	unsigned n = 0;

	(void)state;
	hold(1, 1, "pat@partner.example", false, NOW, NULL);
	assert_int_equal(DONE, store_anchors(store, anchor_take, &n, &why));
	assert_int_equal(n, 0);
	/* one that an administrator has in a file */
	strcpy(own.fingerprint, print(2));
	assert_int_equal(DONE,
	    store_authority_add(store, &own, span_str("certificate"), &why));
	assert_int_equal(NOTHING,
	    store_authority_add(store, &own, span_str("certificate"), &why));
	assert_int_equal(DONE,
	    store_authority_decide(store, print(2), STORE_AUTHORITY_APPROVED,
		"pat@partner.example .other.example", &word, &why));
	assert_int_equal(DONE, store_anchors(store, anchor_take, &n, &why));
	assert_int_equal(n, 1);
}

static void
say(unsigned ca, enum store_authority_state state, const char *scope)
{
	assert_int_equal(DONE,
	    store_authority_decide(
		store, print(ca), state, scope, &word, &why));
}

/* Only what waits for it, over a crash, and once. */
static void
released_once(void **state)
{
	char one[STORE_ID], id[STORE_ID];
	unsigned tries;

	(void)state;
	assert_int_equal(0, release("files", false));
	hold(1, 1, "pat@partner.example", false, NOW, one);
	hold(2, 2, "eve@partner.example", false, NOW, NULL);
	assert_int_equal(0, release("files", false));
	say(1, STORE_AUTHORITY_REJECTED, "");
	reopen();
	assert_int_equal(1, release("files", false));
	assert_int_equal(DONE, next(NOW + 10, id, &tries));
	assert_string_equal(id, one);
	counts_are(1, 1, 0);
	assert_int_equal(DONE,
	    store_settle(store, id, REFUSED, because(REASON_CA_REJECTED), NULL,
		NOW, &why));
	assert_int_equal(0, release("files", false));
	say(1, STORE_AUTHORITY_SEEN, "");
	assert_int_equal(1, release("files", false));
	counts_are(1, 1, 0);
}

/* It may have issued any of the others. */
static void
an_approval_releases_all(void **state)
{
	char id[STORE_ID];
	unsigned tries;

	(void)state;
	assert_int_equal(0, release("files", false));
	hold(1, 1, "pat@partner.example", false, NOW, NULL);
	hold(2, 2, "eve@partner.example", false, NOW, NULL);
	say(1, STORE_AUTHORITY_APPROVED, "partner.example");
	reopen();
	assert_int_equal(2, release("files", false));
	counts_are(2, 0, 0);
	while (next(NOW + 10, id, &tries) == DONE)
		assert_int_equal(DONE,
		    store_settle(store, id, HELD, because(REASON_CHAIN_UNKNOWN),
			NULL, NOW, &why));
	assert_int_equal(0, release("files", false));
	counts_are(0, 2, 0);
}

static void
settle_next(enum outcome o, enum reason_code code)
{
	char id[STORE_ID];
	unsigned tries;

	assert_int_equal(DONE, next(NOW + 10, id, &tries));
	assert_int_equal(
	    DONE, store_settle(store, id, o, because(code), NULL, NOW, &why));
}

/* Other files, of which nobody knows what they changed. */
static void
other_files_release_all(void **state)
{
	char id[STORE_ID];

	(void)state;
	assert_int_equal(0, release("files", false));
	hold(1, 1, "pat@partner.example", false, NOW, NULL);
	assert_int_equal(DONE, take(sample_harvest(2, 1), NOW, id));
	settle_next(HELD, REASON_REVOCATION_UNKNOWN);
	assert_int_equal(DONE, take(sample_harvest(3, 1), NOW, id));
	settle_next(HELD, REASON_KEY_CHANGE);
	assert_int_equal(DONE, take(sample_harvest(4, 1), NOW, id));
	settle_next(REFUSED, REASON_CHAIN_DOMAIN);
	assert_int_equal(DONE, take(sample_harvest(5, 1), NOW, id));
	settle_next(REFUSED, REASON_REVOKED);
	reopen();
	assert_int_equal(0, release("files", false));
	assert_int_equal(3, release("other files", false));
	counts_are(3, 1, 0);
	settle_next(HELD, REASON_CHAIN_UNKNOWN);
	settle_next(HELD, REASON_CHAIN_UNKNOWN);
	settle_next(HELD, REASON_CHAIN_UNKNOWN);
	assert_int_equal(0, release("other files", false));
	assert_int_equal(3, release("other files", true));
	counts_are(3, 1, 0);
}

/* One that the judge could not be given must not look approved. */
static void
approved_ones_are_bounded(void **state)
{
	struct store_authority a = {.kind = "root", .first_seen = NOW};
	unsigned i;

	(void)state;
	assert_int_equal(DONE, store_group_begin(store, &why));
	for (i = 0; i <= STORE_ANCHORS; i++) {
		strcpy(a.fingerprint, print(i));
		assert_int_equal(DONE,
		    store_authority_add(
			store, &a, span_str("certificate"), &why));
		assert_int_equal(i < STORE_ANCHORS ? DONE : BROKEN,
		    store_authority_decide(store, print(i),
			STORE_AUTHORITY_APPROVED, "partner.example", &word,
			&why));
	}
	assert_int_equal(why.code, REASON_USAGE);
	assert_int_equal(DONE, store_group_end(store, &why));
	assert_int_equal(STORE_ANCHORS, how_many(STORE_AUTHORITY_APPROVED));
	say(7, STORE_AUTHORITY_SEEN, "");
	say(STORE_ANCHORS, STORE_AUTHORITY_APPROVED, "partner.example");
}

struct prints {
	unsigned n;
	char at[8][DIGEST_HEX];
};

static void
print_add(void *arg, const char *fingerprint, struct span ca)
{
	struct prints *all = arg;

	assert_true(all->n < 8);
	assert_int_equal(ca.len > 0, all->n < 2);
	strcpy(all->at[all->n++], fingerprint);
}

/* Where there is not room for all, a CA must not give way to what signed itself
 * alone; and of one that is absent there is no certificate. */
static void
rejected_ones_in_order(void **state)
{
	static const char *const kinds[] = {
	    "root", "leaf", "intermediate", "absent", "root", "leaf"};
	static const unsigned wanted[] = {3, 1, 6, 2};
	struct prints all = {.n = 0}, some = {.n = 0};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		hold_kind(i + 1, i + 1, kinds[i], "pat@partner.example", false,
		    NOW + i, NULL);
		if (i != 4)
			say(i + 1, STORE_AUTHORITY_REJECTED, "");
	}
	assert_int_equal(
	    DONE, store_authorities_rejected(store, 8, print_add, &all, &why));
	assert_int_equal(
	    DONE, store_authorities_rejected(store, 2, print_add, &some, &why));
	assert_int_equal(all.n, 4);
	assert_int_equal(some.n, 2);
	for (i = 0; i < 4; i++)
		assert_string_equal(all.at[i], print(wanted[i]));
	assert_memory_equal(some.at, all.at, sizeof all.at[0] * 2);
}

static void
use_take(void *arg, const char *fingerprint, int64_t n)
{
	int64_t *uses = arg;

	if (strcmp(fingerprint, print(1)) == 0)
		*uses = n;
}

static void
uses_are_counted(void **state)
{
	struct store_publication p = publication_for(1);
	int64_t uses = 0;
	char id[STORE_ID];

	(void)state;
	assert_int_equal(NOTHING,
	    store_note_anchor(store, "partner1@example.org", print(1), &why));
	assert_int_equal(DONE, take(sample_harvest(1, 1), NOW, id));
	assert_int_equal(DONE,
	    store_settle(store, id, DONE, because(REASON_OK), &p, NOW, &why));
	assert_int_equal(DONE,
	    store_note_anchor(store, "partner1@example.org", print(1), &why));
	assert_int_equal(NOTHING,
	    store_note_anchor(store, "partner1@example.org", print(1), &why));
	assert_int_equal(DONE, store_anchor_uses(store, use_take, &uses, &why));
	assert_int_equal(uses, 1);
	assert_int_equal(
	    DONE, store_note_gone(store, "partner1@example.org", NOW, &why));
	uses = 0;
	assert_int_equal(DONE, store_anchor_uses(store, use_take, &uses, &why));
	assert_int_equal(uses, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(who_uses_it),
	    ROW(bounded_of_a_domain),
	    ROW(bounded_in_all),
	    ROW(what_was_said_stands),
	    ROW(approved_ones_are_anchors),
	    ROW(released_once),
	    ROW(an_approval_releases_all),
	    ROW(other_files_release_all),
	    ROW(approved_ones_are_bounded),
	    ROW(rejected_ones_in_order),
	    ROW(uses_are_counted),
	};

	return cmocka_run_group_tests_name(
	    "store_authority", tests, NULL, NULL);
}
