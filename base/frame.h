#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/reason.h"

/*
 * Frames between our own processes on a stream socket: four bytes of
 * length, then the payload, with at most one descriptor passed along
 * (SCM_RIGHTS).  A deadline is a point on clock_ms(); FRAME_FOREVER waits.
 */
#define FRAME_FOREVER ((int64_t)-1)

/* A pair of connected stream sockets, close-on-exec, blocking. */
MUST_CHECK enum outcome frame_pair(int pair[2], struct reason *why);

/*
 * Send the payload; pass_fd, unless -1, goes along and stays the caller's.
 * LATER (no-answer) at the deadline, BROKEN (io) when the peer is gone.
 */
MUST_CHECK enum outcome frame_send(int fd, struct span payload, int pass_fd,
    int64_t deadline, struct reason *why);

/*
 * Receive one frame into *in (reset first; its cap holds).  *got_fd,
 * unless NULL, becomes the passed descriptor (the caller's, close-on-exec)
 * or -1; without got_fd descriptors are closed.  NOTHING: the peer closed
 * between frames.  LATER (no-answer): the deadline.  BROKEN (protocol):
 * a length above the cap, or the end in the middle of a frame.
 */
MUST_CHECK enum outcome frame_receive(int fd, struct buffer *in, int *got_fd,
    int64_t deadline, struct reason *why);

#endif
