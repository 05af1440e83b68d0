#include "spool/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct item {
	char *name;
	struct timespec at;
};

struct scan {
	struct item *items;
	size_t n, size, next;
};

/* A stream over fd that does not take fd itself, from the start. */
static DIR *
folder_read(int fd)
{
	DIR *d;
	int copy;

	copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = copy < 0 ? NULL : fdopendir(copy);
	if (d == NULL)
		file_close(&copy);
	return d;
}

static int
item_order(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->at.tv_sec != b->at.tv_sec)
		return a->at.tv_sec < b->at.tv_sec ? -1 : 1;
	if (a->at.tv_nsec != b->at.tv_nsec)
		return a->at.tv_nsec < b->at.tv_nsec ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool
scan_add(struct scan *scan, const char *name, struct timespec at)
{
	struct item *p;
	size_t size;

	if (scan->n == scan->size) {
		size = scan->size == 0 ? 64 : 2 * scan->size;
		p = realloc(scan->items, size * sizeof *p);
		if (p == NULL)
			return false;
		scan->items = p;
		scan->size = size;
	}
	p = &scan->items[scan->n];
	p->name = strdup(name);
	p->at = at;
	if (p->name == NULL)
		return false;
	scan->n++;
	return true;
}

enum outcome
scan_make(int fd, bool (*skip)(const void *arg, uint64_t inode),
    const void *arg, struct scan **out, struct reason *why)
{
	struct scan *scan = NULL;
	enum outcome o = DONE;
	struct dirent *e;
	struct stat st;
	DIR *d;

	d = folder_read(fd);
	if (d == NULL)
		return spool_failed(why, errno, "reading a queue");
	scan = calloc(1, sizeof *scan);
	if (scan == NULL)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	while (o == DONE && scan->n < SCAN_MAX && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    (skip != NULL && skip(arg, st.st_ino)))
			continue;
		if (!scan_add(scan, e->d_name, st.st_mtim))
			o = reason_set(why, REASON_MEMORY, "out of memory");
	}
	closedir(d);
	if (o != DONE) {
		scan_free(scan);
		return o;
	}
	if (scan->n > 0)
		qsort(scan->items, scan->n, sizeof *scan->items, item_order);
	*out = scan;
	return DONE;
}

const char *
scan_peek_next(struct scan *scan)
{
	if (scan == NULL || scan->next == scan->n)
		return NULL;
	return scan->items[scan->next++].name;
}

void
scan_free(struct scan *scan)
{
	size_t i;

	if (scan == NULL)
		return;
	for (i = 0; i < scan->n; i++)
		free(scan->items[i].name);
	free(scan->items);
	free(scan);
}

enum outcome
scan_count(int fd, uint64_t *files, uint64_t *bytes, struct reason *why)
{
	uint64_t n = 0, size = 0;
	struct dirent *e;
	struct stat st;
	DIR *d;

	d = folder_read(fd);
	if (d == NULL)
		return spool_failed(why, errno, "counting a queue");
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		n++;
		size += (uint64_t)st.st_size;
	}
	closedir(d);
	*files = n;
	*bytes = size;
	return DONE;
}
