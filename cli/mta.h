#ifndef CLI_MTA_H
#define CLI_MTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reason.h"
#include "base/socket.h"

/*
 * The mail server's side of the milter protocol, version 6: for asking a
 * running milter what it says to a message, and for tests and benchmarks.
 */
struct mta;

/* The steps of one message in their order. */
enum mta_step {
	MTA_CONNECT,
	MTA_HELO,
	MTA_MAIL,
	MTA_RCPT,
	MTA_DATA,
	MTA_HEADERS,
	MTA_HEADERS_END,
	MTA_BODY,
	MTA_END,
	MTA_STEPS
};

/* Answers of a milter, as they are on the wire; 0: none was wanted. */
enum mta_answer {
	MTA_NONE = 0,
	MTA_ACCEPT = 'a',
	MTA_CONTINUE = 'c',
	MTA_SKIP = 's'
};

/* What the mail server knows; any of these may be NULL. */
struct mta_envelope {
	const char *client; /* address */
	const char *helo;
	const char *from;
	const char *rcpt;
	const char *queue_id;
	const char *auth; /* authenticated user */
};

/* A message in the form that it is sent in. */
struct mta_message {
	struct bytes text;
	struct span *names; /* into text */
	struct span *values;
	size_t n_headers;
	struct bytes body;
};

/* Told of every answer. */
typedef void mta_heard(void *arg, enum mta_step step, enum mta_answer answer);

struct mta_play {
	const struct mta_envelope *envelope;
	const struct mta_message *message;
	mta_heard *heard; /* may be NULL */
	void *arg;
	enum mta_step until; /* break off after this; MTA_STEPS: never */
	bool body_at_end;    /* the last piece goes with the end */
};

/*
 * Connect and negotiate; no answer may take longer than milliseconds.
 * BROKEN (socket, protocol), LATER (no-answer).
 */
MUST_CHECK enum outcome mta_open(const struct socket_spec *spec,
    int milliseconds, struct mta **out, struct reason *why);

/* Say goodbye unless the last play was broken off, and close; NULL is
 * allowed. */
void mta_close(struct mta *m);

/*
 * Play one message; the first on a connection begins with the client.
 * *final is the answer that decided.  Outcomes as above; an answer that is
 * none of enum mta_answer is DONE too, and in *final.
 */
MUST_CHECK enum outcome mta_play(struct mta *m, const struct mta_play *play,
    enum mta_answer *final, struct reason *why);

/* What the milter asked for: the wire's protocol and action bits. */
void mta_negotiated(const struct mta *m, uint32_t *actions, uint32_t *protocol);

/* Take text apart; *out swallows it even on failure, and is to be cleared. */
MUST_CHECK enum outcome mta_message_init(
    struct mta_message *out, struct bytes *text, struct reason *why);

/* Free what it owns. */
void mta_message_clear(struct mta_message *m);

/* The word for an answer: accept, continue, tempfail, ... */
const char *mta_answer_name(enum mta_answer a);

/* The word for a step: connect, helo, ... */
const char *mta_step_name(enum mta_step s);

#endif
