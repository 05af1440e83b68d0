#ifndef PUBLISHER_REVIEW_REQUESTS_H
#define PUBLISHER_REVIEW_REQUESTS_H

#include "publisher/inside.h"

/*
 * The requests about what waits for a human; as rule_requests.h, they write to
 * the store and nothing else.
 */

/*
 * {id, note}: yes, no.  id is the beginning of a harvest's digest.  Without it
 * {reason, domain, issuer, note, dry_run}: all that is held and matches what is
 * there of these, 10,000 at once; "count" in the answer.
 */
request_answer review_requests_approve, review_requests_reject;

#endif
