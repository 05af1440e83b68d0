#ifndef MILTER_CONTROL_H
#define MILTER_CONTROL_H

#include <stdint.h>

#include "base/reason.h"

/*
 * What the supervisor and a sessions process say to each other, over a
 * SEQPACKET pair: one fixed message at a time, with a descriptor along where
 * the kind says so.  The binaries may differ (an upgrade starts the new
 * sessions process below the old supervisor), so every message carries the
 * version.  The supervisor takes a sessions process for a stranger: it may
 * have been taken over.
 */
#define CONTROL_PROTOCOL 1

enum control_kind {
	/* to the sessions process */
	CONTROL_JUDGE = 1, /* a worker: id, descriptor */
	CONTROL_RETIRE,	   /* let worker id go when a successor is ready */
	CONTROL_GONE,	   /* worker id has died */
	CONTROL_DRAIN,	   /* take no more connections, end when idle */

	/* to the supervisor */
	CONTROL_READY,	 /* connections are taken */
	CONTROL_STATUS,	 /* id: sessions, value: bytes held */
	CONTROL_SPENT,	 /* worker id has done its share: start a successor */
	CONTROL_RETIRED, /* worker id has gone */
	CONTROL_TAINTED, /* as SPENT: a library could not read a message */
	CONTROL_LATE,	 /* worker id did not answer in time: kill it */
	CONTROL_DEAD,	 /* worker id broke off: kill it */
	CONTROL_ABLE	 /* worker id is ready for its first message */
};

struct control {
	enum control_kind kind;
	uint32_t id;
	int64_t value;
};

/* A connected pair, close-on-exec, non-blocking. */
MUST_CHECK enum outcome control_pair(int pair[2], struct reason *why);

/*
 * Send; pass_fd, unless -1, goes along and stays the caller's.  Never
 * blocks; thread-safe.  LATER (no-answer): the other side does not read.
 * BROKEN (io): it is gone.
 */
MUST_CHECK enum outcome control_send(
    int fd, const struct control *c, int pass_fd, struct reason *why);

/*
 * Receive.  *got_fd becomes the passed descriptor, which is the caller's, or
 * -1.  NOTHING: there is none now.  BROKEN (io): the other side is gone;
 * (protocol): it speaks another version.
 */
MUST_CHECK enum outcome control_receive(
    int fd, struct control *c, int *got_fd, struct reason *why);

#endif
