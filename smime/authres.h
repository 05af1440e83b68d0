#ifndef SMIME_AUTHRES_H
#define SMIME_AUTHRES_H

#include "base/authentication.h"
#include "smime/message.h"

/*
 * What our mail server authenticated, from the Authentication-Results fields
 * that bear its authserv-id (RFC 8601); fields of others say nothing.
 *
 * A field proves who wrote it by that id alone, and any stranger can write
 * one: RFC 8601 section 5 has the border's filter remove those first.
 * Where one slips through (OpenDKIM removes only every second of several),
 * it stands beside the filter's own; so a method that two fields speak of
 * differently is a conflict, and a conflict is no pass.  The place of a
 * field tells nothing: a stranger's is above all Received fields when he
 * adds none, and ours may be below one, as filters insert at the top, behind
 * the server's own Received, or at the end.
 */

/*
 * Read all of them.  id is empty where no server is trusted; domain is that
 * of From:, canonical.  A DKIM signature counts for that domain when it is
 * the signer's (header.d, else header.i) or below it; without a list of
 * public suffixes a registry that signs counts for those below it, but
 * never a top-level domain.
 */
void authres_read(const struct message *m, const char *id, const char *domain,
    struct authentication *out);

/* Whether a value of the field bears the id, without regard to case. */
bool authres_is_of(struct span value, const char *id);

/*
 * Add what one value says, whoever wrote it.  Where it cannot be read, both
 * methods are a conflict: what it said might have been another thing than
 * its neighbour.
 */
void authres_add(
    struct span value, const char *domain, struct authentication *out);

#endif
