#include "tests/unit/unit.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/unit/sample.h"

static const struct spool_bounds wide = {
    {1000000, 1000000, 1000000}, {1ull << 40, 1ull << 40, 1ull << 40}, 0};

static char *folder;
static struct spool *putter, *taker;
static struct reason why;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	if (spool_open(sample_path(folder, "s"), &wide, &putter, &why) != DONE)
		return -1;
	return spool_open_taker(sample_path(folder, "s"),
		   sample_path(folder, "aside"), &taker, &why) == DONE
	    ? 0
	    : -1;
}

static int
teardown(void **state)
{
	(void)state;
	spool_close(putter);
	spool_close(taker);
	sample_remove(folder);
	return 0;
}

/* Put and free. Returns the path below the folder in name. */
static void
put(struct harvest *h, char name[SPOOL_NAME])
{
	char digest[DIGEST_HEX];

	assert_int_equal(DONE, spool_put(putter, h, &why));
	if (name != NULL) {
		harvest_digest(h, digest);
		snprintf(name, SPOOL_NAME, "s/%s/%s.json",
		    harvest_is_note(h) ? "notes" : "chained", digest);
	}
	harvest_free(h);
}

/* Take and free; the address goes to who. */
static enum outcome
take(char name[SPOOL_NAME], char who[ADDRESS_SIZE])
{
	struct harvest *h = NULL;
	enum outcome o = spool_next(taker, &h, name, &why);

	if (o == DONE)
		strcpy(who, h->address);
	harvest_free(h);
	return o;
}

static void
round_trip(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];

	(void)state;
	assert_int_equal(NOTHING, take(name, who));
	put(sample_harvest(1, 1), NULL);
	assert_int_equal(DONE, take(name, who));
	assert_string_equal(who, "partner1@example.org");
	/* Not done: it comes again. */
	assert_int_equal(DONE, take(name, who));
	assert_int_equal(DONE, spool_done(taker, name, &why));
	assert_int_equal(DONE, spool_done(taker, name, &why));
	assert_int_equal(NOTHING, take(name, who));
	assert_int_equal(BROKEN, spool_done(taker, "chained/../x", &why));
	assert_int_equal(BROKEN, spool_done(taker, "x", &why));
}

/* Chained first, then oldest first. */
static void
order(void **state)
{
	static const struct {
		unsigned n;
		bool note;
		time_t at;
	} table[] = {
	    {4, true, 100}, {2, false, 300}, {1, false, 200}, {3, false, 400}};
	struct timeval times[2] = {{0, 0}, {0, 0}};
	char name[SPOOL_NAME], who[ADDRESS_SIZE], want[ADDRESS_SIZE];
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		put(table[i].note ? sample_note(table[i].n, REASON_NOT_FROM)
				  : sample_harvest(table[i].n, 1),
		    name);
		times[0].tv_sec = times[1].tv_sec = table[i].at;
		assert_int_equal(0, utimes(sample_path(folder, name), times));
	}
	for (i = 1; i <= 4; i++) {
		assert_int_equal(DONE, take(name, who));
		snprintf(want, sizeof want, "partner%u@example.org", i);
		assert_string_equal(want, who);
		assert_int_equal(DONE, spool_done(taker, name, &why));
	}
	assert_int_equal(NOTHING, take(name, who));
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Each makes one hostile thing at the path. */
static void
make_text(const char *path)
{
	sample_write(path, "{\"version\":1}");
}

static void
make_empty(const char *path)
{
	sample_write(path, "");
}

static void
make_large(const char *path)
{
	sample_write(path, "x");
	assert_int_equal(0, truncate(path, 10000000000));
}

static void
make_fifo(const char *path)
{
	assert_int_equal(0, mkfifo(path, 0644));
}

static void
make_link(const char *path)
{
	assert_int_equal(0, symlink("/etc/passwd", path));
}

static void
make_dangling(const char *path)
{
	assert_int_equal(0, symlink("/nowhere", path));
}

static void
make_folder(const char *path)
{
	assert_int_equal(0, mkdir(path, 0755));
}

static void
make_hard_link(const char *path)
{
	sample_write(sample_path(folder, "second"), "{}");
	assert_int_equal(0, link(sample_path(folder, "second"), path));
}

static void
make_locked(const char *path)
{
	sample_write(path, "{}");
	assert_int_equal(0, chmod(path, 0));
}

static void
make_foreign(const char *path)
{
	char name[SPOOL_NAME];

	if (geteuid() != 0) {
		make_text(path);
		return;
	}
	/* A good one, put there by somebody else. */
	put(sample_harvest(8, 1), name);
	assert_int_equal(0, chown(sample_path(folder, name), 12345, 12345));
}

/* A good harvest under another's name. */
static void
make_renamed(const char *path)
{
	char name[SPOOL_NAME];

	put(sample_harvest(7, 1), name);
	assert_int_equal(0, rename(sample_path(folder, name), path));
}

static const struct {
	const char *name;
	void (*make)(const char *path);
	const char *complaint;
	bool kept; /* in the folder aside; else removed */
} hostile[] = {
    {"chained/" HEX ".json", make_text, "canonical", true},
    {"chained/" HEX ".json", make_empty, "empty or too large", true},
    {"chained/" HEX ".json", make_large, "empty or too large", false},
    {"chained/" HEX ".json", make_fifo, "not a regular file", true},
    {"chained/" HEX ".json", make_link, "symbolic link", true},
    {"chained/" HEX ".json", make_dangling, "symbolic link", true},
    {"chained/" HEX ".json", make_folder, "not a regular file", true},
    {"chained/" HEX ".json", make_hard_link, "hard link", true},
    {"chained/" HEX ".json", make_locked, "", true},
    {"chained/" HEX ".json", make_foreign, "", true},
    {"notes/" HEX ".json", make_renamed, "its name is not its digest", true},
    {"unchained/x", make_text, "not the name", true},
    {"unchained/\033[2J\n", make_text, "not the name", true},
    {"unchained/" HEX ".jsonx", make_text, "not the name", true},
};

static void
hostile_files(void **state)
{
	char path[400], name[SPOOL_NAME], who[ADDRESS_SIZE];
	unsigned i, before;

	(void)state;
	for (i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		before = sample_count(sample_path(folder, "aside"));
		snprintf(path, sizeof path, "%s/s/%s", folder, hostile[i].name);
		hostile[i].make(path);
		put(sample_harvest(1, 1), NULL);
		/* In whatever order: one is refused, the good one comes. */
		if (take(name, who) == DONE) {
			assert_int_equal(DONE, spool_done(taker, name, &why));
			assert_int_equal(REFUSED, take(name, who));
		} else {
			assert_int_equal(why.code, REASON_SPOOL_DAMAGED);
			if (strstr(why.text, hostile[i].complaint) == NULL ||
			    strchr(why.text, '\033') != NULL)
				fail_msg("%u: %s", i, why.text);
			assert_int_equal(DONE, take(name, who));
			assert_int_equal(DONE, spool_done(taker, name, &why));
		}
		assert_int_equal(NOTHING, take(name, who));
		assert_int_equal(sample_count(sample_path(folder, "aside")),
		    before + hostile[i].kept);
	}
	/* What a symbolic link points to is not touched. */
	assert_int_equal(0, access("/etc/passwd", R_OK));
}

/* Half files of rsync start with a dot and are left alone for an hour. */
static void
half_files_are_left(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];

	(void)state;
	sample_write(sample_path(folder, "s/chained/." HEX ".json.Xy"), "{");
	assert_int_equal(NOTHING, take(name, who));
	assert_int_equal(
	    0, access(sample_path(folder, "s/chained/." HEX ".json.Xy"), F_OK));
}

/* The folder aside holds 500; what comes then is removed. */
static void
aside_is_bounded(void **state)
{
	char path[400], name[SPOOL_NAME], who[ADDRESS_SIZE];
	unsigned i;

	(void)state;
	for (i = 0; i < 520; i++) {
		snprintf(path, sizeof path, "%s/s/notes/%u", folder, i);
		sample_write(path, "x");
	}
	for (i = 0; i < 520; i++)
		assert_int_equal(REFUSED, take(name, who));
	assert_int_equal(NOTHING, take(name, who));
	assert_int_equal(500, sample_count(sample_path(folder, "aside")));
}

/* Another file system: copied when small and plain, else removed; what
 * cannot be removed is told once and then left out. */
static void
aside_elsewhere(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];

	(void)state;
	if (geteuid() != 0 ||
	    mount("none", sample_path(folder, "aside"), "tmpfs", 0,
		"size=1m") != 0) {
		print_message("skipped: needs root for a tmpfs\n");
		skip();
	}
	sample_write(sample_path(folder, "s/chained/x"), "x");
	assert_int_equal(REFUSED, take(name, who));
	assert_int_equal(1, sample_count(sample_path(folder, "aside")));
	make_fifo(sample_path(folder, "s/chained/x"));
	assert_int_equal(REFUSED, take(name, who));
	assert_int_equal(1, sample_count(sample_path(folder, "aside")));
	make_folder(sample_path(folder, "s/chained/x"));
	make_folder(sample_path(folder, "s/chained/x/y"));
	assert_int_equal(REFUSED, take(name, who));
	assert_non_null(strstr(why.text, "left there"));
	assert_int_equal(NOTHING, take(name, who));
	put(sample_harvest(1, 1), NULL);
	assert_int_equal(DONE, take(name, who));
	assert_int_equal(0, umount(sample_path(folder, "aside")));
}

/* A queue that is a symbolic link leads into a folder that is not ours. */
static void
queue_is_a_link(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];

	(void)state;
	assert_int_equal(0, mkdir(sample_path(folder, "other"), 0755));
	sample_write(sample_path(folder, "other/x"), "x");
	assert_int_equal(0, rmdir(sample_path(folder, "s/chained")));
	assert_int_equal(0,
	    symlink(sample_path(folder, "other"),
		sample_path(folder, "s/chained")));
	assert_int_equal(BROKEN, take(name, who));
	assert_int_equal(why.code, REASON_SPOOL_IO);
	assert_int_equal(0, access(sample_path(folder, "other/x"), F_OK));
}

static void
absent(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];
	struct spool *s = NULL;

	(void)state;
	assert_int_equal(LATER,
	    spool_open_taker(sample_path(folder, "none"),
		sample_path(folder, "aside"), &s, &why));
	assert_int_equal(why.code, REASON_SPOOL_ABSENT);
	/* It goes away and comes back. */
	assert_int_equal(
	    0, rename(sample_path(folder, "s"), sample_path(folder, "away")));
	assert_int_equal(NOTHING, take(name, who));
	assert_int_equal(
	    0, rename(sample_path(folder, "away"), sample_path(folder, "s")));
	put(sample_harvest(1, 1), NULL);
	assert_int_equal(DONE, take(name, who));
}

static bool
is_readable(void)
{
	struct pollfd p = {.fd = spool_peek_watch(taker), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void
watch(void **state)
{
	char name[SPOOL_NAME], who[ADDRESS_SIZE];

	(void)state;
	assert_false(is_readable());
	put(sample_harvest(1, 1), NULL);
	assert_true(is_readable());
	spool_watch_clear(taker);
	assert_false(is_readable());
	/* Taking wakes nobody. */
	assert_int_equal(DONE, take(name, who));
	assert_int_equal(DONE, spool_done(taker, name, &why));
	assert_false(is_readable());
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(round_trip),
	    ROW(order),
	    ROW(hostile_files),
	    ROW(half_files_are_left),
	    ROW(aside_is_bounded),
	    ROW(aside_elsewhere),
	    ROW(queue_is_a_link),
	    ROW(absent),
	    ROW(watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
