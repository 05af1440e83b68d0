#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "tests/unit/sample.h"

/*
 * No statement may look at every harvest: a week's backlog would make each
 * take slower than the one before.
 */
static const struct {
	const char *name, *sql;
} statements[] = {
#define STATEMENT(name, text) {#name, text},
#include "store/statements.def"
#undef STATEMENT
};

/* For people, or for once a minute: these may.  DUE reads one of its index. */
static const char *const slow[] = {"QUEUE", "TOLD", "UNSETTLED", "TELL", "LOG",
    "LOG_ADDRESS", "COUNT", "BROKEN", "KNOWN", "INTENTS", "JOURNAL",
    "TRIM_NOTES", "MAKE_DUE", "DUE", "RULES", "ORDER_DUE", "REVIEW_HELD",
    "REVIEW_REJECTED", "REJECTED_TRIM", "FIGURES", "LAST_SEEN", "HELD_REASONS",
    "OBSERVED", "WALK_NEXT", "WALK_SAME", "WALK_ALL", "WALK_TRIM",
    "WALK_ADD_PUBLISHED",
    /* bounded as the review is */
    "WORKLIST_USERS",
    /* the digest */
    "DIGEST_PUBLISHED", "DIGEST_EXPIRING", "DIGEST_SHADOWED", "DIGEST_TOLD",
    "WAITING_REASONS", "SIGNING_DOMAINS",
    /* a row of constants, and days of one address */
    "RIVALS", "PARTNERS",
    /* few walks are kept; the oldest so many rows */
    "TIDY_LINES", "TIDY_WALKS", "TIDY_JOURNAL", "TIDY_WRITTEN",
    /* bounded to a thousand */
    "AUTHORITY_TRIM", "AUTHORITY_GET", "AUTHORITIES", "AUTHORITIES_REJECTED",
    "ANCHORS", "ANCHORS_COUNT", "ANCHOR_USES",
    /* for a change of what is believed, bounded as the review is */
    "RELEASE_ALL", "RELEASE_DECIDED", "RELEASE_SCOPED", "RELEASE_PENDING",
    "RELEASED", "REVIEW_COUNT", "REVIEW_LARGEST"};

static const char *const bad[] = {"SCAN ", "harvest_state", "TEMP B-TREE"};

static bool
may_be_slow(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof slow / sizeof slow[0]; i++)
		if (strcmp(name, slow[i]) == 0)
			return true;
	return false;
}

static void
look_at(sqlite3 *db, const char *name, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	char text[4000];
	const char *step;
	size_t i;

	snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", sql);
	if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", name, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		step = (const char *)sqlite3_column_text(stmt, 3);
		for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
			if (strstr(step, bad[i]) != NULL && !may_be_slow(name))
				fail_msg("%s: %s", name, step);
	}
	sqlite3_finalize(stmt);
}

static void
no_statement_looks_at_all(void **state)
{
	char *folder = sample_folder();
	struct store *s = NULL;
	struct reason why;
	size_t i;

	(void)state;
	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &s, &why));
	for (i = 0; i < sizeof statements / sizeof statements[0]; i++)
		if (strchr(statements[i].sql, ' ') != NULL)
			look_at(s->db, statements[i].name, statements[i].sql);
	store_close(s);
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_statement_looks_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
