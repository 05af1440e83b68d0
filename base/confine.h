#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stdbool.h>

#include "base/reason.h"

/*
 * Locking a process in before the first byte of a stranger's: no new
 * privileges, not dumpable, limits, Landlock where the kernel has it, and a
 * seccomp filter that kills on everything that is not in its table.  There are
 * two roles, each with a file and a table of its own.  The sanitized build
 * has nothing of all this.
 */

/*
 * A judge: limited memory and stack, no files, no sockets, no processes.  It
 * keeps its socket and one descriptor for the message in hand; standard error
 * is the log of its parent before, and leads nowhere afterwards.  BROKEN when
 * any step fails: then do not read a byte.
 */
MUST_CHECK enum outcome confine_judge(struct reason *why);

/* What the process that speaks with mail servers needs of the file system. */
struct confine_sessions {
	const char *spool;     /* its folder */
	const char *temporary; /* folder for large messages */
	const char *sockets;   /* folder of its socket's name, or NULL */
	bool syslog;	       /* the log is syslog, to be opened again */
};

/*
 * That process, before its threads are started: it accepts and serves
 * connections, writes spool, temporary files and log, and asks judges.
 * *landlock is the version that is in force, 0 for none.  BROKEN as above.
 */
MUST_CHECK enum outcome confine_sessions(
    const struct confine_sessions *c, unsigned *landlock, struct reason *why);

/* Steps of both: no new privileges, not dumpable, no code made at run time. */
MUST_CHECK enum outcome confine_privileges(struct reason *why);

#endif
