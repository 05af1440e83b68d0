#ifndef DIRECTORY_AD_STATE_H
#define DIRECTORY_AD_STATE_H

#include "base/bytes.h"

/*
 * Small files in which a directory child leaves to its successors what it
 * learned.  None of them is needed: one that cannot be read or written costs
 * an attempt, no more.
 */

/* Read it, at most cap bytes.  false: there is none that can be read. */
bool ad_state_read(const char *path, size_t cap, struct bytes *out);

/* Replace it; nothing to write removes it.  The folder is the publisher's
 * own. */
void ad_state_write(const char *path, struct span text);

#endif
