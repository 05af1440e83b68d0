#include "tests/contract/store_door.h"

#include <string.h>

#include "store/walks.h"

/*
 * What every implementation must do with what a walk finds that the store has
 * lost: learn it, and never forget anything better for it.
 */
#define OBJECT "0011"

/* A walk that finds this for partner 1. */
static void
restore(const struct store_restored *r)
{
	struct store_walk w = {.kind = STORE_REBUILD, .asked = NOW};
	const char object[1][STORE_OBJECT] = {OBJECT};
	struct store_line l = {.kind = STORE_LINE_RESTORED,
	    .object = OBJECT,
	    .address = "partner1@example.org",
	    .restored = r};
	int64_t id = 0;

	strcpy(l.certificate, r->publication.certificate);
	assert_int_equal(DONE, store_walk_put(store, &w, &id, &why));
	assert_int_equal(DONE, store_walk_add(store, id, object, 1, &why));
	assert_int_equal(
	    DONE, store_walk_record(store, id, OBJECT, &l, 1, NOW, &why));
	assert_int_equal(DONE, store_walk_get(store, id, &w, &why));
	assert_int_equal(1, w.changed);
	assert_int_equal(DONE,
	    store_walk_end(store, id, DONE, because(REASON_OK), NOW, &why));
	assert_int_equal(DONE, store_check(store, &why));
}

static struct store_restored
found(const char *certificate, bool made)
{
	struct store_restored r = {
	    .publication = publication_for(1), .made = made};

	strcpy(r.publication.certificate, certificate);
	r.publication.validation = VALIDATION_SPONSOR;
	return r;
}

static void
stands(const char *certificate)
{
	struct store_publication p;

	assert_int_equal(
	    DONE, store_published(store, "partner1@example.org", &p, &why));
	assert_string_equal(p.certificate, certificate);
}

static void
learns_what_it_has_lost(void **state)
{
	struct store_restored r = found("aabb", true);
	struct store_publication p;
	struct store_past past;

	(void)state;
	restore(&r);
	reopen();
	assert_int_equal(
	    DONE, store_published(store, "partner1@example.org", &p, &why));
	assert_string_equal(p.certificate, "aabb");
	assert_string_equal(p.object, OBJECT);
	assert_string_equal(p.dn, "CN=Partner,OU=Partners");
	assert_string_equal(p.issuer, "CN=CA");
	assert_string_equal(p.subject, "CN=Partner");
	assert_int_equal(p.not_before, NOW - 10);
	assert_int_equal(p.not_after, NOW + 10);
	assert_int_equal(p.validation, VALIDATION_SPONSOR);
	assert_int_equal(p.gone + p.lost + p.missing + p.shadowed, 0);
	assert_int_equal(DONE, store_past_of(store, OBJECT, &past, &why));
	assert_true(past.made);
	assert_int_equal(1, past.n_publications);
}

static void
knows_better(void **state)
{
	struct store_restored r = found("aabb", false);

	(void)state;
	restore(&r);
	/* at the same object another one: a backup was too old */
	strcpy(r.publication.certificate, "ccdd");
	restore(&r);
	stands("ccdd");
	/* at another object: of two the store's own stays */
	strcpy(r.publication.object, "0012");
	strcpy(r.publication.certificate, "eeff");
	restore(&r);
	stands("ccdd");
	/* taken out, as far as the store knows, and there again */
	assert_int_equal(
	    DONE, store_note_gone(store, "partner1@example.org", NOW, &why));
	restore(&r);
	stands("eeff");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(learns_what_it_has_lost),
	    ROW(knows_better),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
