#include "milter/socket_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

bool
socket_name_make(const char *path, char out[SOCKET_PATH])
{
	static unsigned next; /* the supervisor has one thread */
	/* Room for the .ln as well. */
	char name[SOCKET_PATH + 64];
	int n;

	n = snprintf(
	    name, sizeof name, "%s.%ld.%u", path, (long)getpid(), next++);
	if (n < 0 || n + 3 >= SOCKET_PATH)
		return false;
	memset(out, 0, SOCKET_PATH);
	memcpy(out, name, (size_t)n);
	return true;
}

/* The PID of a name base.PID.N; 0 when it is no such name. */
static long
pid_of(const char *name, const char *base)
{
	size_t len = strlen(base);
	char *end;
	long pid;

	if (strncmp(name, base, len) != 0 || name[len] != '.')
		return 0;
	pid = strtol(name + len + 1, &end, 10);
	if (pid <= 0 || *end != '.' || end[1] < '0' || end[1] > '9')
		return 0;
	(void)strtol(end + 1, &end, 10);
	return *end == '\0' ? pid : 0;
}

/* Whether somebody listens there; in doubt, yes. */
static bool
is_live(const char *path)
{
	struct socket_spec spec;
	int fd, e = 0;

	if (socket_parse(path, &spec, NULL) != DONE)
		return true;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return true;
	if (connect(fd, (const struct sockaddr *)&spec.address, spec.len) != 0)
		e = errno;
	file_close(&fd);
	return e != ECONNREFUSED && e != ENOENT;
}

/* The name is a link: whose, and is it alive? */
static enum outcome
check_link(const char *path, struct reason *why)
{
	char target[SOCKET_PATH];
	ssize_t n;
	long pid;

	n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return reason_set(
		    why, REASON_SOCKET, "%s: %s", path, strerror(errno));
	target[n] = '\0';
	if (!is_live(path))
		return DONE;
	/*
	 * Alive, but its supervisor may have been killed: then its sessions
	 * process waits for just this swap.
	 */
	pid = pid_of(target, strrchr(path, '/') + 1);
	if (pid == (long)getpid() ||
	    (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH))
		return DONE;
	return reason_set(why, REASON_SOCKET,
	    "%s is in use: it leads to %s, on which another program listens",
	    path, target);
}

enum outcome
socket_name_check(const char *path, struct reason *why)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno == ENOENT)
			return DONE;
		return reason_set(
		    why, REASON_SOCKET, "%s: %s", path, strerror(errno));
	}
	if (S_ISLNK(st.st_mode))
		return check_link(path, why);
	if (!S_ISSOCK(st.st_mode))
		return reason_set(why, REASON_SOCKET,
		    "%s is in the way: it is not a socket", path);
	if (is_live(path))
		return reason_set(why, REASON_SOCKET,
		    "%s is in use: another program listens on it", path);
	return DONE;
}

void
socket_name_clean(const char *path, const char *keep)
{
	const char *base = strrchr(path, '/') + 1;
	const char *keep_base = strrchr(keep, '/') + 1;
	char full[SOCKET_PATH + 256];
	struct dirent *e;
	struct stat st;
	DIR *d;

	(void)snprintf(full, sizeof full, "%.*s", (int)(base - path), path);
	d = opendir(full);
	if (!d)
		return;
	while ((e = readdir(d))) {
		if (pid_of(e->d_name, base) == 0 ||
		    strcmp(e->d_name, keep_base) == 0)
			continue;
		(void)snprintf(full, sizeof full, "%.*s%s", (int)(base - path),
		    path, e->d_name);
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    S_ISSOCK(st.st_mode) && !is_live(full))
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	(void)closedir(d);
}
