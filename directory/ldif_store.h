#ifndef DIRECTORY_LDIF_STORE_H
#define DIRECTORY_LDIF_STORE_H

#include <sys/stat.h>

#include "directory/ldif_file.h"

/*
 * The LDIF file on disk: read again whenever it was replaced (by hand, too),
 * and written whole before a change is DONE.  A lock beside it is held for
 * each operation, so that two writers take turns.
 */
struct ldif_store {
	const char *path; /* borrowed */
	const char *name; /* within its folder */
	char *parent;	  /* its folder */
	int folder;
	int lock; /* -1: not ours */
	unsigned holders;
	struct ldif_file file;
	struct stat read; /* what the file was when read */
	bool loaded;
	unsigned forgotten; /* how often what was in memory was given up */
};

/* Get ready for the file at path, whose folder must be there.  BROKEN
 * (settings, directory-file). */
MUST_CHECK enum outcome ldif_store_init(
    struct ldif_store *l, const char *path, struct reason *why);

/* Free the contents; also after a failed ldif_store_init(). */
void ldif_store_clear(struct ldif_store *l);

/* Take the lock, waiting for it.  One who has it may take it again, and the
 * last ldif_store_unlock() of as many gives it back. */
MUST_CHECK enum outcome ldif_store_lock(
    struct ldif_store *l, struct reason *why);

/* Give it back; allowed after an ldif_store_lock() that failed, too. */
void ldif_store_unlock(struct ldif_store *l);

/* Have in memory what is on disk; a file that is not there is empty. */
MUST_CHECK enum outcome ldif_store_load(
    struct ldif_store *l, struct reason *why);

/* Have on disk what is in memory.  LATER (directory-busy): no space. */
MUST_CHECK enum outcome ldif_store_save(
    struct ldif_store *l, struct reason *why);

/* Forget what is in memory. */
void ldif_store_forget(struct ldif_store *l);

#endif
