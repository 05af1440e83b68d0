#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include <stddef.h>

#include "base/reason.h"

/*
 * Landlock, where the kernel has it: no file but those beneath the folders
 * named, no TCP connection, no abstract socket and no signal to anybody
 * outside.  Like the filter it cannot be undone.  What a kernel does not know
 * is left out; the filter alone has to do then.
 */
enum landlock_use {
	LANDLOCK_KEEP,	/* make, read, write and remove files and folders */
	LANDLOCK_REMOVE /* remove files */
};

struct landlock_folder {
	const char *path; /* when it is not there: the nearest above it */
	enum landlock_use use;
};

/*
 * Enter it, without threads and after PR_SET_NO_NEW_PRIVS.  *version is that
 * of the kernel's Landlock that is in force, 0 when it has none of use.
 * BROKEN (worker-broken): there, but refused.
 */
MUST_CHECK enum outcome landlock_enter(const struct landlock_folder *folders,
    size_t n, unsigned *version, struct reason *why);

#endif
