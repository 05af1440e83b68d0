#ifndef MILTER_GAUGES_H
#define MILTER_GAUGES_H

#include "base/settings.h"

/*
 * The metrics file of the milter, as the supervisor writes it: what all its
 * processes have counted, and what is looked at when it is written.
 */
struct gauges {
	int64_t started;	  /* seconds since 1970 */
	enum reason_code trouble; /* of the last writing; told once */
};

/* Write it to milter.metrics_file, when that is set; what fails is logged. */
void gauges_write(struct gauges *g, const struct settings *settings);

#endif
