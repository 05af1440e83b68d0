#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Telling systemd how a service is, sd_notify(3): one datagram to the socket
 * that NOTIFY_SOCKET names.  Without it nothing happens.
 */

/* Send the state, "READY=1" for example, several with newlines between. */
void notify_send(const char *state);

/* Send "RELOADING=1" with the time that systemd wants along. */
void notify_reloading(void);

/* How often systemd wants to hear "WATCHDOG=1", in milliseconds, with room
 * to spare; 0 when it does not. */
int64_t notify_watchdog(void);

#endif
