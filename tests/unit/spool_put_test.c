#include "tests/unit/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/unit/sample.h"

static const struct spool_bounds wide = {
    {1000000, 1000000, 1000000}, {1ull << 40, 1ull << 40, 1ull << 40}, 0};

static char *folder;
static struct reason why;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

static struct spool *
spool(const struct spool_bounds *bounds)
{
	struct spool *s = NULL;

	assert_int_equal(
	    DONE, spool_open(sample_path(folder, "s"), bounds, &s, &why));
	return s;
}

static enum outcome
put(struct spool *s, struct harvest *h)
{
	enum outcome o = spool_put(s, h, &why);

	harvest_free(h);
	return o;
}

/* The file is there, under its digest, readable for the group, alone. */
static void
file_is_complete(void **state)
{
	struct harvest *h = sample_harvest(1, 1);
	char digest[DIGEST_HEX], name[200];
	mode_t old = umask(077);
	struct spool *s;
	struct stat st;

	(void)state;
	s = spool(&wide);
	harvest_digest(h, digest);
	assert_int_equal(DONE, put(s, h));
	umask(old);
	snprintf(name, sizeof name, "s/chained/%s.json", digest);
	assert_int_equal(0, stat(sample_path(folder, name), &st));
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(0, stat(sample_path(folder, "s/chained"), &st));
	assert_int_equal(st.st_mode & 07777, 02770);
	assert_int_equal(0, sample_count(sample_path(folder, "s/tmp")));
	spool_close(s);
}

static void
queues_by_kind(void **state)
{
	struct harvest *unchained = sample_harvest(2, 1);
	struct spool *s = spool(&wide);

	(void)state;
	reason_set(&unchained->chain, REASON_CHAIN_UNKNOWN, "who");
	assert_int_equal(DONE, put(s, sample_harvest(1, 1)));
	assert_int_equal(DONE, put(s, unchained));
	assert_int_equal(DONE, put(s, sample_note(1, REASON_NOT_FROM)));
	assert_int_equal(1, sample_count(sample_path(folder, "s/chained")));
	assert_int_equal(1, sample_count(sample_path(folder, "s/unchained")));
	assert_int_equal(1, sample_count(sample_path(folder, "s/notes")));
	spool_close(s);
}

/* Fifty times the same mail is one file, also when the spool is full. */
static void
same_name_is_done(void **state)
{
	const struct spool_bounds one = {
	    {1, 1, 1}, {1 << 20, 1 << 20, 1 << 20}, 0};
	struct spool *s = spool(&one);
	struct harvest *h;
	int i;

	(void)state;
	for (i = 0; i < 50; i++) {
		h = sample_harvest(1, 1);
		h->received += i;
		assert_int_equal(DONE, put(s, h));
	}
	assert_int_equal(1, sample_count(sample_path(folder, "s/chained")));
	assert_int_equal(LATER, put(s, sample_harvest(1, 2)));
	assert_int_equal(why.code, REASON_SPOOL_FULL);
	spool_close(s);
}

/* One full queue does not crowd out another, and room is seen again. */
static void
bounds_by_queue(void **state)
{
	const struct spool_bounds few = {
	    {100, 3, 3}, {12000, 1 << 20, 1 << 20}, 0};
	struct spool *s = spool(&few);
	char command[300];
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(DONE, put(s, sample_note(i, REASON_NOT_FROM)));
	assert_int_equal(LATER, put(s, sample_note(9, REASON_NOT_FROM)));
	for (i = 0; put(s, sample_harvest(i, 1)) == DONE; i++)
		assert_true(i < 5);
	assert_int_equal(why.code, REASON_SPOOL_FULL);
	assert_int_equal(i, 1); /* about 9,000 bytes each */
	snprintf(command, sizeof command, "rm %s/s/notes/*", folder);
	assert_int_equal(0, system(command));
	usleep(2100000);
	assert_int_equal(DONE, put(s, sample_note(9, REASON_NOT_FROM)));
	spool_close(s);
}

static enum outcome
put_of(struct spool *s, unsigned n, const char *domain)
{
	struct harvest *h = sample_note(n, REASON_NOT_FROM);

	snprintf(h->address, sizeof h->address, "p%u@%s", n, domain);
	return put(s, h);
}

/* A flood of one domain leaves room for the others; the share is for a
 * queue that fills up, is known to a process that starts later, and grows
 * back as the publisher takes. */
static void
a_domain_has_its_share(void **state)
{
	const struct spool_bounds ten = {
	    {9, 9, 100}, {1 << 20, 1 << 20, 1 << 20}, 10};
	struct spool *s = spool(&ten);
	char command[300], other[40];
	unsigned i;

	(void)state;
	for (i = 0; put_of(s, i, "flood.example") == DONE; i++)
		assert_true(i < 60);
	assert_int_equal(why.code, REASON_SPOOL_SHARE);
	assert_non_null(strstr(why.text, "flood.example has its share"));
	assert_int_equal(i, 50);
	for (i = 0; i < 20; i++) {
		snprintf(other, sizeof other, "o%u.example", i);
		assert_int_equal(DONE, put_of(s, 0, other));
	}
	assert_int_equal(LATER, put_of(s, 99, "flood.example"));
	for (i = 0; i < 10; i++)
		assert_int_equal(DONE, put_of(s, i, "second.example"));
	assert_int_equal(LATER, put_of(s, 10, "second.example"));
	spool_close(s);
	s = spool(&ten);
	assert_int_equal(LATER, put_of(s, 99, "flood.example"));
	assert_int_equal(LATER, put_of(s, 99, "second.example"));
	assert_int_equal(DONE, put_of(s, 0, "third.example"));
	for (i = 0; i < 19; i++) {
		snprintf(other, sizeof other, "n%u.example", i);
		assert_int_equal(DONE, put_of(s, 0, other));
	}
	assert_int_equal(LATER, put_of(s, 0, "full.example"));
	snprintf(command, sizeof command,
	    "ls -d %s/s/notes/* | head -70 | "
	    "xargs rm",
	    folder);
	assert_int_equal(0, system(command));
	usleep(2100000);
	assert_int_equal(DONE, put_of(s, 99, "flood.example"));
	spool_close(s);
}

/* A large file is as much as many small ones. */
static void
a_share_is_of_bytes_too(void **state)
{
	const struct spool_bounds few = {
	    {1000, 9, 9}, {90000, 1 << 20, 1 << 20}, 10};
	struct spool *s = spool(&few);
	struct harvest *h;
	unsigned i;

	(void)state;
	/* about 9,000 bytes each, that is 100 of 1000 */
	for (i = 0; put(s, sample_harvest(i, 1)) == DONE; i++)
		assert_true(i < 9);
	assert_non_null(strstr(why.text, "example.org has its share"));
	h = sample_harvest(50, 1);
	strcpy(h->address, "other@other.example");
	assert_int_equal(DONE, put(s, h));
	spool_close(s);
}

/* What others put counts: a new process sees what is there. */
static void
counts_what_is_there(void **state)
{
	const struct spool_bounds two = {
	    {2, 2, 2}, {1 << 20, 1 << 20, 1 << 20}, 0};
	struct spool *a = spool(&two), *b;

	(void)state;
	assert_int_equal(DONE, put(a, sample_harvest(1, 1)));
	assert_int_equal(DONE, put(a, sample_harvest(2, 1)));
	b = spool(&two);
	assert_int_equal(LATER, put(b, sample_harvest(3, 1)));
	spool_close(a);
	spool_close(b);
}

static void
folders_come_back(void **state)
{
	struct spool *s = spool(&wide);
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s/s", folder);
	assert_int_equal(0, system(command));
	assert_int_equal(DONE, put(s, sample_harvest(1, 1)));
	assert_int_equal(1, sample_count(sample_path(folder, "s/chained")));
	spool_close(s);
}

/* What a killed writer left is removed when it is old, and not before. */
static void
leftovers_go(void **state)
{
	const struct timeval old[2] = {{1000, 0}, {1000, 0}};

	(void)state;
	spool_close(spool(&wide));
	sample_write(sample_path(folder, "s/tmp/old"), "x");
	sample_write(sample_path(folder, "s/tmp/new"), "x");
	assert_int_equal(0, utimes(sample_path(folder, "s/tmp/old"), old));
	spool_close(spool(&wide));
	assert_int_equal(-1, access(sample_path(folder, "s/tmp/old"), F_OK));
	assert_int_equal(0, access(sample_path(folder, "s/tmp/new"), F_OK));
}

static void
failures_are_told(void **state)
{
	struct spool *s = NULL;

	(void)state;
	sample_write(sample_path(folder, "file"), "x");
	assert_int_equal(
	    BROKEN, spool_open(sample_path(folder, "file"), &wide, &s, &why));
	assert_int_equal(why.code, REASON_SPOOL_IO);
	assert_int_equal(
	    BROKEN, spool_open(sample_path(folder, "file/s"), &wide, &s, &why));
	s = spool(&wide);
	assert_int_equal(0, rmdir(sample_path(folder, "s/chained")));
	assert_int_equal(0, symlink("/tmp", sample_path(folder, "s/chained")));
	assert_int_equal(BROKEN, put(s, sample_harvest(1, 1)));
	assert_int_equal(why.code, REASON_SPOOL_IO);
	spool_close(s);
}

#define THREADS 8
#define PUTS 40

struct work {
	struct spool *spool;
	unsigned number;
};

/* Every thread puts its own, and all put the same ones too. */
static void *
work(void *arg)
{
	struct work *w = arg;
	struct harvest *h;
	uintptr_t failed = 0;
	unsigned i;

	for (i = 0; i < PUTS; i++) {
		h = sample_harvest(i, 0);
		failed += spool_put(w->spool, h, NULL) != DONE;
		harvest_free(h);
		h = sample_harvest(i, w->number);
		failed += spool_put(w->spool, h, NULL) != DONE;
		harvest_free(h);
	}
	return (void *)failed;
}

static void
many_threads(void **state)
{
	struct work works[THREADS];
	pthread_t threads[THREADS];
	struct spool *s = spool(&wide);
	void *failed;
	unsigned i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		works[i] = (struct work){s, i + 1};
		assert_int_equal(
		    0, pthread_create(&threads[i], NULL, work, &works[i]));
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(0, pthread_join(threads[i], &failed));
		assert_null(failed);
	}
	assert_int_equal(PUTS * (THREADS + 1),
	    sample_count(sample_path(folder, "s/chained")));
	assert_int_equal(0, sample_count(sample_path(folder, "s/tmp")));
	spool_close(s);
}

/* No space: LATER, nothing left behind; and space again: DONE. */
static void
disk_full(void **state)
{
	char command[300];
	struct spool *s;
	unsigned i, n;

	(void)state;
	if (geteuid() != 0 ||
	    mount("none", folder, "tmpfs", 0, "size=200k") != 0) {
		print_message("skipped: needs root for a small tmpfs\n");
		skip();
	}
	s = spool(&wide);
	for (n = 0; put(s, sample_harvest(n, 1)) == DONE; n++)
		assert_true(n < 100);
	assert_int_equal(why.code, REASON_SPOOL_FULL);
	assert_true(n > 5);
	assert_int_equal(n, sample_count(sample_path(folder, "s/chained")));
	assert_int_equal(0, sample_count(sample_path(folder, "s/tmp")));
	for (i = 0; i < 5; i++)
		assert_int_equal(LATER, put(s, sample_harvest(n + i, 1)));
	snprintf(command, sizeof command, "rm %s/s/chained/*", folder);
	assert_int_equal(0, system(command));
	assert_int_equal(DONE, put(s, sample_harvest(n, 1)));
	spool_close(s);
	assert_int_equal(0, umount(folder));
}

/* The disk becomes read-only and is mended: nothing need be restarted. */
static void
disk_read_only(void **state)
{
	struct spool *s;

	(void)state;
	if (geteuid() != 0 ||
	    mount("none", folder, "tmpfs", 0, "size=200k") != 0) {
		print_message("skipped: needs root for a small tmpfs\n");
		skip();
	}
	s = spool(&wide);
	assert_int_equal(
	    0, mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, ""));
	assert_int_equal(BROKEN, put(s, sample_harvest(1, 1)));
	assert_int_equal(why.code, REASON_SPOOL_IO);
	assert_int_equal(0, mount(NULL, folder, NULL, MS_REMOUNT, ""));
	assert_int_equal(DONE, put(s, sample_harvest(1, 1)));
	spool_close(s);
	assert_int_equal(0, umount(folder));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(file_is_complete),
	    ROW(queues_by_kind),
	    ROW(same_name_is_done),
	    ROW(bounds_by_queue),
	    ROW(a_domain_has_its_share),
	    ROW(a_share_is_of_bytes_too),
	    ROW(counts_what_is_there),
	    ROW(folders_come_back),
	    ROW(leftovers_go),
	    ROW(failures_are_told),
	    ROW(many_threads),
	    ROW(disk_full),
	    ROW(disk_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
