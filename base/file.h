#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/reason.h"

/* Files as a daemon needs them: whole, or not at all. */

/*
 * Read a regular file of at most cap bytes; *out is the caller's to clear.
 * NOTHING: no such file.  REFUSED (too-large).  BROKEN (io), with the path
 * and the reason in why.
 */
MUST_CHECK enum outcome file_read(
    const char *path, size_t cap, struct bytes *out, struct reason *why);

/* Read all of a descriptor from offset 0, without moving it; as above. */
MUST_CHECK enum outcome file_read_fd(
    int fd, size_t cap, struct bytes *out, struct reason *why);

/* Open the folder that the file at path is in; the caller closes *out, -1 on
 * failure.  *name is where its name begins in path. */
MUST_CHECK enum outcome file_open_folder_of(
    const char *path, int *out, const char **name, struct reason *why);

/*
 * Write name in the folder dirfd whole: a temporary file beside it, fsync,
 * rename, fsync of the folder.  BROKEN (io) or, on ENOSPC and EDQUOT, LATER
 * (spool-full); nothing half-written is left under that name.
 */
MUST_CHECK enum outcome file_write(int dirfd, const char *name,
    struct span data, mode_t mode, struct reason *why);

/*
 * Remove what processes that were killed in the middle of writing that file
 * left beside it.  Only for whom alone writes it, and is not in the middle.
 */
void file_sweep(int dirfd, const char *name);

/* Write all bytes, going on after short writes.  false: errno says why. */
bool file_write_all(int fd, const void *data, size_t len);

/* Make the folder and its parents where they are missing. */
MUST_CHECK enum outcome file_make_folder(
    const char *path, mode_t mode, struct reason *why);

/*
 * Take the lock file at path (made when missing), holding it until the
 * returned descriptor is closed.  BROKEN (locked) when another has it.
 */
MUST_CHECK enum outcome file_lock(
    const char *path, int *out, struct reason *why);

/* Close unless -1, and set to -1. */
void file_close(int *fd);

#endif
