#ifndef SPOOL_SCAN_H
#define SPOOL_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

/*
 * What lies in one folder, oldest first.  Names that start with a dot are
 * files that another program (rsync) is still writing, and left out.
 */
struct scan;

/* At most so many names are held; the rest is seen by the next scan. */
#define SCAN_MAX 65536

/*
 * List the folder behind fd, which stays the caller's.  skip says for an
 * inode whether to leave it out; NULL: none.  LATER (memory), BROKEN
 * (spool-io).
 */
MUST_CHECK enum outcome scan_make(int fd,
    bool (*skip)(const void *arg, uint64_t inode), const void *arg,
    struct scan **out, struct reason *why);

/* The next name, dead when scan is freed; NULL at the end, also of NULL. */
const char *scan_peek_next(struct scan *scan);

/* Free; NULL is allowed. */
void scan_free(struct scan *scan);

/* Count files and bytes in the folder behind fd. */
MUST_CHECK enum outcome scan_count(
    int fd, uint64_t *files, uint64_t *bytes, struct reason *why);

#endif
