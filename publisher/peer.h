#ifndef PUBLISHER_PEER_H
#define PUBLISHER_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/settings.h"

/*
 * Who is at the other end of the control socket, as the kernel says it, and
 * whether he may ask: root, ourselves, and members of the administrators'
 * group.  The milter's user never: it reads strangers' mail.
 */
struct peer_policy {
	gid_t group;	/* (gid_t)-1: there is none */
	uid_t stranger; /* the milter's; (uid_t)-1: there is none */
};

/* Look both names up; one that does not exist is none. */
void peer_policy_read(const struct settings *s, struct peer_policy *out);

/*
 * Whether the peer of the connected socket may ask; *uid is who he is.
 * REFUSED (forbidden) says why not.
 */
MUST_CHECK enum outcome peer_check(
    const struct peer_policy *p, int fd, uid_t *uid, struct reason *why);

/* The decision alone: uid with its groups. */
bool peer_may(const struct peer_policy *p, uid_t uid, const gid_t *groups,
    size_t n_groups);

#endif
