#ifndef PUBLISHER_WITHDRAW_H
#define PUBLISHER_WITHDRAW_H

#include "publisher/order_report.h"
#include "publisher/setup.h"
#include "store/orders.h"

/*
 * Carrying out an order to withdraw.  It can be done twice: whoever was cut
 * off after the write finds nothing of ours, which is an end, too.
 */
/*
 * Take our values and marks out of the contact of order->subject: the one that
 * the store remembers, wherever it is now, else the one that has the
 * address.  DONE: taken out.  NOTHING: nothing of ours was there, or the mode
 * is observe.  HELD: a human has to look.  LATER: try again.  BROKEN: our
 * fault.
 */
MUST_CHECK enum outcome withdraw(struct setup *s, struct store *store,
    const struct store_order *order, struct order_report *r);

#endif
