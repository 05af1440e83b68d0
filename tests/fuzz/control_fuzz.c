#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "publisher/client.h"

/* What a client of the control socket may say, in whatever pieces. */

static json_t *
answer(void *arg, const struct control_peer *peer, const json_t *request)
{
	(void)arg;
	if (memchr(peer->name, '\0', sizeof peer->name) == NULL)
		abort();
	return json_pack("{s:b, s:O}", "ok", 1, "echo", request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client *c;
	char chunk[4096];
	size_t piece;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	c = client_new(pair[0], 0, answer, NULL);
	if (c == NULL)
		abort();
	while (size > 0) {
		piece = 1 + size / 3;
		if (send(pair[1], data, piece, MSG_NOSIGNAL) != (ssize_t)piece)
			break;
		data += piece;
		size -= piece;
		if (!client_serve(c))
			break;
		while (recv(pair[1], chunk, sizeof chunk, 0) > 0)
			continue;
	}
	client_free(c);
	(void)close(pair[1]);
	return 0;
}
