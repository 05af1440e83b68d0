#include "base/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

enum outcome
frame_pair(int pair[2], struct reason *why)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0)
		return DONE;
	return reason_set(why, REASON_IO, "socketpair: %s", strerror(errno));
}

/* Wait until fd is ready; the deadline is LATER. */
static enum outcome
ready(int fd, short events, int64_t deadline, struct reason *why)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left;
	int n;

	do {
		left = deadline == FRAME_FOREVER ? -1 : deadline - clock_ms();
		if (deadline != FRAME_FOREVER && left <= 0)
			return reason_set(
			    why, REASON_NO_ANSWER, "no answer in time");
		n = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	} while (n == 0 || (n < 0 && errno == EINTR));
	if (n > 0)
		return DONE;
	return reason_set(why, REASON_IO, "poll: %s", strerror(errno));
}

/* One sendmsg() of what is left, with the descriptor if any. */
static ssize_t
send_some(int fd, const uint8_t *data, size_t len, int pass_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {.iov_len = len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	/* sendmsg() does not write there. */
	memcpy(&iov.iov_base, &data, sizeof data);
	if (pass_fd >= 0) {
		memset(&control, 0, sizeof control);
		msg.msg_control = &control;
		msg.msg_controllen = sizeof control;
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static enum outcome
send_all(int fd, const uint8_t *data, size_t len, int pass_fd, int64_t deadline,
    struct reason *why)
{
	enum outcome o;
	ssize_t n;

	while (len > 0) {
		n = send_some(fd, data, len, pass_fd);
		if (n > 0) {
			data += n;
			len -= (size_t)n;
			pass_fd = -1; /* went with the first byte */
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return reason_set(why, REASON_IO,
			    "the peer is gone: %s", strerror(errno));
		o = ready(fd, POLLOUT, deadline, why);
		if (o != DONE)
			return o;
	}
	return DONE;
}

enum outcome
frame_send(int fd, struct span payload, int pass_fd, int64_t deadline,
    struct reason *why)
{
	uint8_t head[4] = {(uint8_t)(payload.len >> 24),
	    (uint8_t)(payload.len >> 16), (uint8_t)(payload.len >> 8),
	    (uint8_t)payload.len};
	enum outcome o;

	o = send_all(fd, head, sizeof head, pass_fd, deadline, why);
	if (o == DONE)
		o = send_all(fd, payload.data, payload.len, -1, deadline, why);
	return o;
}

/* Keep the first descriptor that came along, close the others. */
static void
descriptors_take(struct msghdr *msg, int *got_fd)
{
	struct cmsghdr *c;
	size_t i, n;
	int fd;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (got_fd != NULL && *got_fd < 0)
				*got_fd = fd;
			else
				close(fd);
		}
	}
}

static ssize_t
receive_some(int fd, uint8_t *data, size_t len, int *got_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = data, .iov_len = len};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof control};
	ssize_t n;

	n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (n >= 0)
		descriptors_take(&msg, got_fd);
	return n;
}

/* NOTHING: the end before the first byte. */
static enum outcome
receive_all(int fd, uint8_t *data, size_t len, int *got_fd, int64_t deadline,
    struct reason *why)
{
	size_t have = 0;
	enum outcome o;
	ssize_t n;

	while (have < len) {
		n = receive_some(fd, data + have, len - have, got_fd);
		if (n > 0) {
			have += (size_t)n;
			continue;
		}
		if (n == 0 && have == 0)
			return NOTHING;
		if (n == 0)
			return reason_set(why, REASON_PROTOCOL,
			    "the peer ended in the middle of a frame");
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return reason_set(why, REASON_IO,
			    "the peer is gone: %s", strerror(errno));
		o = ready(fd, POLLIN, deadline, why);
		if (o != DONE)
			return o;
	}
	return DONE;
}

/* The payload, in steps: memory is only taken for what really came. */
static enum outcome
payload_receive(int fd, size_t len, struct buffer *in, int *got_fd,
    int64_t deadline, struct reason *why)
{
	uint8_t chunk[16384];
	enum outcome o;
	size_t n;

	while (len > 0) {
		n = len < sizeof chunk ? len : sizeof chunk;
		o = receive_all(fd, chunk, n, got_fd, deadline, why);
		if (o == NOTHING)
			return reason_set(why, REASON_PROTOCOL,
			    "the peer ended in the middle of a frame");
		if (o != DONE)
			return o;
		if (!buffer_add(in, chunk, n))
			return reason_set(why, REASON_MEMORY, "out of memory");
		len -= n;
	}
	return DONE;
}

enum outcome
frame_receive(int fd, struct buffer *in, int *got_fd, int64_t deadline,
    struct reason *why)
{
	int passed = -1;
	uint8_t head[4];
	enum outcome o;
	size_t len;

	buffer_reset(in);
	o = receive_all(fd, head, sizeof head, &passed, deadline, why);
	if (o != DONE)
		goto out;
	len = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	    (size_t)head[2] << 8 | head[3];
	if (len > in->cap) {
		o = reason_set(why, REASON_PROTOCOL,
		    "a frame of %zu bytes, more than %zu", len, in->cap);
		goto out;
	}
	o = payload_receive(fd, len, in, &passed, deadline, why);
	if (o != DONE || got_fd == NULL)
		goto out;
	*got_fd = passed;
	passed = -1;
out:
	file_close(&passed);
	return o;
}
