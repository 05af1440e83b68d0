#ifndef PUBLISHER_WALK_REQUESTS_H
#define PUBLISHER_WALK_REQUESTS_H

#include "publisher/inside.h"

/*
 * The requests about walks.  They put rows into the store; what comes of a
 * walk is read there (store/walks.h).
 */

/* {dry_run}: puts a walk, whose number is "walk". */
request_answer walk_requests_adopt, walk_requests_rollback, walk_requests_sweep,
    walk_requests_rebuild;

/* {walk}: have it end. */
request_answer walk_requests_cancel;

#endif
