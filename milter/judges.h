#ifndef MILTER_JUDGES_H
#define MILTER_JUDGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/reason.h"

/*
 * The judge workers of one generation, as the supervisor sees them: it
 * starts them, hands the socket of each to the sessions process, and kills,
 * reaps and replaces them.  It never talks to one.
 */
struct judges;

struct judges_options {
	const char *program; /* path of certharvest-judge; borrowed */
	unsigned workers;
	bool confine;
};

/* Prepare; LATER (memory). */
MUST_CHECK enum outcome judges_new(const struct judges_options *options,
    struct judges **out, struct reason *why);

/* Kill all and free; NULL is allowed. */
void judges_free(struct judges *j);

/*
 * Start what is missing, as often as may be, and pass the sockets over
 * control.  trust_fd is borrowed.  Returns when to call again on clock_ms(),
 * or INT64_MAX when all are there.
 */
int64_t judges_fill(struct judges *j, int control, int trust_fd);

/* Worker id is ready: that it can be started is shown. */
void judges_able(struct judges *j, uint32_t id);

/* Worker id has done its share: its successor is started before it goes. */
void judges_spent(struct judges *j, uint32_t id);

/* Worker id is to go (it was retired): kill it.  An id that is not there is
 * ignored. */
void judges_end(struct judges *j, uint32_t id);

/* Worker id failed (worker-late; worker-died: how is found out here): kill
 * it and count it. */
void judges_kill(struct judges *j, uint32_t id, enum reason_code code);

/*
 * A child of the supervisor has ended.  Whether it was one of these; then
 * its id is in *id.  When the sessions process is gone, left alone, its
 * workers end, too, and however they do is well.
 */
bool judges_reaped(
    struct judges *j, pid_t pid, int status, bool left_alone, uint32_t *id);

/* Replace every worker by and by: there is a new trust bundle. */
void judges_renew(struct judges *j, int control);

#endif
