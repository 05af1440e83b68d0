#ifndef DIRECTORY_SERVE_H
#define DIRECTORY_SERVE_H

#include "base/settings.h"

/*
 * The directory child's life: questions come in on a socket, answers go
 * out, until the other side closes.
 */

/*
 * Serve the socket.  Without settings (NULL) every question is answered
 * with *broken, so that the publisher learns why.  DONE: the peer closed.
 */
MUST_CHECK enum outcome serve(int socket, const struct settings *settings,
    const struct reason *broken, struct reason *why);

#endif
