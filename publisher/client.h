#ifndef PUBLISHER_CLIENT_H
#define PUBLISHER_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "publisher/control.h"

/*
 * One client of the control socket: lines in, answers out, neither
 * unbounded.  For publisher/control.c only.
 */
struct client;

/* Swallows fd; NULL when out of memory, and then fd is still the caller's. */
struct client *client_new(int fd, uid_t uid, control_answer *answer, void *arg);

/* Close and free; NULL is allowed. */
void client_free(struct client *c);

/* The descriptor, borrowed. */
int client_fd(const struct client *c);

/* Read, answer and write what can be without waiting.  false: he is gone, or
 * has to go. */
bool client_serve(struct client *c);

/* Whether to wait until he can be written to, else until he says something. */
bool client_wants_to_write(const struct client *c);

/* When he is to be dropped, on clock_ms(): counted from his last whole line,
 * so that a line that trickles in buys no time. */
int64_t client_idle_at(const struct client *c);

#endif
