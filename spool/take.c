#include "spool/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum outcome
spool_open_taker(
    const char *path, const char *aside, struct spool **out, struct reason *why)
{
	struct spool *s = NULL;
	enum outcome o;
	unsigned q;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return reason_set(
		    why, REASON_SPOOL_ABSENT, "%s: no such folder", path);
	o = spool_new(path, &s, why);
	if (o != DONE)
		return o;
	s->aside = strdup(aside);
	if (s->aside == NULL)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	if (o == DONE)
		o = file_make_folder(aside, 0750, why);
	if (o == DONE) {
		for (q = 0; q < SPOOL_QUEUES; q++)
			spool_watch_folder(s, (enum spool_queue)q);
		spool_folders_sweep(s);
		*out = s;
		s = NULL; /* the caller owns it now */
	}
	spool_close(s);
	return o;
}

static enum outcome
damaged(struct reason *why, const char *what)
{
	return reason_set(why, REASON_SPOOL_DAMAGED, "%s", what);
}

/*
 * Open what the name stands for without waiting (a FIFO) and without
 * following (a symbolic link).  NOTHING: it is gone.
 */
static enum outcome
file_open(int queue_fd, const char *name, int *out, struct reason *why)
{
	struct stat st;
	int e;

	*out = openat(queue_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*out >= 0)
		return DONE;
	e = errno;
	if (e == ENOENT)
		return NOTHING;
	if (e == ELOOP || e == ENXIO || e == ENODEV)
		return damaged(why, "a symbolic link or a device");
	/* A file that its own owner locked is its own fault, not ours. */
	if (e == EACCES &&
	    fstatat(queue_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) == 0)
		return damaged(why, "not readable for the group");
	return spool_failed(why, e, "opening a spool file");
}

/* Only a plain file of the folder's owner with no second name. */
static enum outcome
file_check(int queue_fd, int fd, struct reason *why)
{
	struct stat folder, st;

	if (fstat(queue_fd, &folder) != 0 || fstat(fd, &st) != 0)
		return spool_failed(why, errno, "looking at a spool file");
	if (!S_ISREG(st.st_mode))
		return damaged(why, "not a regular file");
	if (st.st_uid != folder.st_uid)
		return damaged(why, "not owned by the folder's owner");
	if (st.st_nlink > 1)
		return damaged(why, "has a second name (hard link)");
	if (st.st_size <= 0 || st.st_size > (off_t)LIMIT_SPOOL_FILE)
		return damaged(why, "empty or too large");
	return DONE;
}

static enum outcome
file_decode(int fd, const char *name, struct harvest **out, struct reason *why)
{
	struct bytes text = {NULL, 0};
	struct harvest *h = NULL;
	char right[SPOOL_FILE];
	enum outcome o;

	o = file_read_fd(fd, LIMIT_SPOOL_FILE, &text, why);
	if (o == REFUSED)
		o = damaged(why, "it grew while it was read");
	else if (o == BROKEN)
		o = reason_set(why, REASON_SPOOL_IO, "reading a spool file");
	if (o == DONE)
		o = spool_decode(span_bytes(&text), &h, why);
	if (o == DONE) {
		spool_file_name(h, right);
		if (strcmp(name, right) != 0)
			o = damaged(why, "its name is not its digest");
	}
	if (o == DONE) {
		*out = h;
		h = NULL; /* the caller owns it now */
	}
	harvest_free(h);
	bytes_clear(&text);
	return o;
}

/* One file of the queue; what is damaged is moved aside. */
static enum outcome
file_take(struct spool *s, enum spool_queue q, int queue_fd, const char *name,
    struct harvest **out, struct reason *why)
{
	enum outcome o = DONE;
	int fd = -1;

	if (!spool_file_name_ok(name))
		o = damaged(why, "not the name of a spool file");
	if (o == DONE)
		o = file_open(queue_fd, name, &fd, why);
	if (o == DONE)
		o = file_check(queue_fd, fd, why);
	if (o == DONE)
		o = file_decode(fd, name, out, why);
	file_close(&fd);
	if (o == REFUSED)
		o = spool_move_aside(s, q, queue_fd, name, why);
	return o;
}

static bool
skip(const void *arg, uint64_t inode)
{
	return spool_is_ignored(arg, inode);
}

/* The next of one queue, listing it anew when its list is used up. */
static enum outcome
queue_next(struct spool *s, enum spool_queue q, struct harvest **out,
    char name[SPOOL_NAME], struct reason *why)
{
	const char *file;
	enum outcome o;
	int fd = -1;

	o = spool_folder_open(s, spool_queue_name(q), &fd, why);
	if (o != DONE)
		return o;
	file = scan_peek_next(s->scans[q]);
	if (file == NULL) {
		scan_free(s->scans[q]);
		s->scans[q] = NULL;
		spool_watch_folder(s, q);
		o = scan_make(fd, skip, s, &s->scans[q], why);
		file = scan_peek_next(s->scans[q]);
	}
	/* Gone meanwhile: the next one. */
	for (; o == DONE && file != NULL; file = scan_peek_next(s->scans[q])) {
		o = file_take(s, q, fd, file, out, why);
		if (o != NOTHING)
			break;
		o = DONE;
	}
	file_close(&fd);
	if (o == DONE && file == NULL)
		return NOTHING;
	if (o == DONE)
		snprintf(name, SPOOL_NAME, "%s/%.*s", spool_queue_name(q),
		    SPOOL_FILE - 1, file);
	return o;
}

enum outcome
spool_next(struct spool *s, struct harvest **out, char name[SPOOL_NAME],
    struct reason *why)
{
	struct reason inner;
	enum outcome o = NOTHING;
	unsigned q;

	if (why == NULL)
		why = &inner;
	for (q = 0; o == NOTHING && q < SPOOL_QUEUES; q++)
		o = queue_next(s, (enum spool_queue)q, out, name, why);
	return o;
}

enum outcome
spool_done(struct spool *s, const char *name, struct reason *why)
{
	const char *slash = strchr(name, '/');
	enum outcome o = NOTHING;
	size_t len;
	unsigned q;
	int fd = -1;

	if (slash == NULL || !spool_file_name_ok(slash + 1))
		return reason_set(why, REASON_SPOOL_IO, "not a spool name");
	len = (size_t)(slash - name);
	for (q = 0; q < SPOOL_QUEUES; q++)
		if (strlen(spool_queue_name((enum spool_queue)q)) == len &&
		    strncmp(name, spool_queue_name((enum spool_queue)q), len) ==
			0)
			o = spool_folder_open(
			    s, spool_queue_name((enum spool_queue)q), &fd, why);
	/* No fsync: a file that comes back is known to the store. */
	if (o == DONE && unlinkat(fd, slash + 1, 0) != 0 && errno != ENOENT)
		o = spool_failed(why, errno, "removing a spool file");
	file_close(&fd);
	return o == NOTHING ? DONE : o;
}
