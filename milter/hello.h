#ifndef MILTER_HELLO_H
#define MILTER_HELLO_H

#include "base/reason.h"

/*
 * judge_hello() in two halves, so that nobody waits for a worker that is
 * just getting ready.
 */

/* Ask a new worker to say when it is ready.  BROKEN (io), LATER (memory). */
MUST_CHECK enum outcome hello_ask(int socket, struct reason *why);

/* The socket is readable: take the answer.  BROKEN: it is none. */
MUST_CHECK enum outcome hello_answer(int socket, struct reason *why);

#endif
