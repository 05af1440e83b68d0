#ifndef CLI_MTA_WIRE_H
#define CLI_MTA_WIRE_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * Packets of the milter protocol: four bytes of length, one of command, data.
 * What is sent is gathered until an answer is awaited.
 */
#define MTA_WIRE_CHUNK 65535u
#define MTA_WIRE_OUT (4u * 1024 * 1024)
#define MTA_WIRE_IN (1024u * 1024)

struct mta_wire {
	int fd;
	int milliseconds; /* that an answer may take */
	struct buffer out;
};

/* A number as it is on the wire. */
void mta_wire_put32(uint8_t out[4], uint32_t v);

/* And back. */
uint32_t mta_wire_get32(const uint8_t in[4]);

/* Send what was gathered.  LATER (no-answer), BROKEN (socket). */
MUST_CHECK enum outcome mta_wire_flush(struct mta_wire *w, struct reason *why);

/* Gather one packet whose data is in two pieces. */
MUST_CHECK enum outcome mta_wire_put(struct mta_wire *w, char command,
    struct span a, struct span b, struct reason *why);

/* Send what was gathered and receive one packet.  LATER (no-answer), BROKEN
 * (socket, protocol). */
MUST_CHECK enum outcome mta_wire_get(
    struct mta_wire *w, char *code, struct buffer *data, struct reason *why);

#endif
