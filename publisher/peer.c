#include "publisher/peer.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUPS 1024 /* of one peer; with more he is taken to have none */

void
peer_policy_read(const struct settings *s, struct peer_policy *out)
{
	const char *group = settings_peek(s, "publisher", "control_group");
	const char *user = settings_peek(s, "publisher", "milter_user");
	const struct group *g = group[0] != '\0' ? getgrnam(group) : NULL;
	const struct passwd *p = user[0] != '\0' ? getpwnam(user) : NULL;

	out->group = g != NULL ? g->gr_gid : (gid_t)-1;
	out->stranger = p != NULL ? p->pw_uid : (uid_t)-1;
}

bool
peer_may(const struct peer_policy *p, uid_t uid, const gid_t *groups,
    size_t n_groups)
{
	size_t i;

	if (uid == p->stranger)
		return false;
	if (uid == 0 || uid == geteuid())
		return true;
	for (i = 0; p->group != (gid_t)-1 && i < n_groups; i++)
		if (groups[i] == p->group)
			return true;
	return false;
}

enum outcome
peer_check(const struct peer_policy *p, int fd, uid_t *uid, struct reason *why)
{
	gid_t groups[GROUPS + 1];
	struct ucred c = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	socklen_t len = sizeof c;
	socklen_t size = GROUPS * sizeof groups[0];
	size_t n = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) != 0)
		return reason_set(
		    why, REASON_FORBIDDEN, "the peer cannot be known");
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
		n = size / sizeof groups[0];
	groups[n++] = c.gid;
	*uid = c.uid;
	if (!peer_may(p, c.uid, groups, n))
		return reason_set(why, REASON_FORBIDDEN,
		    "uid %u may not ask here", (unsigned)c.uid);
	return DONE;
}
