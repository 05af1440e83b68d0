#ifndef PUBLISHER_UNDO_H
#define PUBLISHER_UNDO_H

#include "publisher/order_report.h"
#include "publisher/setup.h"
#include "store/orders.h"

/*
 * Carrying out an order to undo.  It can be done twice: whoever was cut off
 * after the write finds the contact as it was before, which is an end, too.
 */

/*
 * Put the contact back as it was before the write order->entry, if what that
 * write left is exactly what stands there now.  DONE: it is, and the order is
 * settled; of a dry one: it could be, and the text tells how.  REFUSED
 * (undo-nothing).  NOTHING: the mode is observe.  HELD (undo-changed,
 * undo-stale, ...): the text names what stands in the way.  LATER: try again.
 * BROKEN: our fault.
 */
MUST_CHECK enum outcome undo(struct setup *s, struct store *store,
    const struct store_order *order, struct order_report *r);

#endif
