#include "spool/inside.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "spool/shares.h"

#define COUNT_EVERY 60000	/* milliseconds */
#define COUNT_WHEN_FULL 2000	/* milliseconds */
#define COUNT_PARTS 16		/* of the bound in files */
#define COUNT_AT_LEAST_AFTER 64 /* puts */

struct queue_usage {
	uint64_t files, bytes;
	uint32_t puts; /* since counted */
	int64_t at;    /* clock_ms() of counting; 0: never */
	bool counting; /* one thread does, the others go on */
};

struct usage {
	pthread_mutex_t lock;
	struct spool_bounds bounds;
	struct queue_usage queues[SPOOL_QUEUES];
	struct shares *shares;
};

struct usage *
usage_new(const struct spool_bounds *bounds)
{
	struct usage *u;

	u = calloc(1, sizeof *u);
	if (u == NULL)
		return NULL;
	u->shares = shares_new();
	if (u->shares == NULL) {
		free(u);
		return NULL;
	}
	pthread_mutex_init(&u->lock, NULL);
	u->bounds = *bounds;
	return u;
}

void
usage_free(struct usage *u)
{
	if (u == NULL)
		return;
	pthread_mutex_destroy(&u->lock);
	shares_free(u->shares);
	free(u);
}

/* A file of so many bytes takes as much of the bytes as of the files. */
static uint64_t
unit_of(const struct usage *u, unsigned q)
{
	return u->bounds.bytes[q] / u->bounds.files[q];
}

void
usage_look(const struct spool *s)
{
	unsigned q;
	int fd;

	for (q = 0; q < SPOOL_QUEUES; q++) {
		fd = -1;
		if (spool_folder_open(s, spool_queue_name((enum spool_queue)q),
			&fd, NULL) == DONE)
			(void)!shares_read(s->usage->shares, q, fd,
			    unit_of(s->usage, q), NULL);
		file_close(&fd);
	}
}

static bool
is_full(const struct usage *u, unsigned q, size_t size)
{
	return u->queues[q].files + 1 > u->bounds.files[q] ||
	    u->queues[q].bytes + size > u->bounds.bytes[q];
}

/* Until it is half full a queue is for whoever comes. */
static bool
has_its_share(const struct usage *u, unsigned q, const char *address)
{
	uint64_t bound = u->bounds.files[q];

	if (u->bounds.domain_percent == 0 ||
	    (u->queues[q].files < (bound + 1) / 2 &&
		u->queues[q].bytes < u->bounds.bytes[q] / 2))
		return false;
	return shares_count(u->shares, q, shares_domain(address)) >=
	    (bound * u->bounds.domain_percent + 99) / 100;
}

static bool
wants_counting(const struct usage *u, unsigned q, size_t size)
{
	const struct queue_usage *v = &u->queues[q];
	uint32_t part = u->bounds.files[q] / COUNT_PARTS;
	int64_t age = clock_ms() - v->at;

	if (v->counting)
		return false;
	if (v->at == 0)
		return true;
	if (part < COUNT_AT_LEAST_AFTER)
		part = COUNT_AT_LEAST_AFTER;
	return v->puts >= part || age > COUNT_EVERY ||
	    (is_full(u, q, size) && age > COUNT_WHEN_FULL);
}

/* With the lock held, which is given up while counting. */
static void
count(const struct spool *s, unsigned q)
{
	struct usage *u = s->usage;
	struct queue_usage *v = &u->queues[q];
	uint64_t files = 0, bytes = 0;
	enum outcome o;
	int fd = -1;

	v->counting = true;
	pthread_mutex_unlock(&u->lock);
	o = spool_folder_open(
	    s, spool_queue_name((enum spool_queue)q), &fd, NULL);
	if (o == DONE)
		o = scan_count(fd, &files, &bytes, NULL);
	file_close(&fd);
	pthread_mutex_lock(&u->lock);
	v->counting = false;
	if (o != DONE)
		return; /* the put will find out why */
	shares_shrink(u->shares, q, files, v->files);
	v->files = files;
	v->bytes = bytes;
	v->puts = 0;
	v->at = clock_ms();
}

enum outcome
usage_reserve(const struct spool *s, unsigned q, size_t size,
    const char *address, struct reason *why)
{
	struct usage *u = s->usage;
	enum outcome o = DONE;

	pthread_mutex_lock(&u->lock);
	if (wants_counting(u, q, size))
		count(s, q);
	if (is_full(u, q, size)) {
		o = reason_set(why, REASON_SPOOL_FULL,
		    "%s/%s: %llu files of %llu bytes", s->path,
		    spool_queue_name((enum spool_queue)q),
		    (unsigned long long)u->queues[q].files,
		    (unsigned long long)u->queues[q].bytes);
	} else if (has_its_share(u, q, address)) {
		o = reason_set(why, REASON_SPOOL_SHARE,
		    "%s/%s: %s has its share of a queue that fills up", s->path,
		    spool_queue_name((enum spool_queue)q),
		    shares_domain(address));
	} else {
		u->queues[q].files++;
		u->queues[q].bytes += size;
		u->queues[q].puts++;
		shares_add(u->shares, q, shares_domain(address),
		    shares_weight(size, unit_of(u, q)));
	}
	pthread_mutex_unlock(&u->lock);
	return o;
}

void
usage_release(struct usage *u, unsigned q, size_t size, const char *address)
{
	pthread_mutex_lock(&u->lock);
	/* A count in between may have seen the queue without it. */
	if (u->queues[q].files > 0)
		u->queues[q].files--;
	if (u->queues[q].bytes >= size)
		u->queues[q].bytes -= size;
	shares_remove(u->shares, q, shares_domain(address),
	    shares_weight(size, unit_of(u, q)));
	pthread_mutex_unlock(&u->lock);
}

enum outcome
spool_measure(const char *path, struct spool_sizes *out, struct reason *why)
{
	struct spool *s = NULL;
	enum outcome o;
	unsigned q;
	int fd;

	o = spool_new(path, &s, why);
	for (q = 0; o == DONE && q < SPOOL_QUEUES; q++) {
		fd = -1;
		o = spool_folder_open(
		    s, spool_queue_name((enum spool_queue)q), &fd, why);
		if (o == DONE)
			o = scan_count(fd, &out->files[q], &out->bytes[q], why);
		file_close(&fd);
	}
	if (o == NOTHING)
		o = reason_set(
		    why, REASON_SPOOL_ABSENT, "%s: no such spool", path);
	spool_close(s);
	return o;
}
