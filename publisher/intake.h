#ifndef PUBLISHER_INTAKE_H
#define PUBLISHER_INTAKE_H

#include <poll.h>
#include <stdbool.h>

#include "base/settings.h"
#include "store/store.h"

/*
 * From the spools of any number of milters into the store.  A harvest is
 * durable in the store before its file is removed; a file that is damaged
 * or hostile is moved aside; a folder that fails, or is not there yet, never
 * keeps the others waiting.
 */
struct intake;

#define INTAKE_SPOOLS 64

/* Take note of the folders; none needs to be there.  LATER (memory), BROKEN
 * (settings: too many). */
MUST_CHECK enum outcome intake_new(
    const struct settings *s, struct intake **out, struct reason *why);

/* Close and free; NULL is allowed. */
void intake_free(struct intake *in);

/*
 * Put what is to be polled into fds, which has room for INTAKE_SPOOLS;
 * returns how many.
 */
unsigned intake_poll(const struct intake *in, struct pollfd *fds);

/*
 * Take a bounded number of files from each spool.  DONE: there may be more;
 * call again.  NOTHING: all are empty.  LATER, BROKEN: the store cannot take
 * anything; the files stay.
 */
MUST_CHECK enum outcome intake_drain(
    struct intake *in, struct store *store, struct reason *why);

/* Milliseconds until intake_drain() is worth calling although nothing was
 * readable. */
int64_t intake_wait(const struct intake *in);

/* Visit the folders: path, and NULL or what is wrong with it. */
void intake_visit(const struct intake *in,
    void (*visit)(void *arg, const char *path, const struct reason *trouble),
    void *arg);

#endif
