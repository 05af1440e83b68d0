#include "spool/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

static const char *const folders[SPOOL_QUEUES] = {
    [SPOOL_CHAINED] = "chained",
    [SPOOL_UNCHAINED] = "unchained",
    [SPOOL_NOTES] = "notes",
};

/* Every other errno is spool-io: rights or a disk. */
static const struct {
	int error;
	enum reason_code code;
} errors[] = {
    {ENOSPC, REASON_SPOOL_FULL},
    {EDQUOT, REASON_SPOOL_FULL},
    {ENOMEM, REASON_MEMORY},
    {EMFILE, REASON_MEMORY},
    {ENFILE, REASON_MEMORY},
};

const char *
spool_queue_name(enum spool_queue q)
{
	return folders[q];
}

enum spool_queue
spool_queue_of(const struct harvest *h)
{
	if (harvest_is_note(h))
		return SPOOL_NOTES;
	return h->chain.code == REASON_OK ? SPOOL_CHAINED : SPOOL_UNCHAINED;
}

void
spool_file_name(const struct harvest *h, char out[SPOOL_FILE])
{
	harvest_digest(h, out);
	strcat(out, ".json");
}

bool
spool_file_name_ok(const char *name)
{
	return strlen(name) == SPOOL_FILE - 1 &&
	    strspn(name, "0123456789abcdef") == DIGEST_HEX - 1 &&
	    strcmp(name + DIGEST_HEX - 1, ".json") == 0;
}

enum outcome
spool_failed(struct reason *why, int error, const char *what)
{
	enum reason_code code = REASON_SPOOL_IO;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (errors[i].error == error)
			code = errors[i].code;
	return reason_set(
	    why, code, "%s: %s", what, strerror_r(error, text, sizeof text));
}

enum outcome
spool_folder_open(
    const struct spool *s, const char *folder, int *out, struct reason *why)
{
	enum outcome o = DONE;
	int root, fd = -1;

	root = open(s->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0)
		fd = openat(root, folder,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		*out = fd;
	else if (errno == ENOENT)
		o = NOTHING;
	else
		o = spool_failed(why, errno, s->path);
	file_close(&root);
	return o;
}

/*
 * mkdir obeys the umask, and the group must be able to remove.  A folder that
 * is right already is left alone: changing the mode as somebody who is not
 * of its group would take the group's bit away.
 */
static bool
folder_make(int root, const char *name)
{
	struct stat st;

	if (mkdirat(root, name, SPOOL_FOLDER_MODE & 0777) != 0)
		return errno == EEXIST;
	if (fstatat(root, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (st.st_mode & 07777) == SPOOL_FOLDER_MODE)
		return true;
	return fchmodat(root, name, SPOOL_FOLDER_MODE, 0) == 0;
}

enum outcome
spool_folders_make(const struct spool *s, struct reason *why)
{
	enum outcome o = DONE;
	int root = -1;
	unsigned q;

	if (access(s->path, F_OK) != 0) {
		o = file_make_folder(s->path, SPOOL_FOLDER_MODE & 0777, why);
		if (o != DONE)
			return spool_failed(why, errno, s->path);
		if (chmod(s->path, SPOOL_FOLDER_MODE) != 0)
			return spool_failed(why, errno, s->path);
	}
	root = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return spool_failed(why, errno, s->path);
	for (q = 0; q < SPOOL_QUEUES; q++)
		if (!folder_make(root, folders[q]))
			o = spool_failed(why, errno, s->path);
	if (!folder_make(root, SPOOL_TMP) || fsync(root) != 0)
		o = spool_failed(why, errno, s->path);
	file_close(&root);
	return o;
}

/* Old files in tmp, and old names with a dot anywhere. */
static void
sweep(int fd, bool all)
{
	struct dirent *e;
	struct stat st;
	int64_t now = clock_now();
	DIR *d;
	int copy;

	copy = dup(fd);
	d = copy < 0 ? NULL : fdopendir(copy);
	if (d == NULL) {
		file_close(&copy);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (!all && e->d_name[0] != '.')
			continue;
		if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    S_ISDIR(st.st_mode) || st.st_mtime > now - SPOOL_STALE)
			continue;
		unlinkat(fd, e->d_name, 0);
	}
	closedir(d);
}

void
spool_folders_sweep(const struct spool *s)
{
	unsigned q;
	int fd;

	for (q = 0; q <= SPOOL_QUEUES; q++) {
		if (spool_folder_open(s,
			q < SPOOL_QUEUES ? folders[q] : SPOOL_TMP, &fd,
			NULL) != DONE)
			continue;
		sweep(fd, q == SPOOL_QUEUES);
		file_close(&fd);
	}
}

enum outcome
spool_new(const char *path, struct spool **out, struct reason *why)
{
	struct spool *s;

	s = calloc(1, sizeof *s);
	if (s != NULL)
		s->path = strdup(path);
	if (s == NULL || s->path == NULL) {
		free(s);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	s->watch = -1;
	*out = s;
	return DONE;
}

void
spool_close(struct spool *s)
{
	unsigned q;

	if (s == NULL)
		return;
	for (q = 0; q < SPOOL_QUEUES; q++)
		scan_free(s->scans[q]);
	usage_free(s->usage);
	file_close(&s->watch);
	free(s->aside);
	free(s->path);
	free(s);
}
