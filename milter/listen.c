#include "milter/listen.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "milter/socket_name.h"

struct listener {
	struct socket_spec spec; /* as configured */
	char bound[SOCKET_PATH]; /* the name of our own; "" when none */
	bool linked;		 /* spec.path is a link to it */
	int fd;
};

static enum outcome
failed(struct reason *why, const char *what, const char *path)
{
	return reason_set(
	    why, REASON_SOCKET, "%s %s: %s", what, path, strerror(errno));
}

static enum outcome
give_rights(
    const char *path, const struct listen_options *options, struct reason *why)
{
	struct group *g;

	if (options->group[0] != '\0') {
		g = getgrnam(options->group);
		if (!g)
			return reason_set(why, REASON_SOCKET,
			    "milter.socket_group: there is no group \"%s\"",
			    options->group);
		if (chown(path, (uid_t)-1, g->gr_gid) != 0)
			return failed(why, "chown", path);
	}
	if (chmod(path, options->mode) != 0)
		return failed(why, "chmod", path);
	return DONE;
}

/* Bind under the name of our own; nobody may connect before the chmod. */
static enum outcome
bind_unix(struct listener *l, const struct listen_options *options,
    struct reason *why)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	mode_t mask;
	int n;

	if (!socket_name_make(l->spec.path, un.sun_path))
		return reason_set(why, REASON_SOCKET,
		    "%s: too long by some characters for the number that is "
		    "added to it",
		    l->spec.path);
	(void)unlink(un.sun_path); /* our own number: nobody else's */
	mask = umask(0777);
	n = bind(l->fd, (struct sockaddr *)&un, sizeof un);
	(void)umask(mask);
	if (n != 0)
		return failed(why, "cannot bind", un.sun_path);
	memcpy(l->bound, un.sun_path, sizeof l->bound);
	return give_rights(l->bound, options, why);
}

static enum outcome
bind_inet(struct listener *l, const char *text, struct reason *why)
{
	int on = 1;

	(void)setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(l->fd, (struct sockaddr *)&l->spec.address, l->spec.len) != 0)
		return failed(why, "cannot bind", text);
	return DONE;
}

/* Let the configured name lead to ours, at one stroke. */
static enum outcome
swap_link(struct listener *l, struct reason *why)
{
	char link[SOCKET_PATH + 4];
	enum outcome o;

	o = socket_name_check(l->spec.path, why);
	if (o != DONE)
		return o;
	(void)snprintf(link, sizeof link, "%s.ln", l->bound);
	(void)unlink(link);
	if (symlink(strrchr(l->bound, '/') + 1, link) != 0)
		return failed(why, "cannot make", link);
	if (rename(link, l->spec.path) != 0) {
		o = failed(why, "cannot make", l->spec.path);
		(void)unlink(link);
		return o;
	}
	l->linked = true;
	return DONE;
}

static enum outcome
open_any(struct listener *l, const struct listen_options *options,
    struct reason *why)
{
	enum outcome o;

	/*
	 * Several generations accept from one queue: the one that comes
	 * second must not hang in accept().
	 */
	l->fd = socket(
	    l->spec.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return failed(why, "socket", options->socket);
	o = l->spec.family == AF_UNIX ? bind_unix(l, options, why)
				      : bind_inet(l, options->socket, why);
	if (o != DONE)
		return o;
	if (listen(l->fd, options->backlog) != 0)
		return failed(why, "listen", options->socket);
	if (l->spec.family != AF_UNIX)
		return DONE;
	o = swap_link(l, why);
	if (o == DONE)
		socket_name_clean(l->spec.path, l->bound);
	return o;
}

enum outcome
listener_open(const struct listen_options *options, struct listener **out,
    struct reason *why)
{
	struct listener *l = calloc(1, sizeof *l);
	enum outcome o;

	if (!l)
		return reason_set(why, REASON_MEMORY, "out of memory");
	l->fd = -1;
	o = socket_parse(options->socket, &l->spec, why);
	if (o != DONE)
		goto out;
	if (l->spec.family == AF_UNIX && l->spec.path[0] != '/') {
		o = reason_set(why, REASON_SOCKET,
		    "\"%s\": the path must begin with a slash",
		    options->socket);
		goto out;
	}
	o = open_any(l, options, why);
	if (o != DONE)
		goto out;
	*out = l;
	l = NULL;
out:
	listener_close(l);
	return o;
}

bool
listener_serves(const struct listener *l, const struct listen_options *options)
{
	struct socket_spec spec;

	return socket_parse(options->socket, &spec, NULL) == DONE &&
	    spec.family == l->spec.family && spec.len == l->spec.len &&
	    memcmp(&spec.address, &l->spec.address, spec.len) == 0;
}

enum outcome
listener_adjust(struct listener *l, const struct listen_options *options,
    struct reason *why)
{
	if (listen(l->fd, options->backlog) != 0)
		return failed(why, "listen", options->socket);
	return l->bound[0] ? give_rights(l->bound, options, why) : DONE;
}

int
listener_peek_fd(const struct listener *l)
{
	return l->fd;
}

void
listener_withdraw(struct listener *l)
{
	char target[SOCKET_PATH];
	ssize_t n;

	if (l->linked) {
		n = readlink(l->spec.path, target, sizeof target - 1);
		target[n > 0 ? n : 0] = '\0';
		/* It may lead to a successor's socket by now. */
		if (strcmp(target, strrchr(l->bound, '/') + 1) == 0)
			(void)unlink(l->spec.path);
		l->linked = false;
	}
	if (l->bound[0] != '\0') {
		(void)unlink(l->bound);
		l->bound[0] = '\0';
	}
}

void
listener_close(struct listener *l)
{
	if (!l)
		return;
	listener_withdraw(l);
	file_close(&l->fd);
	free(l);
}

bool
listener_is_current(int fd)
{
	struct sockaddr_un un;
	socklen_t len = sizeof un;
	char path[SOCKET_PATH], target[SOCKET_PATH];
	char *dot;
	ssize_t n;
	int i;

	memset(&un, 0, sizeof un);
	if (getsockname(fd, (struct sockaddr *)&un, &len) != 0 ||
	    un.sun_family != AF_UNIX)
		return false;
	memcpy(path, un.sun_path, sizeof path);
	path[sizeof path - 1] = '\0';
	for (i = 0; i < 2; i++) { /* .PID.N */
		dot = strrchr(path, '.');
		if (!dot)
			return false;
		*dot = '\0';
	}
	n = readlink(path, target, sizeof target - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	dot = strrchr(un.sun_path, '/');
	return dot && strcmp(target, dot + 1) == 0;
}
