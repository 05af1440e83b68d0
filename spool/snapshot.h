#ifndef SPOOL_SNAPSHOT_H
#define SPOOL_SNAPSHOT_H

#include "base/trust.h"

/*
 * The way back: what the publisher knows, for the judges of the milter. One
 * JSON file, replaced by rename; the milter's supervisor reads it as
 * untrusted input.  Anchors in it are those that an operator approved.
 */

/* Write the bundle as the snapshot at path. */
MUST_CHECK enum outcome snapshot_write(
    const char *path, const struct trust *t, struct reason *why);

/* Remove what a writer that was killed left beside the snapshot at path. */
void snapshot_sweep(const char *path);

/*
 * Read the snapshot at path and add its anchors and known certificates to
 * t.  NOTHING: no such file.  REFUSED (spool-damaged): left alone; t may
 * hold a part of it, so give it a bundle of its own.
 */
MUST_CHECK enum outcome snapshot_read(
    const char *path, struct trust *t, struct reason *why);

/* Read the text of a snapshot, as snapshot_read() does. */
MUST_CHECK enum outcome snapshot_decode(
    struct span text, struct trust *t, struct reason *why);

#endif
