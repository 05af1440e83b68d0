#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/reason.h"

/*
 * Starting programs, most of them our own, as children.  Only ever called from
 * a process without threads.  The child gets a clean environment, default
 * signals, descriptor 0 and 1 from /dev/null, 2 as it is, and the given
 * descriptors as 3, 4, ...; everything else is closed.  It is in a process
 * group of its own and dies with its parent.
 */
#define CHILD_MAX_FDS 16

struct child_spec {
	const char *program;	 /* absolute path */
	const char *const *argv; /* ends with NULL */
	const int *fds;		 /* become 3, 4, ... in the child */
	unsigned n_fds;		 /* at most CHILD_MAX_FDS */
	int input;		 /* becomes 0; 0: /dev/null does */
	bool outlive;		 /* no SIGKILL when the parent dies */
};

/* Start it.  BROKEN (worker-broken) when it cannot be executed, noticed
 * through the exec itself. */
MUST_CHECK enum outcome child_start(
    const struct child_spec *spec, pid_t *out, struct reason *why);

/*
 * SIGKILL and reap.  Returns the wait status: that of the kill, unless the
 * child was ending already.  A pid of 0 or less is ignored, with 0.
 */
int child_kill(pid_t pid);

/*
 * The path of one of our helper programs (certharvest-judge): beside the
 * running program, else in ../libexec/certharvest, else where configure put it.
 * The caller frees it; NULL when out of memory or there is none.
 */
char *child_program_dup_path(const char *name);

/* The path of the running program as it was started, for starting the
 * binary that is on disk now; the caller frees it. */
char *child_self_dup_path(void);

#endif
