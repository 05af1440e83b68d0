#include "spool/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hooks.h"

enum outcome
spool_open(const char *path, const struct spool_bounds *bounds,
    struct spool **out, struct reason *why)
{
	struct spool *s = NULL;
	enum outcome o;

	o = spool_new(path, &s, why);
	if (o != DONE)
		return o;
	s->usage = usage_new(bounds);
	if (s->usage == NULL)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	if (o == DONE)
		o = spool_folders_make(s, why);
	if (o == DONE) {
		spool_folders_sweep(s);
		usage_look(s);
		*out = s;
		s = NULL; /* the caller owns it now */
	}
	spool_close(s);
	return o;
}

/* The folders of one put, made anew when somebody removed them. */
struct place {
	enum spool_queue queue;
	char name[SPOOL_FILE];
	int queue_fd, tmp_fd;
};

static enum outcome
place_open(struct spool *s, struct place *p, struct reason *why)
{
	enum outcome o;
	int round;

	for (round = 0;; round++) {
		o = spool_folder_open(
		    s, spool_queue_name(p->queue), &p->queue_fd, why);
		if (o == DONE)
			o = spool_folder_open(s, SPOOL_TMP, &p->tmp_fd, why);
		if (o != NOTHING)
			return o;
		file_close(&p->queue_fd);
		if (round > 0)
			return spool_failed(why, ENOENT, s->path);
		o = spool_folders_make(s, why);
		if (o != DONE)
			return o;
	}
}

/* Two processes never choose the same one; a leftover may have it. */
static int
tmp_create(struct spool *s, const struct place *p, char name[NAME_MAX])
{
	int fd, round = 0;

	do {
		snprintf(name, NAME_MAX, "%.16s.%ld.%lld.%u", p->name,
		    (long)getpid(), (long long)clock_ms(),
		    atomic_fetch_add(&s->serial, 1));
		fd = openat(p->tmp_fd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    SPOOL_FILE_MODE);
	} while (fd < 0 && errno == EEXIST && round++ < 10);
	return fd;
}

/*
 * The name says what is inside: a file that has it already is the same
 * harvest.  A file system without RENAME_NOREPLACE may as well replace it.
 */
static bool
move_in(const struct place *p, const char *tmp)
{
	if (renameat2(p->tmp_fd, tmp, p->queue_fd, p->name, RENAME_NOREPLACE) ==
	    0)
		return true;
	if (errno == EEXIST) {
		unlinkat(p->tmp_fd, tmp, 0);
		return true;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	return renameat(p->tmp_fd, tmp, p->queue_fd, p->name) == 0;
}

static enum outcome
write_durably(struct spool *s, const struct place *p, struct span text,
    struct reason *why)
{
	char tmp[NAME_MAX];
	enum outcome o = DONE;
	int fd;

	fd = tmp_create(s, p, tmp);
	if (fd < 0)
		return spool_failed(why, errno, "making a spool file");
	CRASH_POINT("spool-made");
	if (fchmod(fd, SPOOL_FILE_MODE) != 0 ||
	    !file_write_all(fd, text.data, text.len) || fsync(fd) != 0)
		o = spool_failed(why, errno, "writing a spool file");
	CRASH_POINT("spool-written");
	if (o == DONE && !move_in(p, tmp))
		o = spool_failed(why, errno, "renaming a spool file");
	CRASH_POINT("spool-renamed");
	if (o != DONE)
		unlinkat(p->tmp_fd, tmp, 0);
	file_close(&fd);
	return o;
}

static enum outcome
put_new(struct spool *s, const struct place *p, const struct harvest *h,
    struct reason *why)
{
	struct bytes text = {NULL, 0};
	enum outcome o;

	o = spool_encode(h, &text, why);
	if (o != DONE)
		return o;
	o = usage_reserve(s, p->queue, text.len, h->address, why);
	if (o == DONE) {
		o = write_durably(s, p, span_bytes(&text), why);
		if (o != DONE)
			usage_release(s->usage, p->queue, text.len, h->address);
	}
	bytes_clear(&text);
	return o;
}

enum outcome
spool_put(struct spool *s, const struct harvest *h, struct reason *why)
{
	struct place p = {.queue_fd = -1, .tmp_fd = -1};
	enum outcome o;
	struct stat st;

	p.queue = spool_queue_of(h);
	spool_file_name(h, p.name);
	o = place_open(s, &p, why);
	if (o == DONE &&
	    fstatat(p.queue_fd, p.name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		o = put_new(s, &p, h, why);
	/* Also when it was there: whoever put it may not have come so far. */
	if (o == DONE && fsync(p.queue_fd) != 0)
		o = spool_failed(why, errno, "syncing a queue");
	CRASH_POINT("spool-durable");
	file_close(&p.queue_fd);
	file_close(&p.tmp_fd);
	return o;
}
