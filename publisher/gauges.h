#ifndef PUBLISHER_GAUGES_H
#define PUBLISHER_GAUGES_H

#include <stdint.h>

#include "base/reason.h"

/*
 * The metrics file of the publisher: what was counted, and what is looked at
 * when it is written, in store, spools and stages.
 */
struct publisher;

struct gauges {
	int64_t at;		  /* milliseconds: when it is written next */
	enum reason_code trouble; /* of the last writing; told once */
};

/* Before the first harvest: take over from the store when something was last
 * seen and published. */
void gauges_start(struct publisher *p);

/* Write it to publisher.metrics_file, when that is set and due at ms; what
 * fails is logged. */
void gauges_step(struct publisher *p, int64_t ms);

/* Write it a last time, when it is set. */
void gauges_end(struct publisher *p);

#endif
