#ifndef STORE_CARE_H
#define STORE_CARE_H

#include "store/store.h"

/*
 * The store as a file: how large it is, whether it is whole, and a copy of it
 * while the writer works.
 */
struct store_size {
	int64_t version; /* of the tables */
	int64_t bytes;	 /* of the file, */
	int64_t unused;	 /* and of that, what the next rows fill first */
	int64_t log;	 /* of the log beside it */
};

/* Measure. */
MUST_CHECK enum outcome store_measure(
    struct store *s, struct store_size *out, struct reason *why);

/*
 * Write a copy as of now to path, which it replaces at one stroke once it is
 * complete, checked and on the disk; mode 0600.  s may be a reader, and the
 * writer is not kept waiting.  BROKEN (store-corrupt): the store is damaged,
 * and so would be the copy.  BROKEN (io): path cannot be written.
 */
MUST_CHECK enum outcome store_backup(
    struct store *s, const char *path, struct reason *why);

#endif
