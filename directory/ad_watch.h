#ifndef DIRECTORY_AD_WATCH_H
#define DIRECTORY_AD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * libldap waits for ever in the TLS handshake with a silent server, whatever
 * its time-outs say.  While a watch runs and its time passes, the socket is
 * shut down under libldap, which then sees a closed connection: so the
 * next server can be tried, before the publisher loses patience with the
 * whole child.  One watch at a time, for a process without threads.
 */

/* Shut the socket down in so many milliseconds, at least one. */
void ad_watch_start(int fd, int64_t ms);

/* Never mind. */
void ad_watch_stop(void);

/* Whether the last watch shut its socket down. */
bool ad_watch_has_fired(void);

#endif
