#include "publisher/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"

#define ANSWER_MAX (1024u * 1024)
#define LINES 16 /* of one client, before the others have their turn */

struct client {
	int fd;
	struct control_peer peer;
	control_answer *answer;
	void *arg;
	struct buffer in, out;
	size_t sent; /* of out */
	int64_t idle_at;
	bool leaving; /* once out is sent */
};

struct client *
client_new(int fd, uid_t uid, control_answer *answer, void *arg)
{
	struct client *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->peer.uid = uid;
	c->answer = answer;
	c->arg = arg;
	c->idle_at = clock_ms() + LIMIT_CONTROL_IDLE;
	buffer_init(&c->in, LIMIT_CONTROL_LINE);
	buffer_init(&c->out, ANSWER_MAX);
	return c;
}

void
client_free(struct client *c)
{
	if (c == NULL)
		return;
	file_close(&c->fd);
	buffer_clear(&c->in);
	buffer_clear(&c->out);
	free(c);
}

int
client_fd(const struct client *c)
{
	return c->fd;
}

int64_t
client_idle_at(const struct client *c)
{
	return c->idle_at;
}

static bool
has_line(const struct client *c)
{
	return c->in.len > 0 && memchr(c->in.data, '\n', c->in.len) != NULL;
}

bool
client_wants_to_write(const struct client *c)
{
	return c->sent < c->out.len || has_line(c);
}

/* false: out of memory, or more than any answer. */
static bool
queue_answer(struct client *c, json_t *answer)
{
	char *line = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	bool fits;

	fits = line != NULL && buffer_add(&c->out, line, strlen(line)) &&
	    buffer_add(&c->out, "\n", 1);
	free(line);
	json_decref(answer);
	return fits;
}

static void
note_name(struct client *c, const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "who"));

	snprintf(c->peer.name, sizeof c->peer.name, "%s", name ? name : "");
}

/* len bytes without the newline */
static bool
answer_line(struct client *c, size_t len)
{
	json_t *request, *answer;
	json_error_t error;

	request = json_loadb(
	    (const char *)c->in.data, len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(request)) {
		note_name(c, request);
		answer = c->answer(c->arg, &c->peer, request);
	} else {
		answer = control_error("malformed",
		    request ? "a request is an object" : error.text);
	}
	json_decref(request);
	return queue_answer(c, answer);
}

static bool
take_line(struct client *c)
{
	uint8_t *end = memchr(c->in.data, '\n', c->in.len);
	size_t len = (size_t)(end - c->in.data);
	bool answered = answer_line(c, len);

	c->in.len -= len + 1;
	memmove(c->in.data, end + 1, c->in.len);
	c->idle_at = clock_ms() + LIMIT_CONTROL_IDLE;
	return answered;
}

/* Only while there is room: the rest waits in the kernel. */
static bool
read_some(struct client *c)
{
	char chunk[4096];
	size_t room = c->in.cap - c->in.len;
	ssize_t n;

	if (room > sizeof chunk)
		room = sizeof chunk;
	n = recv(c->fd, chunk, room, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0 || !buffer_add(&c->in, chunk, (size_t)n))
		return false;
	if (c->in.len < c->in.cap || has_line(c))
		return true;
	c->leaving = true;
	return queue_answer(
	    c, control_error("too-long", "the line is too long"));
}

static bool
write_some(struct client *c)
{
	ssize_t n;

	while (c->sent < c->out.len) {
		n = send(c->fd, c->out.data + c->sent, c->out.len - c->sent,
		    MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		c->sent += (size_t)n;
	}
	buffer_reset(&c->out);
	c->sent = 0;
	return !c->leaving;
}

bool
client_serve(struct client *c)
{
	bool stays = true;
	unsigned i;

	if (!client_wants_to_write(c))
		stays = read_some(c);
	/* The next line once the answer to the one before is on its way. */
	for (i = 0; stays && i < LINES; i++) {
		stays = write_some(c);
		if (!stays || c->sent < c->out.len || c->leaving ||
		    !has_line(c))
			break;
		stays = take_line(c);
	}
	return stays;
}
