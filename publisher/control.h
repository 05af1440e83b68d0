#ifndef PUBLISHER_CONTROL_H
#define PUBLISHER_CONTROL_H

#include <jansson.h>
#include <sys/types.h>

#include "base/reason.h"
#include "publisher/peer.h"

/*
 * The control socket: one JSON object a line in, one a line out, for
 * administrators on this machine.  Bounded in clients, in the length of a
 * line and in time (limits.h); served without ever waiting for a client.
 */
struct control;

/* Who asks: the uid as the kernel says it, the name as he says it. */
struct control_peer {
	uid_t uid;
	char name[64]; /* "" when he does not say */
};

/* Answer a request with an object, the caller's; NULL: out of memory. */
typedef json_t *control_answer(
    void *arg, const struct control_peer *peer, const json_t *request);

/*
 * Listen at path (mode 0660, of the policy's group where we may give it
 * away), in the place of a socket that an earlier process left there.
 * BROKEN (socket), LATER (memory).
 */
MUST_CHECK enum outcome control_open(const char *path,
    const struct peer_policy *policy, control_answer *answer, void *arg,
    struct control **out, struct reason *why);

/* Close all connections, remove the socket and free; NULL is allowed. */
void control_close(struct control *c);

/* A descriptor that becomes readable when control_serve() has work. */
int control_peek_fd(const struct control *c);

/* Do what can be done without waiting. */
void control_serve(struct control *c);

/* Milliseconds until an idle client is to be dropped, at most most. */
int64_t control_wait(const struct control *c, int64_t most);

/* An answer that says that the request was not fulfilled, and why. */
json_t *control_error(const char *error, const char *text);

#endif
