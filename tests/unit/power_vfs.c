#include "tests/unit/power_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define SECTORS 65536 /* that are not synced, at most */
#define NAME 300

struct power_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct, in the same memory */
	char name[NAME];
};

/* One sector before a write that was not synced, in the order of the writes. */
struct sector {
	char name[NAME];
	sqlite3_int64 at;
	bool there; /* else it is behind what was the end */
	uint8_t before[SECTOR];
};

static sqlite3_vfs *real_vfs;
static struct sector *unsynced;
static unsigned n_unsynced;
static unsigned left; /* 0: not armed */
static bool dead;

/* Whether this is where the power is cut, or it was before. */
static bool
is_cut(bool changes)
{
	if (!dead && changes && left > 0 && --left == 0)
		dead = true;
	return dead;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return ((struct power_file *)f)->real;
}

static void
remember(sqlite3_file *f, sqlite3_int64 from, sqlite3_int64 to)
{
	struct power_file *p = (struct power_file *)f;
	sqlite3_int64 at = from - from % SECTOR, size = 0;
	struct sector *s;

	if (left == 0)
		return;
	(void)real(f)->pMethods->xFileSize(real(f), &size);
	for (; at < to; at += SECTOR) {
		if (n_unsynced == SECTORS)
			abort();
		s = &unsynced[n_unsynced++];
		memset(s, 0, sizeof *s);
		strcpy(s->name, p->name);
		s->at = at;
		s->there = at < size;
		/* a short one is filled up with nothing */
		(void)real(f)->pMethods->xRead(real(f), s->before, SECTOR, at);
	}
}

static void
forget(const char *name)
{
	unsigned i, n = 0;

	for (i = 0; i < n_unsynced; i++)
		if (strcmp(unsynced[i].name, name) != 0) {
			if (n != i)
				unsynced[n] = unsynced[i];
			n++;
		}
	n_unsynced = n;
}

static int
xWrite(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
	if (is_cut(true))
		return SQLITE_IOERR_WRITE;
	remember(f, at, at + n);
	return real(f)->pMethods->xWrite(real(f), data, n, at);
}

static int
xTruncate(sqlite3_file *f, sqlite3_int64 n)
{
	sqlite3_int64 size = n;

	if (is_cut(true))
		return SQLITE_IOERR_TRUNCATE;
	(void)real(f)->pMethods->xFileSize(real(f), &size);
	remember(f, n, size);
	return real(f)->pMethods->xTruncate(real(f), n);
}

static int
xSync(sqlite3_file *f, int flags)
{
	int code;

	if (is_cut(true))
		return SQLITE_IOERR_FSYNC;
	code = real(f)->pMethods->xSync(real(f), flags);
	if (code == SQLITE_OK)
		forget(((struct power_file *)f)->name);
	return code;
}

#define ALIVE(name, params, args)                                              \
	static int name params                                                 \
	{                                                                      \
		if (is_cut(false))                                             \
			return SQLITE_IOERR;                                   \
		return real(f)->pMethods->name args;                           \
	}
#define ALWAYS(name, params, args)                                             \
	static int name params                                                 \
	{                                                                      \
		return real(f)->pMethods->name args;                           \
	}

ALWAYS(xClose, (sqlite3_file * f), (real(f)))
ALIVE(xRead, (sqlite3_file * f, void *data, int n, sqlite3_int64 at),
    (real(f), data, n, at))
ALIVE(xFileSize, (sqlite3_file * f, sqlite3_int64 *n), (real(f), n))
ALIVE(xLock, (sqlite3_file * f, int lock), (real(f), lock))
ALWAYS(xUnlock, (sqlite3_file * f, int lock), (real(f), lock))
ALWAYS(xCheckReservedLock, (sqlite3_file * f, int *out), (real(f), out))
ALWAYS(xFileControl, (sqlite3_file * f, int op, void *arg), (real(f), op, arg))
ALWAYS(xSectorSize, (sqlite3_file * f), (real(f)))
ALWAYS(xDeviceCharacteristics, (sqlite3_file * f), (real(f)))
ALIVE(xShmMap,
    (sqlite3_file * f, int page, int size, int extend, void volatile **out),
    (real(f), page, size, extend, out))
ALWAYS(xShmLock, (sqlite3_file * f, int offset, int n, int flags),
    (real(f), offset, n, flags))
ALWAYS(xShmUnmap, (sqlite3_file * f, int remove), (real(f), remove))

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
power_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct power_file *file = (struct power_file *)f;
	int code;

	(void)vfs;
	f->pMethods = NULL;
	if (is_cut(false))
		return SQLITE_CANTOPEN;
	snprintf(file->name, sizeof file->name, "%s", name == NULL ? "" : name);
	file->real = (sqlite3_file *)(file + 1);
	code = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
	if (file->real->pMethods != NULL)
		f->pMethods = &methods;
	return code;
}

static int
power_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	(void)vfs;
	if (is_cut(true))
		return SQLITE_IOERR_DELETE;
	return real_vfs->xDelete(real_vfs, name, sync_folder);
}

void
power_vfs_install(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "power";
	vfs.szOsFile = real_vfs->szOsFile + (int)sizeof(struct power_file);
	vfs.xOpen = power_open;
	vfs.xDelete = power_delete;
	unsynced = calloc(SECTORS, sizeof *unsynced);
	if (unsynced == NULL || sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

void
power_vfs_arm(unsigned nth)
{
	left = nth;
	dead = false;
	n_unsynced = 0;
}

/* Whether a later write of the same sector reached the disk. */
static bool
is_settled(const bool *kept, unsigned at)
{
	unsigned i;

	for (i = at + 1; i < n_unsynced; i++)
		if (kept[i] && unsynced[i].at == unsynced[at].at &&
		    strcmp(unsynced[i].name, unsynced[at].name) == 0)
			return true;
	return false;
}

static void
put_back(const struct sector *s)
{
	int fd = open(s->name, O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	/* what was the end is so again, if nothing behind it was kept */
	if (!s->there && fstat(fd, &st) == 0 && st.st_size <= s->at + SECTOR)
		(void)!ftruncate(fd, s->at);
	else if (pwrite(fd, s->before, SECTOR, s->at) != SECTOR)
		abort();
	close(fd);
}

bool
power_vfs_restore(unsigned chance)
{
	bool *kept = calloc(SECTORS, sizeof *kept), was = dead;
	unsigned i;

	if (kept == NULL)
		abort();
	for (i = n_unsynced; was && i-- > 0;) {
		/* an even one: nothing arrived; an odd one: some of it */
		chance = chance * 1103515245 + 12345;
		kept[i] = (chance >> 16 & 3) == 0;
		if (!kept[i] && !is_settled(kept, i))
			put_back(&unsynced[i]);
	}
	free(kept);
	left = 0;
	dead = false;
	n_unsynced = 0;
	return was;
}
