#ifndef PUBLISHER_RECOVER_H
#define PUBLISHER_RECOVER_H

#include "publisher/setup.h"
#include "store/store.h"

/*
 * Settle the intents that a crash left behind, by reading the directory: the
 * certificate stands there under our mark, so it is published; or it does
 * not, so its harvest is due again.  Nothing is written to the directory.
 * DONE: none is left.  LATER, BROKEN: directory or store fail; those
 * that are left are for the next call.
 */
MUST_CHECK enum outcome recover(
    struct setup *s, struct store *store, struct reason *why);

#endif
