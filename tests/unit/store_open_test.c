#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/rules.h"
#include "tests/unit/sample.h"

#define NOW 1796000000
#define NOBODY 65534

static char *folder;
static const char *path;
static struct reason why;

static int
setup(void **state)
{
	static char db[300];

	(void)state;
	folder = sample_folder();
	snprintf(db, sizeof db, "%s/store.db", folder);
	path = db;
	return chmod(folder, 0755);
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

static struct store *
store(void)
{
	struct store *s = NULL;

	assert_int_equal(DONE, store_open(path, &s, &why));
	return s;
}

static enum outcome
take(struct store *s, unsigned n)
{
	struct harvest *h = sample_harvest(n, 1);
	enum outcome o = store_take(s, h, NOW, &why);

	harvest_free(h);
	return o;
}

static int64_t
due(struct store *s)
{
	struct store_counts c;

	assert_int_equal(DONE, store_count(s, &c, &why));
	return c.due;
}

/* With SQLite itself, behind the door's back. */
static void
sql(const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
}

/* What keeps readers without rights going: WAL and shared memory stay. */
static void
files(void **state)
{
	mode_t old = umask(022);
	struct stat st;

	(void)state;
	store_close(store());
	umask(old);
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(0, stat(sample_path(folder, "store.db-wal"), &st));
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(0, stat(sample_path(folder, "store.db-shm"), &st));
}

/* A reader sees what is committed, and cannot write. */
static void
readers(void **state)
{
	struct store *s, *reader = NULL;
	struct harvest *h = sample_harvest(2, 1);

	(void)state;
	assert_int_equal(NOTHING, store_open_reader(path, &reader, &why));
	s = store();
	assert_int_equal(DONE, store_open_reader(path, &reader, &why));
	assert_int_equal(DONE, take(s, 1));
	assert_int_equal(1, due(reader));
	assert_int_equal(BROKEN, store_take(reader, h, NOW, &why));
	assert_int_equal(DONE, take(s, 2));
	assert_int_equal(2, due(reader));
	store_close(s);
	assert_int_equal(2, due(reader));
	store_close(reader);
	harvest_free(h);
}

static void
second_writer_is_refused(void **state)
{
	struct store *s = store(), *other = NULL;

	(void)state;
	assert_int_equal(BROKEN, store_open(path, &other, &why));
	assert_int_equal(why.code, REASON_LOCKED);
	store_close(s);
	store_close(store());
}

static const struct {
	const char *sql;
	enum reason_code code;
} foreign[] = {
    {"PRAGMA user_version = 99", REASON_STORE_VERSION},
    {"PRAGMA application_id = 1", REASON_STORE_CORRUPT},
};

/* Refused by both kinds, and not a byte of it changed. */
static void
newer_and_foreign(void **state)
{
	struct bytes before = {NULL, 0}, after = {NULL, 0};
	struct store *s = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		unlink(path);
		store_close(store());
		sql(foreign[i].sql);
		assert_int_equal(DONE, file_read(path, 1 << 20, &before, &why));
		assert_int_equal(BROKEN, store_open(path, &s, &why));
		assert_int_equal(why.code, foreign[i].code);
		assert_int_equal(BROKEN, store_open_reader(path, &s, &why));
		assert_int_equal(why.code, foreign[i].code);
		assert_int_equal(DONE, file_read(path, 1 << 20, &after, &why));
		assert_true(
		    span_equal(span_bytes(&before), span_bytes(&after)));
		bytes_clear(&before);
		bytes_clear(&after);
	}
	unlink(path);
	sql("CREATE TABLE other (x)");
	assert_int_equal(BROKEN, store_open(path, &s, &why));
	assert_int_equal(why.code, REASON_STORE_CORRUPT);
	unlink(path);
	sample_write(path,
	    "This is not a database, but it is long enough that "
	    "somebody could take it for the head of one.......");
	assert_int_equal(BROKEN, store_open(path, &s, &why));
	assert_int_equal(why.code, REASON_STORE_CORRUPT);
}

/* Killed between creating the file and its tables: begun anew. */
static void
empty_file(void **state)
{
	struct store *s = NULL;

	(void)state;
	sample_write(path, "");
	assert_int_equal(NOTHING, store_open_reader(path, &s, &why));
	store_close(store());
	assert_int_equal(DONE, store_open_reader(path, &s, &why));
	store_close(s);
}

/* Pages overwritten: told as corrupt, never a wrong answer or a crash. */
static void
damaged_pages(void **state)
{
	uint8_t junk[4096];
	enum outcome o;
	struct store *s = store();
	int fd, i;

	(void)state;
	for (i = 0; i < 60; i++)
		assert_int_equal(DONE, take(s, (unsigned)i));
	store_close(s);
	memset(junk, 0x5a, sizeof junk);
	fd = open(path, O_WRONLY);
	for (i = 3; i < 40; i++)
		assert_int_equal(4096, pwrite(fd, junk, sizeof junk, i * 4096));
	close(fd);
	s = NULL;
	o = store_open(path, &s, &why);
	if (o == DONE)
		o = store_check(s, &why);
	assert_int_equal(BROKEN, o);
	assert_int_equal(why.code, REASON_STORE_CORRUPT);
	store_close(s);
}

static void
row_count(void *arg, const struct store_row *row)
{
	(void)row;
	++*(unsigned *)arg;
}

/* Twenty thousand notes at most, the oldest go first. */
static void
notes_are_bounded(void **state)
{
	unsigned i, newest = 0, oldest = 0;
	struct store *s = store();
	struct harvest *h;

	(void)state;
	store_close(s);
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 20400) INSERT INTO harvest (digest, address, domain, "
	    "state, reason, words, name, capabilities, chain, chain_words, "
	    "message_id, queue_id, received, signing_time, taken, changed, "
	    "due, last_seen) SELECT 'd' || i, 'a' || i, 'x', 'note', "
	    "'not-from', '', '', x'', 'ok', '', '', '', 0, 0, 0, 0, 0, i "
	    "FROM n");
	s = store();
	for (i = 0; i < 256; i++) {
		h = sample_note(i, REASON_NOT_FROM);
		assert_int_equal(DONE, store_take(s, h, NOW, &why));
		harvest_free(h);
	}
	assert_int_equal(
	    DONE, store_show(s, "a20400", 9, row_count, &newest, &why));
	assert_int_equal(
	    DONE, store_show(s, "a400", 9, row_count, &oldest, &why));
	assert_int_equal(1, newest);
	assert_int_equal(0, oldest);
	assert_int_equal(DONE, store_check(s, &why));
	store_close(s);
}

/*
 * Somebody moves the file away under the publisher: what is taken then must
 * not go into a file without a name, and a file put there is used.
 */
static void
file_is_replaced(void **state)
{
	const char *away = sample_path(folder, "away.db");
	struct store *s = store();

	(void)state;
	assert_int_equal(DONE, take(s, 1));
	assert_int_equal(0, rename(path, away));
	assert_int_equal(BROKEN, take(s, 2));
	assert_int_equal(why.code, REASON_STORE_IO);
	assert_int_equal(0, rename(away, path));
	assert_int_equal(DONE, take(s, 2));
	assert_int_equal(2, due(s));
	store_close(s);
	s = store();
	assert_int_equal(2, due(s));
	store_close(s);
}

/* In a child without root's rights; its exit status is the number. */
static int
as_nobody(int (*run)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(99);
		_exit(run());
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
count_due(void)
{
	struct store_counts c = {.due = 99};
	struct store *s = NULL;

	if (store_open_reader(path, &s, &why) != DONE ||
	    store_count(s, &c, &why) != DONE) {
		fprintf(stderr, "%s\n", why.text);
		return 98;
	}
	store_close(s);
	return (int)c.due;
}

static int
try_to_write(void)
{
	struct store *s = NULL;

	return store_open(path, &s, &why) == BROKEN &&
		why.code == REASON_STORE_IO
	    ? 0
	    : 1;
}

/* Whoever may only read does, with the publisher there and without it. */
static void
reader_without_rights(void **state)
{
	struct store *s;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to become another user\n");
		skip();
	}
	s = store();
	assert_int_equal(DONE, take(s, 1));
	assert_int_equal(0, chmod(path, 0644));
	assert_int_equal(0, chmod(sample_path(folder, "store.db-wal"), 0644));
	assert_int_equal(0, chmod(sample_path(folder, "store.db-shm"), 0644));
	assert_int_equal(1, as_nobody(count_due));
	assert_int_equal(DONE, take(s, 2));
	assert_int_equal(2, as_nobody(count_due));
	store_close(s);
	assert_int_equal(2, as_nobody(count_due));
	assert_int_equal(0, as_nobody(try_to_write));
	store_close(store());
}

/* No space: LATER, and what was taken stays; space again: taken. */
static void
disk_full(void **state)
{
	const char *ballast = sample_path(folder, "ballast");
	struct store *s;
	unsigned n;
	int fd;

	(void)state;
	if (geteuid() != 0 ||
	    mount("none", folder, "tmpfs", 0, "size=600k") != 0) {
		print_message("skipped: needs root for a small tmpfs\n");
		skip();
	}
	s = store();
	fd = open(ballast, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(0, posix_fallocate(fd, 0, 200000));
	close(fd);
	for (n = 0; take(s, n) == DONE; n++)
		assert_true(n < 1000);
	assert_int_equal(why.code, REASON_STORE_FULL);
	assert_int_equal(LATER, take(s, n));
	assert_int_equal(why.code, REASON_STORE_FULL);
	assert_int_equal(n, due(s));
	assert_int_equal(0, unlink(ballast));
	assert_int_equal(DONE, take(s, n));
	assert_int_equal(n + 1, due(s));
	assert_int_equal(DONE, store_check(s, &why));
	store_close(s);
	s = store();
	assert_int_equal(n + 1, due(s));
	store_close(s);
	assert_int_equal(0, umount(folder));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(files),
	    ROW(readers),
	    ROW(second_writer_is_refused),
	    ROW(newer_and_foreign),
	    ROW(empty_file),
	    ROW(damaged_pages),
	    ROW(notes_are_bounded),
	    ROW(file_is_replaced),
	    ROW(reader_without_rights),
	    ROW(disk_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
