#ifndef MILTER_LISTENER_SWAP_H
#define MILTER_LISTENER_SWAP_H

#include <pthread.h>
#include <stdbool.h>

#include "base/reason.h"

/*
 * Libmilter accepts only from a socket that it has opened itself.  We let
 * it open a throwaway one of the same family and put the listening socket of
 * the supervisor over its descriptor by dup2(2).  The throwaway one, to which
 * nobody can connect, takes the place back whenever accepting has to pause:
 * libmilter cannot be asked to pause, and smfi_stop() would reset mail that is
 * under way.
 */
struct listener_swap;

/*
 * Let libmilter open its socket (smfi_register() was called) and put
 * listen_fd, which is ours from now on, in its place.  BROKEN (socket).
 */
MUST_CHECK enum outcome listener_swap_open(
    int listen_fd, struct listener_swap **out, struct reason *why);

/* Handled, and sent to the thread below to wake it. */
#define LISTENER_SWAP_SIGNAL SIGUSR1

/*
 * The thread that runs smfi_main().  It must leave LISTENER_SWAP_SIGNAL
 * unblocked, so that it notices a resume at once and not in seconds.
 */
void listener_swap_thread(struct listener_swap *s, pthread_t listener);

/* Accept no more.  What is queued waits for a resume or another process. */
void listener_swap_pause(struct listener_swap *s);

/* The same for good: the inherited socket is let go as well. */
void listener_swap_end(struct listener_swap *s);

/* Remove the name that the inherited socket is bound to, if it has one. */
void listener_swap_unlink(const struct listener_swap *s);

/* The folder of that name, which the caller frees; NULL: it has none. */
char *listener_swap_dup_folder(const struct listener_swap *s);

/* Accept again. */
void listener_swap_resume(struct listener_swap *s);

/* How many connections from mail servers are open, negotiated or not. */
unsigned listener_swap_connections(const struct listener_swap *s);

/* Whether the inherited socket is still where mail servers look for it. */
bool listener_swap_is_current(const struct listener_swap *s);

#endif
