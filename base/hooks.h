#ifndef BASE_HOOKS_H
#define BASE_HOOKS_H

/*
 * What only a build for tests has (configure --enable-test-hooks), and no
 * other: a clock that can be moved by days, and points at which a process
 * dies as by kill -9.  The environment's CERTHARVEST_TEST_HOOKS names a file
 * of the form of struct board in hooks.c, which all processes of an
 * installation map and the test writes.
 *
 * A clock that is moved from outside the process (libfaketime) would have to
 * open files from within confined workers, and is nothing for a sanitizer.
 */
#ifdef TEST_HOOKS

#include <stdint.h>

/* Here the process is killed, when the test said so. */
void hooks_point(const char *name);

/* By how many seconds the test has moved the clock. */
int64_t hooks_clock(void);

#define CRASH_POINT(name) hooks_point(name)

#else

#define CRASH_POINT(name) ((void)0)

#endif

#endif
