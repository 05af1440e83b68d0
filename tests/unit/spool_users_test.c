#include "tests/unit/unit.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/unit/sample.h"

/*
 * The two users of an installation: the milter owns its folder, the
 * publisher reads and removes through a common group, and neither has any
 * other right.
 */
#define MILTER 60001
#define PUBLISHER 60002
#define COMMON 60009

static const struct spool_bounds wide = {
    {1000000, 1000000, 1000000}, {1ull << 40, 1ull << 40, 1ull << 40}, 0};

static char *folder;
static struct reason why;

static int
setup(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	folder = sample_folder();
	return chmod(folder, 0755) != 0 ||
	    mkdir(sample_path(folder, "s"), 0) != 0 ||
	    chown(sample_path(folder, "s"), MILTER, COMMON) != 0 ||
	    chmod(sample_path(folder, "s"), 02770) != 0 ||
	    mkdir(sample_path(folder, "aside"), 0750) != 0 ||
	    chown(sample_path(folder, "aside"), PUBLISHER, PUBLISHER) != 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (geteuid() == 0)
		sample_remove(folder);
	return 0;
}

static void
need_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("skipped: needs root to become other users\n");
	skip();
}

/* In a child that is that user, with the common group; 0: all well. */
static int
as(uid_t uid, int (*run)(void))
{
	const gid_t common = COMMON;
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		umask(077);
		if (setgroups(1, &common) != 0 || setgid(uid) != 0 ||
		    setuid(uid) != 0)
			_exit(99);
		status = run();
		if (status != 0)
			fprintf(stderr, "%d: %s\n", status, why.text);
		_exit(status);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
put_three(void)
{
	struct spool *s = NULL;
	struct harvest *h;
	unsigned i;

	if (spool_open(sample_path(folder, "s"), &wide, &s, &why) != DONE)
		return 1;
	for (i = 0; i < 3; i++) {
		h = sample_harvest(i, 1);
		if (spool_put(s, h, &why) != DONE)
			return 2;
		harvest_free(h);
	}
	spool_close(s);
	return 0;
}

static int
put_hostile(void)
{
	sample_write(sample_path(folder, "s/chained/x"), "x");
	if (link("/etc/passwd", sample_path(folder, "s/chained/y")) == 0 ||
	    symlink("/etc/shadow", sample_path(folder, "s/chained/z")) != 0 ||
	    mkdir(sample_path(folder, "s/chained/d"), 0700) != 0 ||
	    mkdir(sample_path(folder, "s/chained/d/d"), 0700) != 0)
		return 1;
	return 0;
}

static int
take_three(void)
{
	struct harvest *h = NULL;
	struct spool *s = NULL;
	char name[SPOOL_NAME];
	unsigned i;

	if (spool_open_taker(sample_path(folder, "s"),
		sample_path(folder, "aside"), &s, &why) != DONE)
		return 1;
	for (i = 0; i < 3; i++) {
		if (spool_next(s, &h, name, &why) != DONE)
			return 2;
		harvest_free(h);
		if (spool_done(s, name, &why) != DONE)
			return 3;
	}
	if (spool_next(s, &h, name, &why) != NOTHING)
		return 4;
	spool_close(s);
	return 0;
}

/* The hostile ones go aside or are left out; the good ones come. */
static int
take_hostile(void)
{
	unsigned taken = 0, refused = 0;
	struct harvest *h = NULL;
	struct spool *s = NULL;
	char name[SPOOL_NAME];
	enum outcome o;

	if (spool_open_taker(sample_path(folder, "s"),
		sample_path(folder, "aside"), &s, &why) != DONE)
		return 1;
	while ((o = spool_next(s, &h, name, &why)) != NOTHING) {
		if (o == REFUSED) {
			refused++;
			continue;
		}
		if (o != DONE)
			return 2;
		taken++;
		harvest_free(h);
		if (spool_done(s, name, &why) != DONE)
			return 3;
	}
	spool_close(s);
	return taken == 3 && refused == 3 ? 0 : 4;
}

static void
two_users(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(0, as(MILTER, put_three));
	assert_int_equal(0, as(PUBLISHER, take_three));
}

static void
hostile_milter(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(0, as(MILTER, put_three));
	assert_int_equal(0, as(MILTER, put_hostile));
	assert_int_equal(0, as(PUBLISHER, take_hostile));
	assert_int_equal(2, sample_count(sample_path(folder, "aside")));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(two_users),
	    ROW(hostile_milter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
