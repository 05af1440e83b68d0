#ifndef MILTER_SESSIONS_H
#define MILTER_SESSIONS_H

#include <stdbool.h>

/*
 * The libmilter process of one generation: moves bytes, asks judges, fills
 * the spool, and accepts.  Started by the supervisor with the descriptors of
 * enum sessions_fd; the first thread talks to the supervisor and keeps count,
 * another one is libmilter's listener.
 */

/* Run until drained.  Returns an exit status of sysexits(3). */
int sessions_run(bool debug);

#endif
