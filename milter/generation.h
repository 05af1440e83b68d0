#ifndef MILTER_GENERATION_H
#define MILTER_GENERATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "milter/setup.h"

/*
 * One libmilter process and its judges: started from the binary on disk,
 * ready when it takes connections, drained when a newer one does.
 */
struct generation;

enum generation_state {
	GENERATION_STARTING,
	GENERATION_SERVING,
	GENERATION_DRAINING,
	GENERATION_OVER /* the process is gone, or must go */
};

/* What does not change between generations. */
struct generation_house {
	char *self;  /* path of certharvest-milter */
	char *judge; /* path of certharvest-judge */
	int metrics_fd;
	bool debug;
};

/* Descriptors of a sessions process. */
enum sessions_fd {
	SESSIONS_CONTROL = 3,
	SESSIONS_SETTINGS,
	SESSIONS_METRICS,
	SESSIONS_LISTEN
};

/*
 * Start one; house and setup are borrowed for the call, but for the paths of
 * the house, which must live as long.  BROKEN (worker-broken).
 */
MUST_CHECK enum outcome generation_start(const struct generation_house *house,
    const struct setup *setup, int listen_fd, struct generation **out,
    struct reason *why);

/* Kill what is left of it and free; NULL is allowed. */
void generation_free(struct generation *g);

/* Its state. */
enum generation_state generation_state(const struct generation *g);

/* The descriptor to wait on for reading. */
int generation_peek_fd(const struct generation *g);

/* Take in what its process has to say. */
void generation_hear(struct generation *g);

/* Do what is due; returns when to call again, on clock_ms(). */
int64_t generation_tick(struct generation *g);

/* Take no more connections and end, at the latest in the drain time. */
void generation_drain(struct generation *g);

/* A child has ended: whether it was one of this generation's. */
bool generation_reaped(struct generation *g, pid_t pid, int status);

/* Start new workers with another trust bundle, one by one. */
void generation_trust(struct generation *g, int trust_fd);

/* What the sessions process last said of itself. */
void generation_status(
    const struct generation *g, unsigned *sessions, int64_t *bytes);

#endif
