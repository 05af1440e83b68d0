#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[] = "/tmp/file_test.XXXXXX";

static char *
in_folder(const char *name)
{
	static char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static void
write_and_read(void **state)
{
	struct bytes b = {NULL, 0};
	struct reason why;
	struct stat st;
	int dir;

	(void)state;
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(
	    DONE, file_write(dir, "a", span_str("one"), 0640, &why));
	assert_int_equal(
	    DONE, file_write(dir, "a", span_str("two"), 0640, &why));
	assert_int_equal(0, stat(in_folder("a"), &st));
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(DONE, file_read(in_folder("a"), 3, &b, &why));
	assert_true(span_equal(span_bytes(&b), span_str("two")));
	bytes_clear(&b);
	assert_int_equal(REFUSED, file_read(in_folder("a"), 2, &b, &why));
	assert_int_equal(why.code, REASON_TOO_LARGE);
	assert_int_equal(NOTHING, file_read(in_folder("none"), 9, &b, &why));
	assert_int_equal(BROKEN, file_read(folder, 9999, &b, &why));
	close(dir);
}

/* Whoever waits at a FIFO waits for ever. */
static void
fifo_is_refused(void **state)
{
	struct bytes b = {NULL, 0};
	struct reason why;

	(void)state;
	assert_int_equal(0, mkfifo(in_folder("fifo"), 0600));
	assert_int_equal(BROKEN, file_read(in_folder("fifo"), 9, &b, &why));
}

static void
failed_write_leaves_nothing(void **state)
{
	struct reason why;
	char tmp[50];
	int dir;

	(void)state;
	assert_int_equal(DONE, file_make_folder(in_folder("d/e"), 0750, &why));
	assert_int_equal(0, mkdir(in_folder("d/target"), 0700));
	assert_int_equal(0, mkdir(in_folder("d/target/x"), 0700));
	dir = open(in_folder("d"), O_RDONLY | O_DIRECTORY);
	/* A folder stands where the file is to go. */
	assert_int_equal(
	    BROKEN, file_write(dir, "target", span_str("x"), 0600, &why));
	snprintf(tmp, sizeof tmp, "d/.target.%ld.tmp", (long)getpid());
	assert_int_equal(-1, access(in_folder(tmp), F_OK));
	close(dir);
}

static void
lock_excludes(void **state)
{
	struct reason why;
	int a, b;

	(void)state;
	assert_int_equal(DONE, file_lock(in_folder("lock"), &a, &why));
	assert_int_equal(BROKEN, file_lock(in_folder("lock"), &b, &why));
	assert_int_equal(why.code, REASON_LOCKED);
	file_close(&a);
	assert_int_equal(DONE, file_lock(in_folder("lock"), &b, &why));
	file_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(write_and_read),
	    cmocka_unit_test(fifo_is_refused),
	    cmocka_unit_test(failed_write_leaves_nothing),
	    cmocka_unit_test(lock_excludes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
