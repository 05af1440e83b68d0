#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

#define TRUNCATE (1ULL << 14)

/* As linux/landlock.h has it since version 6; older kernels want zeros. */
struct attributes {
	uint64_t files, network, scope;
};

/*
 * All that a version knows.  The first cannot allow a rename from one folder
 * to another, which is how the spool works.
 */
static const struct attributes versions[] = {
    [2] = {0x3fff, 0, 0},
    [3] = {0x7fff, 0, 0}, /* truncate */
    [4] = {0x7fff, 3, 0}, /* TCP: bind, connect */
    [5] = {0xffff, 3, 0}, /* ioctl on devices */
    [6] = {0xffff, 3, 3}, /* abstract sockets, signals */
};

static const uint64_t uses[] = {
    [LANDLOCK_KEEP] = LANDLOCK_ACCESS_FS_READ_FILE |
	LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
	LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
	LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REFER | TRUNCATE,
    [LANDLOCK_REMOVE] = LANDLOCK_ACCESS_FS_REMOVE_FILE,
};

static unsigned
version_find(void)
{
	const long top = sizeof versions / sizeof versions[0] - 1;
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (v < 2)
		return 0;
	return (unsigned)(v < top ? v : top);
}

/* The folder, or the nearest above it that is there; -1: errno says why. */
static int
nearest_open(const char *path)
{
	char *copy = strdup(path), *slash;
	int fd = -1;

	while (copy != NULL) {
		fd = open(copy[0] == '\0' ? "/" : copy,
		    O_PATH | O_DIRECTORY | O_CLOEXEC);
		slash = strrchr(copy, '/');
		if (fd >= 0 || slash == NULL ||
		    (errno != ENOENT && errno != ENOTDIR))
			break;
		*slash = '\0';
	}
	free(copy);
	return fd;
}

static enum outcome
allow(int set, const struct landlock_folder *f, uint64_t known,
    struct reason *why)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = uses[f->use] & known};
	enum outcome o = DONE;
	int fd;

	fd = nearest_open(f->path);
	rule.parent_fd = fd;
	if (fd < 0 ||
	    syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
		&rule, 0) != 0)
		o = reason_set(why, REASON_WORKER_BROKEN, "Landlock: %s: %s",
		    f->path, strerror(errno));
	file_close(&fd);
	return o;
}

enum outcome
landlock_enter(const struct landlock_folder *folders, size_t n,
    unsigned *version, struct reason *why)
{
	unsigned v = version_find();
	enum outcome o = DONE;
	int set = -1;
	size_t i;

	*version = 0;
	if (v == 0)
		return DONE;
	set = (int)syscall(
	    SYS_landlock_create_ruleset, &versions[v], sizeof versions[v], 0);
	if (set < 0)
		return reason_set(
		    why, REASON_WORKER_BROKEN, "Landlock: %s", strerror(errno));
	for (i = 0; o == DONE && i < n; i++)
		o = allow(set, &folders[i], versions[v].files, why);
	if (o == DONE && syscall(SYS_landlock_restrict_self, set, 0) != 0)
		o = reason_set(
		    why, REASON_WORKER_BROKEN, "Landlock: %s", strerror(errno));
	if (o == DONE)
		*version = v;
	file_close(&set);
	return o;
}
