#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include "base/reason.h"

/*
 * Locking a judge worker in before the first byte of a stranger's: limits
 * (memory, stack, no core, no new descriptors beyond those it has and the
 * messages passed to it, no files, no processes), no new privileges, not
 * dumpable, and a seccomp filter that kills on everything that is not in
 * its table.  The sanitized build keeps neither limits nor filter.
 */

/* Do it.  BROKEN when any step fails: then do not read a byte. */
MUST_CHECK enum outcome confine_judge(struct reason *why);

#endif
