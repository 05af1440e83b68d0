#ifndef BASE_SOCKET_H
#define BASE_SOCKET_H

#include <sys/socket.h>

#include "base/reason.h"

/*
 * Where a milter listens, as administrators write it: unix:/path,
 * local:/path or a bare path; inet:port@host as libmilter has it and
 * inet:host:port as Postfix has it, inet:port for all addresses; the same
 * with inet6.  A host that holds colons stands in brackets.
 */
#define SOCKET_PATH 108 /* sun_path with its NUL, unix(7) */

struct socket_spec {
	char path[SOCKET_PATH]; /* AF_UNIX only */
	int family;
	struct sockaddr_storage address;
	socklen_t len;
};

/*
 * Read text; names are looked up.  BROKEN (socket): no such form, a path
 * that is too long, an unknown host or port.
 */
MUST_CHECK enum outcome socket_parse(
    const char *text, struct socket_spec *out, struct reason *why);

/*
 * Connect; *out is the caller's, blocking and close-on-exec.  LATER
 * (no-answer) after so many milliseconds; BROKEN (socket) when refused.
 */
MUST_CHECK enum outcome socket_connect(const struct socket_spec *spec,
    int milliseconds, int *out, struct reason *why);

#endif
