#ifndef PUBLISHER_TRUST_REQUESTS_H
#define PUBLISHER_TRUST_REQUESTS_H

#include "publisher/inside.h"

/*
 * The requests about CAs that no anchor leads to; as rule_requests.h, they
 * write to the store and nothing else.  The judge and the milters are told
 * between two harvests (publisher/snapshot.h), and what waited is decided on
 * after that.
 */

/*
 * {fingerprint, domains, note}: it is an anchor, for these domains.  With
 * {certificate, kind, name}, a certificate in hexadecimal digits that the
 * administrator has in a file, it need not have been seen.
 */
request_answer trust_requests_approve;

/* {fingerprint, note}: what it issued is refused; what was said is taken
 * back. */
request_answer trust_requests_reject, trust_requests_revoke;

#endif
