#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "spool/spool.h"
#include "store/store.h"
#include "tests/unit/sample.h"

/*
 * How many harvests a second go through spool and store, and what that is of
 * a bare loop that makes bytes of the same number durable in the same folder
 * and does nothing else: handover_bench [N].
 */
#define THREADS 8

static char *folder;
static unsigned count = 2000;

static void
must(bool ok, const struct reason *why)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", why->text);
	exit(1);
}

/* Returns how many a second. */
static double
told(const char *what, int64_t ms, unsigned n, double bare)
{
	double rate = 1000.0 * n / (double)(ms > 0 ? ms : 1);

	printf("%-28s %8.0f /s", what, rate);
	if (bare > 0)
		printf("  %5.2f of the bare loop", rate / bare);
	putchar('\n');
	return rate;
}

/* A new file, its fsync, rename, the folder's fsync. */
static double
bare_files(void)
{
	struct reason why;
	struct harvest *h = sample_harvest(0, 0);
	struct bytes text;
	char name[32];
	int64_t start;
	unsigned i;
	int dir;

	must(spool_encode(h, &text, &why) == DONE, &why);
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	start = clock_ms();
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof name, "bare%u", i);
		must(file_write(dir, name, span_bytes(&text), 0640, &why) ==
			DONE,
		    &why);
	}
	close(dir);
	bytes_clear(&text);
	harvest_free(h);
	return told("bare files", clock_ms() - start, count, 0);
}

struct part {
	struct spool *spool;
	unsigned first, n;
};

static void *
put(void *arg)
{
	struct part *p = arg;
	struct harvest *h;
	struct reason why;
	unsigned i;

	for (i = p->first; i < p->first + p->n; i++) {
		h = sample_harvest(i, 0);
		must(spool_put(p->spool, h, &why) == DONE, &why);
		harvest_free(h);
	}
	return NULL;
}

static void
put_all(struct spool *s, double bare)
{
	struct part whole = {s, 0, count}, parts[THREADS];
	pthread_t threads[THREADS];
	int64_t start = clock_ms();
	unsigned i;

	put(&whole);
	told("spool_put", clock_ms() - start, count, bare);
	start = clock_ms();
	put(&whole);
	told("spool_put, there already", clock_ms() - start, count, bare);
	start = clock_ms();
	for (i = 0; i < THREADS; i++) {
		parts[i] = (struct part){
		    s, count + i * (count / THREADS), count / THREADS};
		pthread_create(&threads[i], NULL, put, &parts[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	told("spool_put, 8 threads", clock_ms() - start, count, bare);
}

/* Bytes of the same number appended and synced. */
static double
bare_appends(void)
{
	char bytes[4096] = "";
	int64_t start = clock_ms();
	unsigned i;
	int fd;

	fd = open(sample_path(folder, "bare"), O_WRONLY | O_CREAT, 0600);
	for (i = 0; i < count; i++)
		if (write(fd, bytes, sizeof bytes) != sizeof bytes ||
		    fdatasync(fd) != 0)
			abort();
	close(fd);
	return told("bare appends", clock_ms() - start, count, 0);
}

static void
take_all(struct spool *spool, struct store *store, double bare)
{
	struct harvest *h = NULL;
	struct reason why;
	char name[SPOOL_NAME];
	int64_t start = clock_ms();
	unsigned n;

	for (n = 0; spool_next(spool, &h, name, &why) == DONE; n++) {
		must(store_take(store, h, n, &why) == DONE, &why);
		must(spool_done(spool, name, &why) == DONE, &why);
		harvest_free(h);
	}
	told("spool_next, take, done", clock_ms() - start, n, bare);
	start = clock_ms();
	for (n = 0; n < count; n++) {
		h = sample_harvest(n, 1);
		must(store_take(store, h, n, &why) == DONE, &why);
		harvest_free(h);
	}
	told("store_take", clock_ms() - start, n, bare);
}

static void
settle_all(struct store *store, double bare)
{
	struct store_publication p = {.object = "1"};
	struct reason ok = {.code = REASON_OK}, why;
	char id[STORE_ID];
	struct harvest *h;
	int64_t start = clock_ms();
	unsigned n, tries;

	for (n = 0; store_next(store, INT64_MAX, &h, id, &tries, &why) == DONE;
	     n++) {
		strcpy(p.address, h->address);
		must(store_settle(store, id, DONE, &ok, &p, n, &why) == DONE,
		    &why);
		harvest_free(h);
	}
	told("store_next, settle", clock_ms() - start, n, bare);
}

int
main(int argc, char **argv)
{
	const struct spool_bounds wide = {{1000000, 1000000, 1000000},
	    {1ull << 40, 1ull << 40, 1ull << 40}, 0};
	struct spool *putter = NULL, *taker = NULL;
	struct store *store = NULL;
	struct reason why;
	double bare;

	if (argc > 1)
		count = (unsigned)atoi(argv[1]);
	folder = sample_folder();
	bare = bare_files();
	must(spool_open(sample_path(folder, "s"), &wide, &putter, &why) == DONE,
	    &why);
	put_all(putter, bare);
	spool_close(putter);
	bare = bare_appends();
	must(spool_open_taker(sample_path(folder, "s"),
		 sample_path(folder, "aside"), &taker, &why) == DONE,
	    &why);
	must(store_open(sample_path(folder, "store.db"), &store, &why) == DONE,
	    &why);
	take_all(taker, store, bare);
	settle_all(store, bare);
	spool_close(taker);
	store_close(store);
	sample_remove(folder);
	return 0;
}
