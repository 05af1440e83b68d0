#include "milter/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

/* What goes over the wire, between processes of one machine. */
struct packet {
	uint32_t version;
	uint32_t kind;
	uint32_t id;
	uint32_t zero;
	int64_t value;
};

union ancillary {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

enum outcome
control_pair(int pair[2], struct reason *why)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, pair) == 0)
		return DONE;
	return reason_set(why, REASON_IO, "socketpair: %s", strerror(errno));
}

static void
attach(struct msghdr *msg, union ancillary *space, int fd)
{
	struct cmsghdr *c;

	memset(space, 0, sizeof *space);
	msg->msg_control = space;
	msg->msg_controllen = sizeof *space;
	c = CMSG_FIRSTHDR(msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
}

enum outcome
control_send(int fd, const struct control *c, int pass_fd, struct reason *why)
{
	struct packet p = {.version = CONTROL_PROTOCOL,
	    .kind = c->kind,
	    .id = c->id,
	    .value = c->value};
	struct iovec iov = {.iov_base = &p, .iov_len = sizeof p};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union ancillary space;
	ssize_t n;

	if (pass_fd >= 0)
		attach(&msg, &space, pass_fd);
	do {
		n = sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof p)
		return DONE;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return reason_set(
		    why, REASON_NO_ANSWER, "the other process does not read");
	return reason_set(why, REASON_IO, "control: %s", strerror(errno));
}

/*
 * The descriptor that came along, or -1.  The padding behind one leaves the
 * kernel room for two: what was not asked for is closed, or a process that was
 * taken over would fill our table with them.
 */
static int
detach(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	size_t i, n;
	int fd, first = -1;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return -1;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof fd;
	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		if (i == 0)
			first = fd;
		else
			file_close(&fd);
	}
	return first;
}

enum outcome
control_receive(int fd, struct control *c, int *got_fd, struct reason *why)
{
	struct packet p = {0};
	struct iovec iov = {.iov_base = &p, .iov_len = sizeof p};
	union ancillary space;
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &space,
	    .msg_controllen = sizeof space};
	enum outcome o = DONE;
	ssize_t n;
	int passed;

	do {
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return NOTHING;
	if (n <= 0)
		return reason_set(why, REASON_IO, "the other process is gone");
	passed = detach(&msg);
	if (n != (ssize_t)sizeof p || p.version != CONTROL_PROTOCOL ||
	    p.kind < CONTROL_JUDGE || p.kind > CONTROL_ABLE) {
		o = reason_set(why, REASON_PROTOCOL,
		    "the other process speaks another version");
		goto out;
	}
	*c = (struct control){
	    .kind = (enum control_kind)p.kind, .id = p.id, .value = p.value};
	*got_fd = passed;
	passed = -1;
out:
	file_close(&passed);
	return o;
}
