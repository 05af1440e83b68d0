#include "publisher/control.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "publisher/client.h"
#include "spool/json.h"

/* Those that may not be served are told so, but not logged more often
 * than this (milliseconds). */
#define REFUSALS 1000

struct control {
	char *path;
	struct stat bound; /* what is ours at path */
	int listening;
	int epoll;
	struct peer_policy policy;
	control_answer *answer;
	void *arg;
	int64_t next_refusal;
	struct client *clients[LIMIT_CONTROL_CLIENTS]; /* NULL: free */
};

json_t *
control_error(const char *error, const char *text)
{
	return json_pack("{s:b, s:s, s:o}", "ok", 0, "error", error, "text",
	    json_words(text));
}

static enum outcome
failed(struct reason *why, const char *path, const char *what)
{
	return reason_set(
	    why, REASON_SOCKET, "%s: %s: %s", path, what, strerror(errno));
}

static enum outcome
make_folder(const char *path, struct reason *why)
{
	char *copy = strdup(path);
	enum outcome o;

	if (copy == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = file_make_folder(dirname(copy), 0755, why);
	free(copy);
	return o == BROKEN ? reason_set(why, REASON_SOCKET,
				 "%s: its folder "
				 "cannot be made",
				 path)
			   : o;
}

/*
 * Bound beside the path and renamed when it is ready: at no time can
 * somebody connect whom the mode will not let in.
 */
static enum outcome
listen_at(struct control *c, struct reason *why)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	enum outcome o;

	if (snprintf(un.sun_path, sizeof un.sun_path, "%s.new", c->path) >=
	    (int)sizeof un.sun_path)
		return reason_set(
		    why, REASON_SOCKET, "%s: the path is too long", c->path);
	o = make_folder(c->path, why);
	if (o != DONE)
		return o;
	c->listening =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->listening < 0)
		return failed(why, c->path, "socket");
	(void)unlink(un.sun_path);
	if (bind(c->listening, (struct sockaddr *)&un, sizeof un) != 0)
		return failed(why, c->path, "bind");
	/* Not root and not of that group: then only we ourselves may ask. */
	if (c->policy.group != (gid_t)-1)
		(void)!chown(un.sun_path, (uid_t)-1, c->policy.group);
	if (chmod(un.sun_path, 0660) != 0 ||
	    listen(c->listening, LIMIT_CONTROL_CLIENTS) != 0 ||
	    rename(un.sun_path, c->path) != 0 || lstat(c->path, &c->bound) != 0)
		return failed(why, c->path, "listen");
	return DONE;
}

static bool
watch(const struct control *c, int fd, void *who, uint32_t events, bool again)
{
	struct epoll_event e = {.events = events, .data.ptr = who};

	return epoll_ctl(c->epoll, again ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd,
		   &e) == 0;
}

enum outcome
control_open(const char *path, const struct peer_policy *policy,
    control_answer *answer, void *arg, struct control **out, struct reason *why)
{
	struct control *c = calloc(1, sizeof *c);
	enum outcome o;

	if (c == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	c->listening = -1;
	c->policy = *policy;
	c->answer = answer;
	c->arg = arg;
	c->path = strdup(path);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->path == NULL || c->epoll < 0)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	else
		o = listen_at(c, why);
	if (o == DONE && !watch(c, c->listening, NULL, EPOLLIN, false))
		o = failed(why, path, "epoll");
	if (o == DONE) {
		*out = c;
		c = NULL;
	}
	control_close(c);
	return o;
}

static void
drop(struct control *c, unsigned i)
{
	client_free(c->clients[i]); /* closing ends epoll's watch */
	c->clients[i] = NULL;
}

/* Unless another one listens there by now. */
static void
remove_socket(const struct control *c)
{
	struct stat st;

	if (c->bound.st_ino != 0 && lstat(c->path, &st) == 0 &&
	    st.st_ino == c->bound.st_ino && st.st_dev == c->bound.st_dev)
		(void)unlink(c->path);
}

void
control_close(struct control *c)
{
	unsigned i;

	if (c == NULL)
		return;
	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		drop(c, i);
	remove_socket(c);
	file_close(&c->listening);
	file_close(&c->epoll);
	free(c->path);
	free(c);
}

int
control_peek_fd(const struct control *c)
{
	return c->epoll;
}

/* Told and dropped, without waiting for him to read it. */
static void
refuse(struct control *c, int fd, uid_t uid, const char *code, const char *text)
{
	json_t *error = control_error(code, text);
	char *line = error ? json_dumps(error, JSON_COMPACT) : NULL;
	char newline[] = "\n";
	struct iovec parts[] = {
	    {line, line != NULL ? strlen(line) : 0}, {newline, 1}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	int64_t now = clock_ms();

	if (line != NULL)
		(void)!sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	free(line);
	json_decref(error);
	if (now < c->next_refusal)
		return;
	c->next_refusal = now + REFUSALS;
	LOG_EVENT(CONTROL_REFUSED, LOG_NUM("uid", uid), LOG_STR("reason", code),
	    LOG_STR("text", text));
}

static void
welcome(struct control *c, int fd)
{
	struct reason why;
	uid_t uid = (uid_t)-1;
	unsigned i = 0;

	if (peer_check(&c->policy, fd, &uid, &why) != DONE) {
		refuse(c, fd, uid, reason_name(why.code), why.text);
		goto out;
	}
	while (i < LIMIT_CONTROL_CLIENTS && c->clients[i] != NULL)
		i++;
	if (i == LIMIT_CONTROL_CLIENTS) {
		refuse(c, fd, uid, "busy", "too many clients");
		goto out;
	}
	c->clients[i] = client_new(fd, uid, c->answer, c->arg);
	if (c->clients[i] == NULL)
		goto out;
	if (!watch(c, fd, c->clients[i], EPOLLIN, false))
		drop(c, i);
	fd = -1; /* the client's now */
out:
	file_close(&fd);
}

/* A bounded number of newcomers: who knocks all day gets no more than that. */
static void
accept_some(struct control *c)
{
	unsigned i;
	int fd;

	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		fd = accept4(
		    c->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		welcome(c, fd);
	}
}

static void
serve_client(struct control *c, struct client *who)
{
	unsigned i;

	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (c->clients[i] == who)
			break;
	if (i == LIMIT_CONTROL_CLIENTS)
		return; /* dropped meanwhile */
	if (!client_serve(who) ||
	    !watch(c, client_fd(who), who,
		client_wants_to_write(who) ? EPOLLOUT : EPOLLIN, true))
		drop(c, i);
}

static void
drop_idle(struct control *c)
{
	int64_t now = clock_ms();
	unsigned i;

	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (c->clients[i] != NULL &&
		    client_idle_at(c->clients[i]) <= now)
			drop(c, i);
}

void
control_serve(struct control *c)
{
	struct epoll_event events[LIMIT_CONTROL_CLIENTS + 1];
	int i, n;

	drop_idle(c);
	n = epoll_wait(c->epoll, events, LIMIT_CONTROL_CLIENTS + 1, 0);
	for (i = 0; i < n; i++)
		if (events[i].data.ptr != NULL)
			serve_client(c, events[i].data.ptr);
	/* Last, so that no newcomer has the address of one dropped above. */
	for (i = 0; i < n; i++)
		if (events[i].data.ptr == NULL)
			accept_some(c);
}

int64_t
control_wait(const struct control *c, int64_t most)
{
	int64_t now = clock_ms(), left;
	unsigned i;

	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		if (c->clients[i] == NULL)
			continue;
		left = client_idle_at(c->clients[i]) - now;
		if (left < most)
			most = left > 0 ? left : 0;
	}
	return most;
}
