#ifndef BASE_METRICS_INSIDE_H
#define BASE_METRICS_INSIDE_H

#include "base/metrics.h"

/* What base/metrics.c counts and base/metrics_write.c writes. */

#define METRICS_BUCKETS 16 /* the last one has no bound */

struct metrics_scale_row {
	unsigned n;
	struct {
		int64_t us;
		const char *le; /* seconds, as both formats write them */
	} bounds[METRICS_BUCKETS - 1];
};

/* The bounds of a scale, ascending. */
const struct metrics_scale_row *metrics_scale_peek(enum metrics_scale scale);

/* The scale of a histogram. */
enum metrics_scale metrics_histogram_scale(enum metric_histogram h);

/* How often the code was counted. */
int64_t metrics_get_reason(enum metric_reasons m, enum reason_code code);

/* What the buckets of a histogram hold, each by itself; returns the sum of
 * what was observed, in microseconds. */
int64_t metrics_get_histogram(
    enum metric_histogram h, int64_t buckets[METRICS_BUCKETS]);

#endif
