#ifndef STORE_NEWCOMERS_H
#define STORE_NEWCOMERS_H

#include "store/store.h"

/*
 * For whom contacts were made, by the hour in which their mails came: so that
 * a flood is seen for what it is, also over a restart, and a backlog that comes
 * in at once is not taken for one.  Bounded: what is counted is let through,
 * which the publisher's settings limit, and hours are forgotten after a month.
 */
#define STORE_NEWCOMERS_KEPT (31 * 86400) /* seconds */

struct store_newcomers {
	int64_t all, domain; /* in that hour, without the address itself */
};

/* Count those of the hour and the address's domain. */
MUST_CHECK enum outcome store_newcomers_count(struct store *s,
    const char *address, int64_t received, struct store_newcomers *out,
    struct reason *why);

/* One more, or the same once more. */
MUST_CHECK enum outcome store_newcomers_add(
    struct store *s, const char *address, int64_t received, struct reason *why);

#endif
