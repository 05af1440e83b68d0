#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hooks.h"

enum outcome
file_read_fd(int fd, size_t cap, struct bytes *out, struct reason *why)
{
	uint8_t *data = NULL;
	enum outcome o;
	struct stat st;
	size_t len = 0;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return reason_set(why, REASON_IO, "not a regular file");
	if ((uint64_t)st.st_size > cap)
		return reason_set(why, REASON_TOO_LARGE,
		    "%lld bytes, more than %zu", (long long)st.st_size, cap);
	data = malloc((size_t)st.st_size + 1);
	if (data == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	while (len < (size_t)st.st_size) {
		n = pread(fd, data + len, (size_t)st.st_size - len, (off_t)len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			o = reason_set(why, REASON_IO, "%s", strerror(errno));
			goto out;
		}
		if (n == 0)
			break; /* it shrank meanwhile */
		len += (size_t)n;
	}
	data[len] = 0;
	out->data = data;
	out->len = len;
	data = NULL; /* the caller owns it now */
	o = DONE;
out:
	free(data);
	return o;
}

enum outcome
file_read(const char *path, size_t cap, struct bytes *out, struct reason *why)
{
	struct reason inner;
	enum outcome o;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return NOTHING;
	if (fd < 0)
		return reason_set(
		    why, REASON_IO, "%s: %s", path, strerror(errno));
	o = file_read_fd(fd, cap, out, &inner);
	if (o != DONE)
		o = reason_set(why, inner.code, "%s: %s", path, inner.text);
	file_close(&fd);
	return o;
}

bool
file_write_all(int fd, const void *data, size_t len)
{
	const uint8_t *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

enum outcome
file_open_folder_of(
    const char *path, int *out, const char **name, struct reason *why)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	*out = -1;
	*name = slash != NULL ? slash + 1 : path;
	folder = slash == NULL ? strdup(".")
			       : strndup(path, (size_t)(slash - path) + 1);
	if (folder == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	*out = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (*out < 0)
		return reason_set(
		    why, REASON_IO, "%s: %s", path, strerror(errno));
	return DONE;
}

static enum outcome
write_failed(const char *name, const char *step, struct reason *why)
{
	int e = errno;

	return reason_set(why,
	    e == ENOSPC || e == EDQUOT ? REASON_SPOOL_FULL : REASON_IO,
	    "%s: %s: %s", name, step, strerror(e));
}

enum outcome
file_write(int dirfd, const char *name, struct span data, mode_t mode,
    struct reason *why)
{
	char tmp[NAME_MAX + 1];
	enum outcome o = DONE;
	int fd;

	if (snprintf(tmp, sizeof tmp, ".%s.%ld.tmp", name, (long)getpid()) >=
	    (int)sizeof tmp)
		return reason_set(why, REASON_IO, "%s: name too long", name);
	fd = openat(dirfd, tmp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return write_failed(name, "open", why);
	if (fchmod(fd, mode) != 0 || !file_write_all(fd, data.data, data.len) ||
	    fsync(fd) != 0)
		o = write_failed(name, "write", why);
	CRASH_POINT("file-written");
	if (o == DONE && renameat(dirfd, tmp, dirfd, name) != 0)
		o = write_failed(name, "rename", why);
	CRASH_POINT("file-renamed");
	if (o == DONE && fsync(dirfd) != 0)
		o = write_failed(name, "sync of the folder", why);
	if (o != DONE)
		unlinkat(dirfd, tmp, 0);
	file_close(&fd);
	return o;
}

void
file_sweep(int dirfd, const char *name)
{
	char prefix[NAME_MAX + 1];
	const struct dirent *e;
	DIR *folder = NULL;
	size_t len, n;
	int fd;

	snprintf(prefix, sizeof prefix, ".%s.", name);
	len = strlen(prefix);
	fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		folder = fdopendir(fd);
	if (folder == NULL) {
		file_close(&fd);
		return;
	}
	while ((e = readdir(folder)) != NULL) {
		n = strlen(e->d_name);
		if (n > len + 4 && strncmp(e->d_name, prefix, len) == 0 &&
		    strspn(e->d_name + len, "0123456789") == n - len - 4 &&
		    strcmp(e->d_name + n - 4, ".tmp") == 0)
			(void)unlinkat(dirfd, e->d_name, 0);
	}
	closedir(folder);
}

enum outcome
file_make_folder(const char *path, mode_t mode, struct reason *why)
{
	enum outcome o = DONE;
	char *copy, *p;

	copy = strdup(path);
	if (copy == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (p = copy + 1; o == DONE; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		if (*p == '\0') {
			if (mkdir(copy, mode) != 0 && errno != EEXIST)
				o = reason_set(why, REASON_IO, "%s: %s", copy,
				    strerror(errno));
			break;
		}
		*p = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			o = reason_set(
			    why, REASON_IO, "%s: %s", copy, strerror(errno));
		*p = '/';
	}
	free(copy);
	return o;
}

enum outcome
file_lock(const char *path, int *out, struct reason *why)
{
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return reason_set(
		    why, REASON_IO, "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		file_close(&fd);
		return reason_set(why, REASON_LOCKED,
		    "%s: another instance holds the lock", path);
	}
	*out = fd;
	return DONE;
}

void
file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
