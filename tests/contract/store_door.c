#include "tests/contract/store_door.h"

#include <stdio.h>
#include <string.h>

static char *folder;
struct store *store;
struct reason why;

int
door_setup(void **state)
{
	(void)state;
	folder = sample_folder();
	return store_open(sample_path(folder, "store.db"), &store, &why) == DONE
	    ? 0
	    : -1;
}

int
door_teardown(void **state)
{
	(void)state;
	store_close(store);
	sample_remove(folder);
	return 0;
}

void
reopen(void)
{
	store_close(store);
	store = NULL;
	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &store, &why));
}

enum outcome
take(struct harvest *h, int64_t now, char *id)
{
	enum outcome o = store_take(store, h, now, &why);

	if (id != NULL)
		harvest_digest(h, id);
	harvest_free(h);
	return o;
}

enum outcome
next(int64_t now, char id[STORE_ID], unsigned *tries)
{
	struct harvest *h = NULL;
	enum outcome o = store_next(store, now, &h, id, tries, &why);

	harvest_free(h);
	return o;
}

const struct reason *
because(enum reason_code code)
{
	static struct reason r;

	reason_set(&r, code, "so says the test");
	return &r;
}

void
row_add(void *arg, const struct store_row *row)
{
	struct rows *r = arg;

	assert_true(r->n < 8);
	r->row[r->n++] = *row;
}

void
counts_are(int64_t due, int64_t held, int64_t published)
{
	struct store_counts c;

	assert_int_equal(DONE, store_count(store, &c, &why));
	assert_int_equal(c.due, due);
	assert_int_equal(c.held, held);
	assert_int_equal(c.published, published);
}

struct store_intent
intent_for(const char *id)
{
	struct store_intent i = {.object = "0011",
	    .address = "partner1@example.org",
	    .certificate = "aabb",
	    .plan = "add userCertificate aabb"};

	memcpy(i.id, id, sizeof i.id);
	return i;
}

struct store_publication
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
