#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stdint.h>

#include "base/reason.h"

/*
 * Counters and gauges in memory that the processes of one program share,
 * written as one OpenMetrics file by rename.  A table, base/metrics.def,
 * documented in certharvest-metrics(7).  Before metrics_share() counting is
 * private to the process.  Thread-safe.  No address is ever a label.
 */
enum metric {
#define METRIC(code, name, type, help) METRIC_##code,
#include "base/metrics.def"
#undef METRIC
	METRIC_COUNT
};

/* Make the shared memory; the descriptor is the caller's to pass on. */
MUST_CHECK enum outcome metrics_create(int *out, struct reason *why);

/* Count in the memory behind fd from now on. */
MUST_CHECK enum outcome metrics_share(int fd, struct reason *why);

/* Add to a counter or, with a negative n, lower a gauge. */
void metrics_add(enum metric m, int64_t n);

/* Set a gauge. */
void metrics_set(enum metric m, int64_t value);

/* Read one. */
int64_t metrics_get(enum metric m);

/* Count one verdict by its reason code. */
void metrics_reason(enum reason_code code);

/*
 * Write all that begin with prefix ("certharvest_milter_") to path by
 * rename; NOTHING when path is "".
 */
MUST_CHECK enum outcome metrics_write(
    const char *path, const char *prefix, struct reason *why);

/* Its name in the file. */
const char *metrics_name(enum metric m);

#endif
