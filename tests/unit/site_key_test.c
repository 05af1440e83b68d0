#include "tests/unit/unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "publisher/site_key.h"
#include "tests/unit/sample.h"

static char *folder;
static const char *path;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	path = sample_path(folder, "site.key");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

static void
is_made_once_and_read_again(void **state)
{
	struct bytes first = {NULL, 0}, second = {NULL, 0};
	struct reason why;
	struct stat st;

	(void)state;
	assert_int_equal(site_key_load(path, true, &first, &why), DONE);
	assert_int_equal(first.len, SITE_KEY_LEN);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, SITE_KEY_LEN);
	assert_int_equal(site_key_load(path, false, &second, &why), DONE);
	assert_true(span_equal(span_bytes(&first), span_bytes(&second)));
	bytes_clear(&second);

	/* another site has another one */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(site_key_load(path, true, &second, &why), DONE);
	assert_false(span_equal(span_bytes(&first), span_bytes(&second)));
	bytes_clear(&first);
	bytes_clear(&second);
	assert_int_equal(unlink(path), 0);
}

static void
refused(bool may_make, enum reason_code code)
{
	struct bytes key = {NULL, 0};
	struct reason why;

	assert_int_equal(
	    site_key_load(path, may_make, &key, &why), reason_outcome(code));
	assert_int_equal(why.code, code);
	assert_null(key.data);
}

static void
what_is_no_key_is_refused(void **state)
{
	(void)state;
	/* published under one that is gone: never a new one */
	refused(false, REASON_SETTINGS);
	assert_int_equal(access(path, F_OK), -1);
	sample_write(path, "short");
	assert_int_equal(chmod(path, 0600), 0);
	refused(true, REASON_SETTINGS);
	sample_write(path, "one byte more than a site key has");
	refused(true, REASON_SETTINGS);
	sample_write(path, "just as long as a site key is...");
	assert_int_equal(chmod(path, 0644), 0);
	refused(true, REASON_SETTINGS);
	assert_int_equal(unlink(path), 0);
}

static void
a_folder_that_is_not_there_is_told(void **state)
{
	struct bytes key = {NULL, 0};
	struct reason why;

	(void)state;
	assert_int_equal(
	    site_key_load("/nowhere/at/all", true, &key, &why), BROKEN);
	assert_int_equal(why.code, REASON_IO);
	assert_non_null(strstr(why.text, "/nowhere/at/all"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_made_once_and_read_again),
	    cmocka_unit_test(what_is_no_key_is_refused),
	    cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
