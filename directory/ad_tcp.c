#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad_helper.h"
#include "directory/ad_tcp.h"

/* Addresses of one name that are tried. */
#define ADDRESSES 8

struct address {
	socklen_t len;
	struct sockaddr_storage socket;
};

/* What the helper sends. */
struct resolved {
	int error; /* of getaddrinfo() */
	unsigned n;
	struct address list[ADDRESSES];
};

static void
resolve(const struct ad_tcp *how, int flags, struct resolved *out)
{
	struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV};
	struct addrinfo *list = NULL, *a;
	char service[16];

	memset(out, 0, sizeof *out);
	snprintf(service, sizeof service, "%u", how->port);
	out->error = getaddrinfo(how->host, service, &hints, &list);
	if (out->error != 0)
		return;
	for (a = list; a != NULL && out->n < ADDRESSES; a = a->ai_next)
		if (a->ai_addrlen <= sizeof out->list[0].socket) {
			struct address *to = &out->list[out->n++];

			to->len = a->ai_addrlen;
			memcpy(&to->socket, a->ai_addr, a->ai_addrlen);
		}
	freeaddrinfo(list);
}

static void
work(int fd, const void *arg)
{
	struct resolved r;

	resolve(arg, 0, &r);
	(void)!file_write_all(fd, &r, sizeof r);
}

/* Numbers are read here, names by a helper that can be killed. */
static enum outcome
find_addresses(
    const struct ad_tcp *how, struct resolved *out, struct reason *why)
{
	struct buffer answer;
	enum outcome o = DONE;

	resolve(how, AI_NUMERICHOST, out);
	if (out->error == 0)
		return DONE;
	buffer_init(&answer, sizeof *out);
	o = ad_helper_run(work, how, how->deadline, &answer, why);
	if (o == DONE && answer.len == sizeof *out)
		memcpy(out, answer.data, sizeof *out);
	else if (o == DONE)
		o = reason_set(why, REASON_DIRECTORY_DOWN,
		    "%s: the resolver failed", how->host);
	buffer_clear(&answer);
	if (o == DONE && out->error != 0)
		o = reason_set(why, REASON_DIRECTORY_DOWN, "%s: %s", how->host,
		    gai_strerror(out->error));
	return o;
}

enum outcome
ad_tcp_resolve(const struct ad_tcp *how, struct reason *why)
{
	struct resolved r;

	return find_addresses(how, &r, why);
}

/* Wait for a connect() under way.  false: errno says why. */
static bool
await_connect(int fd, int64_t until)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int e = ETIMEDOUT;
	socklen_t len = sizeof e;
	int64_t left = until - clock_ms();

	if (left > 0 && poll(&p, 1, (int)left) > 0)
		(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len);
	errno = e;
	return e == 0;
}

/* Neither a peer that vanished nor one that is silent may hold us for
 * long; the child's deadline is behind all this. */
static void
set_options(int fd, int64_t silence_ms)
{
	struct timeval tv = {.tv_sec = (time_t)(silence_ms / 1000),
	    .tv_usec = (suseconds_t)(silence_ms % 1000) * 1000};
	unsigned unacknowledged = (unsigned)silence_ms;
	int on = 1, idle = 60, interval = 10, probes = 3;

	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	(void)setsockopt(
	    fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged,
	    sizeof unacknowledged);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

static int
connect_one(const struct address *a, int64_t until, int64_t silence_ms)
{
	int fd = socket(
	    a->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if ((connect(fd, (const struct sockaddr *)&a->socket, a->len) != 0 &&
		errno != EINPROGRESS) ||
	    !await_connect(fd, until) || fcntl(fd, F_SETFL, 0) != 0) {
		int e = errno;

		file_close(&fd);
		errno = e;
	} else
		set_options(fd, silence_ms);
	return fd;
}

enum outcome
ad_tcp_connect(const struct ad_tcp *how, int *out, struct reason *why)
{
	struct resolved r;
	int fd = -1;
	unsigned i;
	enum outcome o = find_addresses(how, &r, why);

	if (o != DONE)
		return o;
	errno = EHOSTUNREACH;
	for (i = 0; i < r.n && i < ADDRESSES && fd < 0; i++) {
		/* Each gets its part of the time that is left. */
		int64_t now = clock_ms();

		if (r.list[i].len <= sizeof r.list[i].socket)
			fd = connect_one(&r.list[i],
			    now + (how->deadline - now) / (r.n - i),
			    how->silence_ms);
	}
	if (fd < 0)
		return reason_set(why, REASON_DIRECTORY_DOWN, "%s port %u: %s",
		    how->host, how->port, strerror(errno));
	*out = fd;
	return DONE;
}
