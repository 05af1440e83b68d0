#include "base/metrics_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static const enum metrics_scale histogram_scales[] = {
#define HISTOGRAM(code, name, scale, help) [HISTOGRAM_##code] = METRICS_##scale,
#include "base/metrics.def"
};

/* A judge has two seconds and the directory some more; a harvest may wait for
 * a human's holiday. */
static const struct metrics_scale_row scales[] = {
    [METRICS_FAST] = {.n = 14,
	.bounds = {{500, "0.0005"}, {1000, "0.001"}, {2500, "0.0025"},
	    {5000, "0.005"}, {10000, "0.01"}, {25000, "0.025"}, {50000, "0.05"},
	    {100000, "0.1"}, {250000, "0.25"}, {500000, "0.5"},
	    {1000000, "1.0"}, {2000000, "2.0"}, {5000000, "5.0"},
	    {30000000, "30.0"}}},
    [METRICS_SLOW] = {.n = 14,
	.bounds = {{1000000, "1.0"}, {2000000, "2.0"}, {5000000, "5.0"},
	    {10000000, "10.0"}, {30000000, "30.0"}, {60000000, "60.0"},
	    {300000000, "300.0"}, {900000000, "900.0"}, {3600000000, "3600.0"},
	    {21600000000, "21600.0"}, {86400000000, "86400.0"},
	    {259200000000, "259200.0"}, {604800000000, "604800.0"},
	    {2592000000000, "2592000.0"}}},
};

/* Every name in order: the table that the memory is laid out by. */
static const char layout[] =
#define METRIC(code, name, type, help) name "\n"
#define REASONS(code, name, type, help) name "\n"
#define HISTOGRAM(code, name, scale, help) name " " #scale "\n"
#include "base/metrics.def"
#define REASON(code, name, outcome, advice) name "\n"
#include "base/reason.def"
#undef REASON
    ;

struct histogram {
	_Atomic int64_t buckets[METRICS_BUCKETS];
	_Atomic int64_t sum; /* microseconds */
};

struct counts {
	uint64_t layout; /* of the program that made it */
	_Atomic int64_t values[METRIC_COUNT];
	_Atomic int64_t reasons[REASONS_COUNT][REASON_COUNT];
	struct histogram histograms[HISTOGRAM_COUNT];
};

static struct counts private_counts;
/* Replaced once by metrics_share(), before there are threads. */
static struct counts *counts = &private_counts;

/* FNV-1a: it only tells programs apart. */
static uint64_t
layout_stamp(void)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < sizeof layout - 1; i++)
		h = (h ^ (unsigned char)layout[i]) * 1099511628211u;
	return h;
}

enum outcome
metrics_create(int *out, struct reason *why)
{
	const uint64_t stamp = layout_stamp();
	int fd = memfd_create("metrics", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return reason_set(
		    why, REASON_IO, "memfd_create: %s", strerror(errno));
	/* sealed, so that no sharer can make the others fault */
	if (ftruncate(fd, sizeof *counts) < 0 ||
	    pwrite(fd, &stamp, sizeof stamp, offsetof(struct counts, layout)) !=
		(ssize_t)sizeof stamp ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0) {
		reason_set(
		    why, REASON_IO, "memory for metrics: %s", strerror(errno));
		file_close(&fd);
		return BROKEN;
	}
	*out = fd;
	return DONE;
}

enum outcome
metrics_share(int fd, struct reason *why)
{
	struct counts *p;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return reason_set(
		    why, REASON_IO, "metrics: %s", strerror(errno));
	if (st.st_size != (off_t)sizeof *counts)
		return reason_set(why, REASON_PROTOCOL,
		    "the metrics of another version: %lld bytes",
		    (long long)st.st_size);
	p = mmap(
	    NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return reason_set(
		    why, REASON_IO, "metrics: mmap: %s", strerror(errno));
	if (p->layout != layout_stamp()) {
		(void)munmap(p, sizeof *counts);
		return reason_set(why, REASON_PROTOCOL,
		    "the metrics of another version: another table");
	}
	counts = p;
	return DONE;
}

void
metrics_add(enum metric m, int64_t n)
{
	atomic_fetch_add_explicit(&counts->values[m], n, memory_order_relaxed);
}

void
metrics_set(enum metric m, int64_t value)
{
	atomic_store_explicit(&counts->values[m], value, memory_order_relaxed);
}

int64_t
metrics_get(enum metric m)
{
	return atomic_load_explicit(&counts->values[m], memory_order_relaxed);
}

void
metrics_reason(enum metric_reasons m, enum reason_code code)
{
	atomic_fetch_add_explicit(
	    &counts->reasons[m][code], 1, memory_order_relaxed);
}

int64_t
metrics_get_reason(enum metric_reasons m, enum reason_code code)
{
	return atomic_load_explicit(
	    &counts->reasons[m][code], memory_order_relaxed);
}

const struct metrics_scale_row *
metrics_scale_peek(enum metrics_scale scale)
{
	return &scales[scale];
}

enum metrics_scale
metrics_histogram_scale(enum metric_histogram h)
{
	return histogram_scales[h];
}

void
metrics_observe(enum metric_histogram h, int64_t us)
{
	const struct metrics_scale_row *row = &scales[histogram_scales[h]];
	struct histogram *to = &counts->histograms[h];
	unsigned i = 0;

	if (us < 0)
		us = 0;
	while (i < row->n && us > row->bounds[i].us)
		i++;
	atomic_fetch_add_explicit(&to->buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&to->sum, us, memory_order_relaxed);
}

int64_t
metrics_get_histogram(enum metric_histogram h, int64_t buckets[METRICS_BUCKETS])
{
	struct histogram *from = &counts->histograms[h];

	for (unsigned i = 0; i < METRICS_BUCKETS; i++)
		buckets[i] = atomic_load_explicit(
		    &from->buckets[i], memory_order_relaxed);
	return atomic_load_explicit(&from->sum, memory_order_relaxed);
}
