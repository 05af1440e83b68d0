#ifndef PUBLISHER_FORGET_H
#define PUBLISHER_FORGET_H

#include "publisher/order_report.h"
#include "publisher/setup.h"
#include "store/orders.h"

/*
 * Carrying out an order to forget a person: store/forget.h.
 */

/* DONE: it is done and settled.  HELD (still-published).  LATER, BROKEN: of
 * the store. */
MUST_CHECK enum outcome forget(struct setup *s, struct store *store,
    const struct store_order *order, struct order_report *r);

/* The tombstone's digest of an address, under the site key: whoever lacks the
 * key cannot try addresses out. */
void forget_digest(
    const struct setup *s, const char *address, char out[DIGEST_HEX]);

#endif
