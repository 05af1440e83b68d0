#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/unit/sample.h"

/*
 * What must have happened before spool_put() says DONE: this program brings
 * its own fsync() and renameat2(), which write down who called and can fail.
 */
static const struct spool_bounds wide = {
    {1000000, 1000000, 1000000}, {1ull << 40, 1ull << 40, 1ull << 40}, 0};

static char calls[16]; /* f: fsync of a file, d: of a folder, r: renameat2 */
static char failing;   /* the call that fails */
static int error;

static char *folder;
static struct spool *spool;
static struct reason why;

static int
call(char which, long result)
{
	size_t n = strlen(calls);

	if (n < sizeof calls - 1)
		calls[n] = which;
	return (int)result;
}

int
fsync(int fd)
{
	struct stat st;
	char which;

	which = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? 'd' : 'f';
	if (which == failing) {
		errno = error;
		return call(which, -1);
	}
	return call(which, syscall(SYS_fsync, fd));
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	if (failing == 'r') {
		errno = error;
		return call('r', -1);
	}
	return call('r', syscall(SYS_renameat2, from, old, to, new, flags));
}

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	if (spool_open(sample_path(folder, "s"), &wide, &spool, &why) != DONE)
		return -1;
	memset(calls, 0, sizeof calls);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	failing = 0;
	spool_close(spool);
	sample_remove(folder);
	return 0;
}

static enum outcome
put(void)
{
	struct harvest *h = sample_harvest(1, 1);
	enum outcome o = spool_put(spool, h, &why);

	harvest_free(h);
	return o;
}

/* File, name, folder, in this order; the folder also for what was there. */
static void
in_this_order(void **state)
{
	(void)state;
	assert_int_equal(DONE, put());
	assert_string_equal(calls, "frd");
	memset(calls, 0, sizeof calls);
	assert_int_equal(DONE, put());
	assert_string_equal(calls, "d");
}

static const struct {
	char call;
	int error;
	enum outcome want;
	enum reason_code code;
	unsigned left; /* files in the queue afterwards */
} failures[] = {
    {'f', EIO, BROKEN, REASON_SPOOL_IO, 0},
    {'f', ENOSPC, LATER, REASON_SPOOL_FULL, 0},
    {'f', EDQUOT, LATER, REASON_SPOOL_FULL, 0},
    {'r', EROFS, BROKEN, REASON_SPOOL_IO, 0},
    {'r', ENOSPC, LATER, REASON_SPOOL_FULL, 0},
    {'r', ENOMEM, LATER, REASON_MEMORY, 0},
    {'d', EIO, BROKEN, REASON_SPOOL_IO, 1},
    /* A file system that knows no RENAME_NOREPLACE. */
    {'r', EINVAL, DONE, REASON_OK, 1},
};

/* What failed is not said to be done, leaves nothing behind, and works when
 * it is tried again. */
static void
failures_are_told(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		teardown(NULL);
		setup(NULL);
		reason_clear(&why);
		failing = failures[i].call;
		error = failures[i].error;
		assert_int_equal(failures[i].want, put());
		assert_int_equal(failures[i].code, why.code);
		assert_int_equal(failures[i].left,
		    sample_count(sample_path(folder, "s/chained")));
		assert_int_equal(0, sample_count(sample_path(folder, "s/tmp")));
		failing = 0;
		assert_int_equal(DONE, put());
		assert_int_equal(
		    1, sample_count(sample_path(folder, "s/chained")));
	}
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(in_this_order),
	    ROW(failures_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
