#ifndef MILTER_BUCKET_H
#define MILTER_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A bound on how often something may be done: a burst at once, then one
 * every so many milliseconds.
 */
struct bucket {
	unsigned burst;
	unsigned interval;
	unsigned left;
	int64_t filled; /* clock_ms() of the last token that came in */
};

/* A full bucket. */
void bucket_init(
    struct bucket *b, unsigned burst, unsigned interval, int64_t now);

/* Take one token; false when there is none. */
bool bucket_take(struct bucket *b, int64_t now);

/* When the next token comes in, on clock_ms(); now when there is one. */
int64_t bucket_next(const struct bucket *b, int64_t now);

#endif
