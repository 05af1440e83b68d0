#ifndef PUBLISHER_RETRY_H
#define PUBLISHER_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

/*
 * When to try again.  A harvest that was put off waits longer each time, up
 * to a cap, with jitter.  In front of the whole stage stands a gate: when the
 * directory is down, or when settings or rights are wrong, that is known
 * once for all harvests, and one of them a while is the probe.  Pure: time
 * and chance are given; retry_chance() is where the latter comes from.
 */
struct retry_policy {
	int64_t min, max; /* seconds */
};

/* Any number; the same one each time when the system has none. */
uint32_t retry_chance(void);

/*
 * Seconds until the next try after so many earlier ones: min, doubled for
 * each, at most max, less up to a quarter by chance.
 */
int64_t retry_delay(
    const struct retry_policy *p, unsigned tries, uint32_t random);

/*
 * Seconds since 1970 of the next try.  What is to be valid from some moment on
 * within RETRY_LONGEST is tried then, neither before nor much later: nothing
 * else will change it.  begins: 0, or that moment.
 */
int64_t retry_due(const struct retry_policy *p, unsigned tries, int64_t now,
    int64_t begins, uint32_t random);

/* Nothing is put off for longer, or than the policy's max. */
#define RETRY_LONGEST 86400

enum gate_state {
	GATE_OPEN,
	GATE_DOWN,  /* the world fails: probed every five minutes or sooner */
	GATE_PAUSED /* our settings, rights or code: every hour or sooner */
};

struct gate {
	enum gate_state state;
	struct reason why; /* of the last failure */
	unsigned failures; /* in a row */
	int64_t next;	   /* milliseconds: of the next probe */
};

/* Open. */
void gate_init(struct gate *g);

/* Whether something may be tried at ms on clock_ms(). */
bool gate_may(const struct gate *g, int64_t ms);

/* Probe at once: somebody says that it is mended. */
void gate_probe_now(struct gate *g);

/* The word of the state: open, down, paused. */
const char *gate_name(const struct gate *g);

/* Something failed, for all and not for one harvest.  true: that is news
 * (another state, or another reason). */
bool gate_fail(struct gate *g, const struct reason *why,
    const struct retry_policy *p, int64_t ms, uint32_t random);

/*
 * It works.  true: that is news.  *failures, unless NULL, says how many
 * there had been in a row.
 */
bool gate_pass(struct gate *g, unsigned *failures);

#endif
