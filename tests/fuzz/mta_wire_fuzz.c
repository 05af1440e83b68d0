#include <sys/socket.h>
#include <unistd.h>

#include "cli/mta_wire.h"
#include "tests/fuzz/fuzz.h"

/* What a milter, or whatever listens there, says to certharvest probe. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mta_wire w = {.milliseconds = 1000};
	struct buffer packet;
	struct reason why;
	enum outcome o;
	size_t left = size;
	char code;
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	buffer_init(&packet, MTA_WIRE_IN);
	buffer_init(&w.out, MTA_WIRE_OUT);
	w.fd = pair[0];
	if (size > 0 &&
	    send(pair[1], data, size, MSG_NOSIGNAL | MSG_DONTWAIT) !=
		(ssize_t)size)
		left = 0;
	(void)shutdown(pair[1], SHUT_WR);
	while (left > 0) {
		o = mta_wire_get(&w, &code, &packet, &why);
		if (o != DONE)
			break;
		MUST(packet.len < MTA_WIRE_IN);
		MUST(5 + packet.len <= left);
		left -= 5 + packet.len;
	}
	buffer_clear(&w.out);
	buffer_clear(&packet);
	(void)close(pair[0]);
	(void)close(pair[1]);
	return 0;
}
