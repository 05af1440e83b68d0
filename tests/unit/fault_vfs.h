#ifndef TESTS_UNIT_FAULT_VFS_H
#define TESTS_UNIT_FAULT_VFS_H

#include <stdbool.h>

/*
 * SQLite's own way to the disk, with one call failing when told to.  Once
 * installed it is the default of the process.
 */
enum fault_call {
	FAULT_OPEN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_SYNC,
	FAULT_TRUNCATE,
	FAULT_LOCK,
	FAULT_SHM_MAP,
	FAULT_SHM_LOCK,
	FAULT_CALLS
};

/* Put it in front of the default. */
void fault_vfs_install(void);

/* Let the nth call of the kind (from 1) fail with the code, once. */
void fault_vfs_arm(enum fault_call call, unsigned nth, int code);

/* Let no call fail; whether one did. */
bool fault_vfs_disarm(void);

#endif
