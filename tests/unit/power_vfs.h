#ifndef TESTS_UNIT_POWER_VFS_H
#define TESTS_UNIT_POWER_VFS_H

#include <stdbool.h>

/*
 * SQLite's own way to the disk, until the power is cut: from then on every call
 * fails, and what was written since the last sync of a file is there afterwards
 * in part, by sectors, as a disk's cache would have it.
 */

/* Put it in front of the default. */
void power_vfs_install(void);

/* Cut the power instead of the nth write, truncation or sync (from 1). */
void power_vfs_arm(unsigned nth);

/* The power comes back, once all handles are closed; chance picks what the
 * disk had not written yet.  Whether it was cut at all. */
bool power_vfs_restore(unsigned chance);

#endif
