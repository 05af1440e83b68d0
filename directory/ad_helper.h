#ifndef DIRECTORY_AD_HELPER_H
#define DIRECTORY_AD_HELPER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * The resolver waits for as long as resolv.conf, the search list and a name
 * server like, and cannot be interrupted.  So it runs in a process of its
 * own, which is killed at a deadline.
 */

/*
 * Fork, call work with the end of a pipe, and take what it writes until it
 * ends, at most out's cap.  deadline is of clock_ms().  DONE: it ended in
 * time; out holds all that it wrote.  LATER (directory-slow): it was killed.
 */
MUST_CHECK enum outcome ad_helper_run(void (*work)(int fd, const void *arg),
    const void *arg, int64_t deadline, struct buffer *out, struct reason *why);

#endif
