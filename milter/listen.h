#ifndef MILTER_LISTEN_H
#define MILTER_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/socket.h"

/*
 * The listening socket, which belongs to the supervisor, so that sessions
 * processes can come and go without a connection refused.
 *
 * A unix socket is bound under a name of its own (milter.sock.PID.N) and
 * the configured name is a relative symbolic link to it, swapped by rename:
 * relative, because Postfix looks at it from its chroot.  What another
 * living process listens on is never touched; what a dead one of ours left
 * is cleaned away.
 */
struct listener;

struct listen_options {
	const char *socket; /* as socket_parse() takes it */
	int backlog;
	mode_t mode;	   /* of a unix socket */
	const char *group; /* of a unix socket; "" leaves it */
};

/* Bind and listen.  BROKEN (socket) says what is in the way. */
MUST_CHECK enum outcome listener_open(const struct listen_options *options,
    struct listener **out, struct reason *why);

/* Whether these options ask for the socket that l is. */
bool listener_serves(
    const struct listener *l, const struct listen_options *options);

/* Give the socket the backlog, mode and group of these options. */
MUST_CHECK enum outcome listener_adjust(struct listener *l,
    const struct listen_options *options, struct reason *why);

/* The listening descriptor; borrowed. */
int listener_peek_fd(const struct listener *l);

/*
 * Take the names away, so that nobody connects any more, but go on
 * listening: what is queued is still served.
 */
void listener_withdraw(struct listener *l);

/* Withdraw, close and free; NULL is allowed. */
void listener_close(struct listener *l);

/*
 * Whether the configured name path still leads to the socket that fd
 * listens on.  For a socket that is not of the unix family: false.
 */
bool listener_is_current(int fd);

#endif
