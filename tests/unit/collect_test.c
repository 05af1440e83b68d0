#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "milter/collect.h"

static char folder[] = "/tmp/collect-test.XXXXXX";
static uint8_t pattern[LIMIT_MESSAGE_MEMORY + 7];

static int
begin(void **state)
{
	struct collect_budget *b = calloc(1, sizeof *b);
	size_t i;

	for (i = 0; i < sizeof pattern; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
	if (!b || !mkdtemp(folder))
		return -1;
	b->memory_cap = 4 * LIMIT_MESSAGE_MEMORY;
	b->bytes_cap = 16 * LIMIT_MESSAGE_MEMORY;
	b->folder = folder;
	*state = b;
	return 0;
}

static int
finish(void **state)
{
	free(*state);
	return rmdir(folder); /* nothing is left in it */
}

/* Whether the descriptor holds size bytes of the pattern, and only reads. */
static void
check(int fd, size_t size)
{
	struct bytes got = {NULL, 0};
	size_t at;

	assert_int_equal(-1, write(fd, "x", 1));
	assert_int_equal(-1, ftruncate(fd, (off_t)size + 1));
	assert_int_equal(DONE, file_read_fd(fd, size, &got, NULL));
	assert_int_equal(size, got.len);
	for (at = 0; at < size; at++)
		if (got.data[at] != pattern[at % sizeof pattern])
			fail_msg("byte %zu differs", at);
	bytes_clear(&got);
	(void)close(fd);
}

static void
every_byte(void **state)
{
	static const struct {
		size_t size;
		bool in_file;
	} rows[] = {
	    {0, false},
	    {1, false},
	    {LIMIT_MESSAGE_MEMORY, false},
	    {LIMIT_MESSAGE_MEMORY + 1, true},
	    {3 * sizeof pattern, true},
	};
	struct collect_budget *b = *state;
	struct collect c;
	size_t i, at, n;
	int fd;

	collect_init(&c, b, 10 * LIMIT_MESSAGE_MEMORY);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (at = 0; at < rows[i].size; at += n) {
			n = sizeof pattern - at % sizeof pattern;
			if (n > 65535)
				n = 65535;
			if (n > rows[i].size - at)
				n = rows[i].size - at;
			assert_int_equal(DONE,
			    collect_add(
				&c, pattern + at % sizeof pattern, n, NULL));
		}
		assert_int_equal(rows[i].in_file, c.file >= 0);
		assert_int_equal(rows[i].size, b->bytes);
		assert_int_equal(rows[i].in_file ? 0 : rows[i].size, b->memory);
		assert_int_equal(DONE, collect_open(&c, &fd, NULL));
		check(fd, rows[i].size);
		collect_reset(&c);
		assert_int_equal(0, b->bytes);
		assert_int_equal(0, b->memory);
	}
	collect_clear(&c);
}

static void
too_large(void **state)
{
	struct collect_budget *b = *state;
	struct reason why;
	struct collect c;

	collect_init(&c, b, 1000);
	assert_int_equal(DONE, collect_add(&c, pattern, 1000, &why));
	assert_int_equal(REFUSED, collect_add(&c, pattern, 1, &why));
	assert_int_equal(REASON_TOO_LARGE, why.code);
	assert_int_equal(0, b->bytes);
	assert_int_not_equal(DONE, collect_add(&c, pattern, 1, &why));
	collect_reset(&c);
	assert_int_equal(DONE, collect_add(&c, pattern, 1, &why));
	collect_clear(&c);
	assert_int_equal(0, b->bytes);
}

static void
budget(void **state)
{
	struct collect_budget *b = *state;
	struct collect c[2];
	struct reason why;
	unsigned i;

	/* Memory runs out first: into files, then those run out, too. */
	collect_init(&c[0], b, UINT64_MAX);
	collect_init(&c[1], b, UINT64_MAX);
	b->memory = b->memory_cap - 10;
	assert_int_equal(DONE, collect_add(&c[0], pattern, 10, &why));
	assert_true(c[0].file < 0);
	assert_int_equal(DONE, collect_add(&c[1], pattern, 10, &why));
	assert_true(c[1].file >= 0);
	for (i = 0; i < 15; i++)
		assert_int_equal(DONE,
		    collect_add(&c[1], pattern, LIMIT_MESSAGE_MEMORY, &why));
	assert_int_equal(
	    LATER, collect_add(&c[1], pattern, LIMIT_MESSAGE_MEMORY, &why));
	assert_int_equal(REASON_NO_ROOM, why.code);
	assert_int_equal(10, b->bytes);
	collect_clear(&c[0]);
	collect_clear(&c[1]);
	assert_int_equal(b->memory_cap - 10, b->memory);
	b->memory = 0;
}

static void
no_folder(void **state)
{
	struct collect_budget *b = *state;
	struct reason why;
	struct collect c;

	b->folder = "/nonexistent";
	collect_init(&c, b, UINT64_MAX);
	assert_int_equal(
	    DONE, collect_add(&c, pattern, LIMIT_MESSAGE_MEMORY, &why));
	assert_int_equal(BROKEN, collect_add(&c, pattern, 1, &why));
	assert_int_equal(REASON_IO, why.code);
	assert_int_equal(0, b->bytes);
	assert_int_equal(0, b->memory);
	collect_clear(&c);
	b->folder = folder;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte),
	    cmocka_unit_test(too_large),
	    cmocka_unit_test(budget),
	    cmocka_unit_test(no_folder),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
