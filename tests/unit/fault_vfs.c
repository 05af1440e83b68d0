#include "tests/unit/fault_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct, in the same memory */
};

static sqlite3_vfs *real_vfs;
static enum fault_call armed = FAULT_CALLS;
static unsigned left;
static int code_armed;
static bool failed;

/* SQLITE_OK, or the code that this call is to fail with. */
static int
fault(enum fault_call call)
{
	if (call != armed || --left > 0)
		return SQLITE_OK;
	armed = FAULT_CALLS;
	failed = true;
	return code_armed;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

#define FORWARD(name, params, args)                                            \
	static int name params                                                 \
	{                                                                      \
		return real(f)->pMethods->name args;                           \
	}
#define FAULTY(name, call, params, args)                                       \
	static int name params                                                 \
	{                                                                      \
		int code = fault(call);                                        \
                                                                               \
		return code != SQLITE_OK ? code                                \
					 : real(f)->pMethods->name args;       \
	}

FORWARD(xClose, (sqlite3_file * f), (real(f)))
FAULTY(xRead, FAULT_READ,
    (sqlite3_file * f, void *data, int n, sqlite3_int64 at),
    (real(f), data, n, at))
FAULTY(xWrite, FAULT_WRITE,
    (sqlite3_file * f, const void *data, int n, sqlite3_int64 at),
    (real(f), data, n, at))
FAULTY(xTruncate, FAULT_TRUNCATE, (sqlite3_file * f, sqlite3_int64 n),
    (real(f), n))
FAULTY(xSync, FAULT_SYNC, (sqlite3_file * f, int flags), (real(f), flags))
FORWARD(xFileSize, (sqlite3_file * f, sqlite3_int64 *n), (real(f), n))
FAULTY(xLock, FAULT_LOCK, (sqlite3_file * f, int lock), (real(f), lock))
FORWARD(xUnlock, (sqlite3_file * f, int lock), (real(f), lock))
FORWARD(xCheckReservedLock, (sqlite3_file * f, int *out), (real(f), out))
FORWARD(xFileControl, (sqlite3_file * f, int op, void *arg), (real(f), op, arg))
FORWARD(xSectorSize, (sqlite3_file * f), (real(f)))
FORWARD(xDeviceCharacteristics, (sqlite3_file * f), (real(f)))
FAULTY(xShmMap, FAULT_SHM_MAP,
    (sqlite3_file * f, int page, int size, int extend, void volatile **out),
    (real(f), page, size, extend, out))

/* Giving a lock back never fails. */
static int
xShmLock(sqlite3_file *f, int offset, int n, int flags)
{
	int code = SQLITE_OK;

	if (flags & SQLITE_SHM_LOCK)
		code = fault(FAULT_SHM_LOCK);
	return code != SQLITE_OK
	    ? code
	    : real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

FORWARD(xShmUnmap, (sqlite3_file * f, int remove), (real(f), remove))

static void
xShmBarrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = xClose,
    .xRead = xRead,
    .xWrite = xWrite,
    .xTruncate = xTruncate,
    .xSync = xSync,
    .xFileSize = xFileSize,
    .xLock = xLock,
    .xUnlock = xUnlock,
    .xCheckReservedLock = xCheckReservedLock,
    .xFileControl = xFileControl,
    .xSectorSize = xSectorSize,
    .xDeviceCharacteristics = xDeviceCharacteristics,
    .xShmMap = xShmMap,
    .xShmLock = xShmLock,
    .xShmBarrier = xShmBarrier,
    .xShmUnmap = xShmUnmap,
};

static int
fault_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct fault_file *file = (struct fault_file *)f;
	int code = fault(FAULT_OPEN);

	(void)vfs;
	f->pMethods = NULL;
	if (code != SQLITE_OK)
		return code;
	file->real = (sqlite3_file *)(file + 1);
	code = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
	if (file->real->pMethods != NULL)
		f->pMethods = &methods;
	return code;
}

void
fault_vfs_install(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "fault";
	vfs.szOsFile = real_vfs->szOsFile + (int)sizeof(struct fault_file);
	vfs.xOpen = fault_open;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

void
fault_vfs_arm(enum fault_call call, unsigned nth, int code)
{
	armed = call;
	left = nth;
	code_armed = code;
	failed = false;
}

bool
fault_vfs_disarm(void)
{
	armed = FAULT_CALLS;
	return failed;
}
