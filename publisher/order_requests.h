#ifndef PUBLISHER_ORDER_REQUESTS_H
#define PUBLISHER_ORDER_REQUESTS_H

#include "publisher/inside.h"

/*
 * The requests that have something done in the directory, or to all that is
 * known of a person.  Each leaves an order in the store, whose number is
 * "order", which work.h carries out between two harvests.
 */

/* {address, note}: take what is ours out. */
request_answer order_requests_withdraw;

/* {entry, dry_run, note}: put a contact back as it was before a write. */
request_answer order_requests_undo;

/* {address, keep_published, note}: erase what is known of a person. */
request_answer order_requests_forget;

/* {address}: when it was forgotten, "at", or null. */
request_answer order_requests_forgotten;

/* {order}: what became of it. */
request_answer order_requests_order;

#endif
