#include "base/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"

static enum outcome
parse_unix(const char *path, struct socket_spec *out, struct reason *why)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof un.sun_path)
		return reason_set(why, REASON_SOCKET,
		    "\"%s\": a socket's path has 1 to %zu characters", path,
		    sizeof un.sun_path - 1);
	memcpy(un.sun_path, path, len + 1);
	memcpy(out->path, path, len + 1);
	out->family = AF_UNIX;
	memcpy(&out->address, &un, sizeof un);
	out->len = sizeof un;
	return DONE;
}

/* A number in range, or a name for getaddrinfo(3), which checks no range. */
static bool
port_is_good(const char *port)
{
	char *end;
	unsigned long n = strtoul(port, &end, 10);

	return *port != '\0' && (*end != '\0' || n <= 65535);
}

/*
 * Cut text into host and port: port@host, host:port or port alone, and take
 * the brackets off the host.  false: it is none of these.
 */
static bool
split(char *text, const char **host, const char **port)
{
	char *cut = strchr(text, '@');
	char *name = NULL;
	size_t len;

	*host = NULL;
	*port = text;
	if (cut) {
		*cut = '\0';
		name = cut + 1;
	} else if ((cut = strrchr(text, ':'))) {
		*cut = '\0';
		*port = cut + 1;
		name = text;
	}
	if (name && name[0] == '[') {
		len = strlen(name);
		if (name[len - 1] != ']')
			return false;
		name[len - 1] = '\0';
		name++;
	}
	*host = name;
	return port_is_good(*port) && (!name || *name != '\0');
}

static enum outcome
parse_inet(
    const char *text, int family, struct socket_spec *out, struct reason *why)
{
	struct addrinfo hints = {.ai_family = family,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE};
	struct addrinfo *found = NULL;
	const char *host, *port;
	enum outcome o = DONE;
	char *copy;
	int e;

	copy = strdup(text);
	if (!copy)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (!split(copy, &host, &port)) {
		o = reason_set(why, REASON_SOCKET,
		    "\"%s\": write PORT@HOST or HOST:PORT", text);
		goto out;
	}
	e = getaddrinfo(host, port, &hints, &found);
	if (e != 0) {
		o = reason_set(
		    why, REASON_SOCKET, "\"%s\": %s", text, gai_strerror(e));
		goto out;
	}
	out->path[0] = '\0';
	out->family = family;
	memcpy(&out->address, found->ai_addr, found->ai_addrlen);
	out->len = found->ai_addrlen;
out:
	if (found)
		freeaddrinfo(found);
	free(copy);
	return o;
}

enum outcome
socket_parse(const char *text, struct socket_spec *out, struct reason *why)
{
	static const struct {
		const char *word;
		int family;
	} families[] = {
	    {"unix:", AF_UNIX},
	    {"local:", AF_UNIX},
	    {"inet:", AF_INET},
	    {"inet6:", AF_INET6},
	};
	size_t i, len;

	memset(out, 0, sizeof *out);
	if (text[0] == '/')
		return parse_unix(text, out, why);
	for (i = 0; i < sizeof families / sizeof families[0]; i++) {
		len = strlen(families[i].word);
		if (strncasecmp(text, families[i].word, len) != 0)
			continue;
		if (families[i].family == AF_UNIX)
			return parse_unix(text + len, out, why);
		return parse_inet(text + len, families[i].family, out, why);
	}
	return reason_set(why, REASON_SOCKET,
	    "\"%s\" is no socket; write unix:/path, inet:port@host or "
	    "inet:host:port",
	    text);
}

/* Wait for the end of a connect() that was begun. */
static enum outcome
connect_finish(int fd, int milliseconds, struct reason *why)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	socklen_t len = sizeof(int);
	int n, e = 0;

	do {
		n = poll(&p, 1, milliseconds);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return reason_set(why, REASON_NO_ANSWER, "no answer in time");
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len) != 0)
		e = errno;
	if (e != 0)
		return reason_set(
		    why, REASON_SOCKET, "cannot connect: %s", strerror(e));
	return DONE;
}

enum outcome
socket_connect(const struct socket_spec *spec, int milliseconds, int *out,
    struct reason *why)
{
	enum outcome o = DONE;
	int fd;

	fd =
	    socket(spec->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return reason_set(
		    why, REASON_SOCKET, "socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&spec->address, spec->len) !=
	    0) {
		if (errno == EINPROGRESS)
			o = connect_finish(fd, milliseconds, why);
		else if (errno == EAGAIN)
			o = reason_set(why, REASON_NO_ANSWER,
			    "the listening queue is full");
		else
			o = reason_set(why, REASON_SOCKET, "cannot connect: %s",
			    strerror(errno));
	}
	if (o == DONE && fcntl(fd, F_SETFL, 0) != 0)
		o = reason_set(
		    why, REASON_SOCKET, "fcntl: %s", strerror(errno));
	if (o != DONE)
		goto out;
	*out = fd;
	fd = -1;
out:
	file_close(&fd);
	return o;
}
