#include "cli/mta_wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

void
mta_wire_put32(uint8_t out[4], uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

uint32_t
mta_wire_get32(const uint8_t in[4])
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
	    (uint32_t)in[2] << 8 | in[3];
}

static enum outcome
wait_for(struct mta_wire *w, short events, int64_t deadline, struct reason *why)
{
	struct pollfd p = {.fd = w->fd, .events = events};
	int64_t left;
	int n;

	do {
		left = deadline - clock_ms();
		n = poll(&p, 1, left < 0 ? 0 : (int)left);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		return DONE;
	return reason_set(why, REASON_NO_ANSWER,
	    "the milter did not answer within %d ms", w->milliseconds);
}

enum outcome
mta_wire_flush(struct mta_wire *w, struct reason *why)
{
	int64_t deadline = clock_ms() + w->milliseconds;
	enum outcome o = DONE;
	size_t at = 0;
	ssize_t n;

	while (at < w->out.len && o == DONE) {
		n = send(w->fd, w->out.data + at, w->out.len - at,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			o = wait_for(w, POLLOUT, deadline, why);
		else if (errno != EINTR)
			o = reason_set(why, REASON_SOCKET,
			    "the milter hung up: %s", strerror(errno));
	}
	buffer_reset(&w->out);
	return o;
}

enum outcome
mta_wire_put(struct mta_wire *w, char command, struct span a, struct span b,
    struct reason *why)
{
	uint8_t head[5];
	enum outcome o = DONE;

	if (w->out.len + a.len + b.len + sizeof head > MTA_WIRE_CHUNK)
		o = mta_wire_flush(w, why);
	mta_wire_put32(head, (uint32_t)(a.len + b.len + 1));
	head[4] = (uint8_t)command;
	if (o == DONE &&
	    (!buffer_add(&w->out, head, sizeof head) ||
		!buffer_add(&w->out, a.data, a.len) ||
		!buffer_add(&w->out, b.data, b.len)))
		o = reason_set(
		    why, REASON_MEMORY, "a packet of %zu bytes", a.len);
	return o;
}

static enum outcome
receive(struct mta_wire *w, void *data, size_t len, int64_t deadline,
    struct reason *why)
{
	enum outcome o = DONE;
	size_t at = 0;
	ssize_t n;

	while (at < len && o == DONE) {
		n = recv(w->fd, (uint8_t *)data + at, len - at, MSG_DONTWAIT);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			o = wait_for(w, POLLIN, deadline, why);
		else if (n == 0 || errno != EINTR)
			o = reason_set(
			    why, REASON_SOCKET, "the milter hung up");
	}
	return o;
}

enum outcome
mta_wire_get(
    struct mta_wire *w, char *code, struct buffer *data, struct reason *why)
{
	int64_t deadline = clock_ms() + w->milliseconds;
	uint8_t head[5], piece[4096];
	uint32_t left, n;
	enum outcome o;

	buffer_reset(data);
	o = mta_wire_flush(w, why);
	if (o == DONE)
		o = receive(w, head, sizeof head, deadline, why);
	if (o != DONE)
		return o;
	left = mta_wire_get32(head);
	if (left == 0 || left > MTA_WIRE_IN)
		return reason_set(why, REASON_PROTOCOL,
		    "the milter sends a packet of %u bytes", left);
	for (left--; left > 0; left -= n) {
		n = left < sizeof piece ? left : (uint32_t)sizeof piece;
		o = receive(w, piece, n, deadline, why);
		if (o != DONE)
			return o;
		if (!buffer_add(data, piece, n))
			return reason_set(why, REASON_MEMORY, "out of memory");
	}
	*code = (char)head[4];
	return DONE;
}
