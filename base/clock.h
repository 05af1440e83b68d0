#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"

/* The time of day in seconds since 1970, and a clock for deadlines. */

#define CLOCK_TEXT 21 /* 2026-11-23T21:05:00Z with NUL */

/* Seconds since 1970, UTC. */
int64_t clock_now(void);

/* Milliseconds on a clock that never jumps. */
int64_t clock_ms(void);

/* Microseconds on the same clock: how long something took. */
int64_t clock_us(void);

/* Seconds since the machine was started, those that it slept through too, on
 * a clock that never jumps. */
int64_t clock_uptime(void);

/* RFC 3339 in UTC, without fractions; years outside 0..9999 are clamped. */
void clock_format(int64_t t, char out[CLOCK_TEXT]);

/* Read RFC 3339 (with Z or an offset), or a bare date.  REFUSED: neither. */
MUST_CHECK enum outcome clock_parse(const char *text, int64_t *out);

#endif
