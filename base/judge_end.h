#ifndef BASE_JUDGE_END_H
#define BASE_JUDGE_END_H

#include "base/reason.h"

/*
 * How a judge worker ends before its time.  Its standard error leads nowhere
 * once it is confined, so what it can still say is this: that memory is out, by
 * an empty frame and an exit status of its own; all else its parent
 * reads off the wait status.
 */

/* The worker's side: say so to whoever asked, and end. */
void judge_end_without_memory(void) __attribute__((noreturn));

/*
 * The parent's side, for people: what the wait status of a worker that has not
 * ended well means.  REFUSED (worker-died, worker-memory).
 */
MUST_CHECK enum outcome judge_end_tell(int status, struct reason *why);

#endif
