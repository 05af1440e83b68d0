#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

#include "milter/session.h"

/*
 * Libmilter's callbacks: they translate and delegate to session.h.  Whatever
 * happens, the answer is one of continue, accept, skip or none.
 */

/*
 * Register with libmilter.  service is borrowed for good: libmilter has no
 * argument to hand through.  busy is called with the number of sessions
 * whenever one begins.  BROKEN (socket).
 */
MUST_CHECK enum outcome callbacks_register(struct service *service,
    void (*busy)(unsigned sessions), struct reason *why);

/* Sessions that have negotiated and not closed. */
unsigned callbacks_sessions(void);

#endif
