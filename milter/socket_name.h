#ifndef MILTER_SOCKET_NAME_H
#define MILTER_SOCKET_NAME_H

#include <stdbool.h>

#include "base/socket.h"

/*
 * The names beside a configured unix socket: path.PID.N is one that a
 * supervisor bound, path.PID.N.ln a link on its way to path.
 */

/* Make the next name of this process.  false: it would be too long. */
bool socket_name_make(const char *path, char out[SOCKET_PATH]);

/*
 * Whether path may be replaced: it is not there, a link that we or a dead
 * predecessor made, or a socket on which nobody listens.  BROKEN (socket).
 */
MUST_CHECK enum outcome socket_name_check(const char *path, struct reason *why);

/* Remove path.PID.N sockets on which nobody listens, but not keep. */
void socket_name_clean(const char *path, const char *keep);

#endif
