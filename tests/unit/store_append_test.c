#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/writes.h"
#include "tests/unit/sample.h"

/*
 * No other program rewrites the journal, not by accident: what it says in SQL
 * is refused.  Who can write to the file can do anything, of course; against
 * him stand the lines of the log on another machine.
 */
#define JOURNAL "the journal is append-only"
#define TOMBSTONE "a tombstone stays"
#define FORGED "(id, at, address, digest, what, words) "
#define WRITTEN "(id, entry, at, address, object, dn, server, created) "

static const struct {
	const char *sql, *says;
} refused[] = {
    {"UPDATE journal SET words = 'never happened'", JOURNAL},
    {"DELETE FROM journal", JOURNAL},
    {"DELETE FROM journal WHERE id = 1", JOURNAL},
    {"UPDATE written SET dn = 'CN=Somebody else'", JOURNAL},
    {"DELETE FROM written", JOURNAL},
    {"UPDATE written_value SET value = 'ff'", JOURNAL},
    {"DELETE FROM written_value", JOURNAL},
    {"INSERT INTO written_value SELECT id, 99, 'had', 'mark', 'x', NULL "
     "FROM written",
	JOURNAL},
    /* no trigger on DELETE hears of the row that goes */
    {"REPLACE INTO journal " FORGED "SELECT id, at, address, digest, what, "
     "'never happened' FROM journal",
	JOURNAL},
    {"REPLACE INTO written_value SELECT written, position, 'had', 'mark', "
     "'x', NULL FROM written_value",
	JOURNAL},
    {"REPLACE INTO written " WRITTEN
     "SELECT id, NULL, at, address, object, 'x', server, created FROM written",
	JOURNAL},
    {"REPLACE INTO written " WRITTEN
     "SELECT 99, entry, at, address, object, 'x', server, created FROM written",
	JOURNAL},
    {"INSERT INTO written " WRITTEN "VALUES (99, NULL, 1, '', '', '', '', 0);"
     "UPDATE OR REPLACE written SET entry = (SELECT max(entry) FROM written) "
     "WHERE id = 99",
	JOURNAL},
    {"UPDATE OR REPLACE written SET id = (SELECT id FROM written "
     "WHERE entry IS NOT NULL) WHERE id = 99",
	JOURNAL},
    {"INSERT INTO forgotten VALUES ('aabb', 1);"
     "REPLACE INTO forgotten VALUES ('aabb', 2)",
	TOMBSTONE},
    {"UPDATE forgotten SET at = 2", TOMBSTONE},
    {"DELETE FROM forgotten", TOMBSTONE},
};

static void
write_something(struct store *s)
{
	static const struct store_change change = {
	    STORE_CERTIFICATE, STORE_ADDED, "aabb", {NULL, 0}};
	struct store_write w = {.object = "0011", .changes = &change, .n = 1};
	struct store_publication p = {.address = "partner1@example.org",
	    .object = "0011",
	    .certificate = "aabb"};
	struct store_intent intent = {.object = "0011", .write = &w};
	struct harvest *h = sample_harvest(1, 1);
	struct reason why, ok = {REASON_OK, ""};

	harvest_digest(h, intent.id);
	assert_int_equal(DONE, store_take(s, h, 1796000000, &why));
	harvest_free(h);
	assert_int_equal(DONE, store_intend(s, &intent, 1796000000, &why));
	assert_int_equal(
	    DONE, store_settle(s, intent.id, DONE, &ok, &p, 1796000000, &why));
}

static void
others_cannot_rewrite(void **state)
{
	char *folder = sample_folder();
	struct store *s = NULL;
	sqlite3 *db = NULL;
	struct reason why;
	char *text = NULL;

	(void)state;
	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &s, &why));
	write_something(s);
	store_close(s);
	assert_int_equal(
	    SQLITE_OK, sqlite3_open(sample_path(folder, "store.db"), &db));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		assert_int_not_equal(SQLITE_OK,
		    sqlite3_exec(db, refused[i].sql, NULL, NULL, &text));
		assert_string_equal(text, refused[i].says);
		sqlite3_free(text);
	}
	sqlite3_close(db);
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(others_cannot_rewrite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
