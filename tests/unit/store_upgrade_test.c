#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/orders.h"
#include "store/walks.h"
#include "tests/unit/sample.h"

/*
 * A store of every earlier version, as its dump in stores/ has it, is opened
 * by this program: then it has the tables that a new one has, and what was
 * in it is served.  A new version is a row of steps[] in store/schema.c
 * and, as long as the version before it can still be written, its dump.
 */
#define NOW 1796000000
#define VERSIONS 100
#define TABLES (1 << 16)

static char *folder;
static struct reason why;

static bool
dump_read(int version, struct bytes *out)
{
	const char *srcdir = getenv("srcdir");
	struct reason ignored;
	char path[300];

	snprintf(path, sizeof path, "%s/tests/unit/stores/version-%d.sql",
	    srcdir == NULL ? "." : srcdir, version);
	return file_read(path, 1 << 20, out, &ignored) == DONE;
}

static const char *
peek_path(void)
{
	return sample_path(folder, "store.db");
}

static void
remove_store(void)
{
	(void)unlink(peek_path());
	(void)unlink(sample_path(folder, "store.db-wal"));
	(void)unlink(sample_path(folder, "store.db-shm"));
}

/* With SQLite itself, behind the door's back. */
static void
write_store(const struct bytes *dump)
{
	char *text = strndup((const char *)dump->data, dump->len);
	char *error = NULL;
	sqlite3 *db = NULL;

	assert_non_null(text);
	assert_int_equal(SQLITE_OK, sqlite3_open(peek_path(), &db));
	if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
	free(text);
}

/* The tables, indexes and version of the file, as text. */
static void
tables_of(char out[TABLES])
{
	static const char sql[] =
	    "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || "
	    "coalesce(sql, '') FROM sqlite_schema "
	    "UNION ALL SELECT 'version ' || user_version "
	    "FROM pragma_user_version ORDER BY 1";
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	size_t used = 0;

	assert_int_equal(SQLITE_OK, sqlite3_open(peek_path(), &db));
	assert_int_equal(
	    SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		used += (size_t)snprintf(out + used, TABLES - used, "%s\n",
		    (const char *)sqlite3_column_text(stmt, 0));
		assert_true(used < TABLES);
	}
	sqlite3_finalize(stmt);
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
}

static struct store *
open_store(void)
{
	struct store *s = NULL;

	if (store_open(peek_path(), &s, &why) != DONE)
		fail_msg("%s", why.text);
	return s;
}

/* Due, held, published, a note, an intent: of every version. */
static void
harvests_are_served(struct store *s)
{
	struct harvest *sample = sample_harvest(3, 1), *h = NULL;
	struct store_publication p;
	struct store_counts c;
	char id[STORE_ID];
	unsigned tries;

	assert_int_equal(DONE, store_count(s, &c, &why));
	assert_int_equal(2, c.due);
	assert_int_equal(1, c.held);
	assert_int_equal(1, c.published);
	assert_int_equal(
	    DONE, store_published(s, "partner1@example.org", &p, &why));
	assert_string_equal(p.certificate, "aabb");
	assert_string_equal(p.object, "0011");
	assert_int_equal(DONE, store_next(s, NOW + 60, &h, id, &tries, &why));
	assert_string_equal(h->address, "partner5@example.org");
	harvest_free(h);
	assert_int_equal(DONE,
	    store_settle(s, id, REFUSED, &(struct reason){REASON_REVOKED, ""},
		NULL, NOW, &why));
	assert_int_equal(DONE, store_next(s, NOW + 60, &h, id, &tries, &why));
	assert_string_equal(h->address, "partner3@example.org");
	assert_int_equal(tries, 1);
	assert_int_equal(h->n_others, 1);
	assert_true(span_equal(
	    span_bytes(&h->certificate), span_bytes(&sample->certificate)));
	harvest_free(h);
	harvest_free(sample);
}

static void
count_intent(void *arg, const struct store_intent *intent)
{
	assert_string_equal(intent->certificate, "ccdd");
	++*(unsigned *)arg;
}

static void
count_entry(void *arg, const struct store_entry *e)
{
	assert_string_equal(e->address, "partner1@example.org");
	++*(unsigned *)arg;
}

static void
words_are_served(struct store *s, int version)
{
	struct store_order order;
	struct store_rules rules;
	unsigned n = 0;

	assert_int_equal(DONE, store_intents(s, count_intent, &n, &why));
	assert_int_equal(n, 1);
	n = 0;
	assert_int_equal(DONE,
	    store_journal(
		s, "partner1@example.org", 99, count_entry, &n, &why));
	assert_int_equal(n, 3);
	if (version < 3)
		return;
	assert_int_equal(
	    DONE, store_rules_of(s, "partner6@example.org", "", &rules, &why));
	assert_true(rules.veto);
	assert_int_equal(DONE, store_order_next(s, NOW, &order, &why));
	assert_string_equal(order.subject, "partner7@example.org");
	assert_string_equal(order.by.name, "ann");
}

static void
walks_are_served(struct store *s, int version)
{
	struct store_walk_object o;
	struct store_past past;
	struct store_line l;
	struct store_walk w;

	if (version < 5)
		return;
	assert_int_equal(DONE, store_walk_next(s, &w, &why));
	assert_int_equal(w.kind, STORE_ADOPT);
	assert_int_equal(w.seen, 1);
	assert_int_equal(DONE, store_walk_begun(s, w.id, &o, &why));
	assert_string_equal(o.object, "0022");
	assert_int_equal(
	    DONE, store_walk_pending(s, w.id, "0022", 0, &l, &why));
	assert_string_equal(l.address, "partner9@example.org");
	assert_int_equal(DONE, store_past_of(s, "0021", &past, &why));
	assert_int_equal(past.n_adopted, 1);
	assert_int_equal(DONE, store_past_of(s, "0011", &past, &why));
	assert_true(past.made);
}

static void
every_version_comes_up(void **state)
{
	char *new = calloc(1, TABLES), *now = calloc(1, TABLES);
	struct bytes dump = {NULL, 0};
	struct store *s, *reader = NULL;
	int version;

	(void)state;
	assert_true(new != NULL &&now != NULL);
	folder = sample_folder();
	store_close(open_store());
	tables_of(new);
	for (version = 1; dump_read(version, &dump); version++) {
		print_message("version %d\n", version);
		remove_store();
		write_store(&dump);
		bytes_clear(&dump);
		s = open_store();
		tables_of(now);
		assert_string_equal(new, now);
		assert_int_equal(DONE, store_check(s, &why));
		words_are_served(s, version);
		harvests_are_served(s);
		walks_are_served(s, version);
		assert_int_equal(DONE, store_check(s, &why));
		assert_int_equal(
		    DONE, store_open_reader(peek_path(), &reader, &why));
		store_close(reader);
		store_close(s);
	}
	/* the last one but the newest, at least */
	assert_non_null(strstr(new, "version "));
	if (atoi(strstr(new, "version ") + strlen("version ")) > version)
		fail_msg(
		    "tests/unit/stores/version-%d.sql is missing", version);
	sample_remove(folder);
	free(new);
	free(now);
}

/* A reader does not bring it up, and says who does. */
static void
a_reader_asks_for_the_publisher(void **state)
{
	struct bytes dump = {NULL, 0};
	struct store *reader = NULL;

	(void)state;
	folder = sample_folder();
	assert_true(dump_read(1, &dump));
	write_store(&dump);
	bytes_clear(&dump);
	assert_int_equal(BROKEN, store_open_reader(peek_path(), &reader, &why));
	assert_int_equal(why.code, REASON_STORE_VERSION);
	assert_non_null(strstr(why.text, "publisher"));
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_version_comes_up),
	    cmocka_unit_test(a_reader_asks_for_the_publisher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
