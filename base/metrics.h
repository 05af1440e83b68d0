#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stdint.h>

#include "base/reason.h"

/*
 * Counters, gauges and histograms in memory that the processes of one program
 * share, written as one file by rename.  A table, base/metrics.def,
 * documented in certharvest-metrics(7).  Before metrics_share() counting is
 * private to the process.  Thread-safe.  The memory is fixed: labels are of
 * closed tables or of the settings, and no address or domain is ever one.
 */
enum metric {
#define METRIC(code, name, type, help) METRIC_##code,
#include "base/metrics.def"
	METRIC_COUNT
};

enum metric_reasons {
#define REASONS(code, name, type, help) REASONS_##code,
#include "base/metrics.def"
	REASONS_COUNT
};

enum metric_histogram {
#define HISTOGRAM(code, name, scale, help) HISTOGRAM_##code,
#include "base/metrics.def"
	HISTOGRAM_COUNT
};

enum metric_sampled {
#define SAMPLED(code, name, type, help) SAMPLED_##code,
#include "base/metrics.def"
	SAMPLED_COUNT
};

/* The bounds of a histogram's buckets: up to two seconds, or to 30 days. */
enum metrics_scale { METRICS_FAST, METRICS_SLOW };

/* Make the shared memory; the descriptor is the caller's to pass on. */
MUST_CHECK enum outcome metrics_create(int *out, struct reason *why);

/* Count in the memory behind fd from now on.  BROKEN (protocol): it was made
 * by a program with another table. */
MUST_CHECK enum outcome metrics_share(int fd, struct reason *why);

/* Add to a counter or, with a negative n, lower a gauge. */
void metrics_add(enum metric m, int64_t n);

/* Set a gauge. */
void metrics_set(enum metric m, int64_t value);

/* Read one. */
int64_t metrics_get(enum metric m);

/* Count one more of a reason code. */
void metrics_reason(enum metric_reasons m, enum reason_code code);

/* Count one that took so many microseconds; below 0 is 0. */
void metrics_observe(enum metric_histogram h, int64_t us);

/* The file that is being written. */
struct metrics_writer;

/*
 * One sample, from within the function that metrics_write() calls; those of
 * one metric must follow each other.  Labels are names and values in turn,
 * ended by NULL.
 */
void metrics_sample(struct metrics_writer *w, enum metric_sampled m,
    int64_t value, const char *const *labels);

#define METRICS_LABELS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define METRICS_BARE ((const char *const[]){NULL})

/*
 * Write all that begin with prefix ("certharvest_milter_") to path by
 * rename; sample, unless NULL, is asked for what is not in memory.  In
 * OpenMetrics 1.0; but in the text format of Prometheus where the name ends
 * in ".prom", as that is all that the textfile collector of the node
 * exporter reads, in both senses.  NOTHING when path is "".
 */
MUST_CHECK enum outcome metrics_write(const char *path, const char *prefix,
    void (*sample)(void *arg, struct metrics_writer *w), void *arg,
    struct reason *why);

#endif
