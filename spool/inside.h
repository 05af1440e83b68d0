#ifndef SPOOL_INSIDE_H
#define SPOOL_INSIDE_H

#include <stdatomic.h>

#include "spool/scan.h"
#include "spool/spool.h"
#include "spool/usage.h"

/*
 * What the files of spool/ share: the handle, the names inside a spool
 * folder, and the one table that makes reasons of errno.
 */
#define SPOOL_TMP "tmp"		/* files that are being written */
#define SPOOL_STALE 3600	/* seconds until one is a leftover */
#define SPOOL_FOLDER_MODE 02770 /* the common group reads and removes */
#define SPOOL_FILE_MODE 0640
#define SPOOL_FILE (DIGEST_HEX + 5) /* <digest>.json with NUL */
#define SPOOL_IGNORED 64

struct spool {
	char *path;
	/* The putting side. */
	struct usage *usage;
	atomic_uint serial;
	/* The taking side. */
	char *aside;
	unsigned moved;
	int watch;
	struct scan *scans[SPOOL_QUEUES];
	uint64_t ignored[SPOOL_IGNORED]; /* inodes that cannot be removed */
	unsigned n_ignored;
};

/* The name of the harvest's file. */
void spool_file_name(const struct harvest *h, char out[SPOOL_FILE]);

/* Whether name has the form of a spool file's. */
bool spool_file_name_ok(const char *name);

/* What the errno of a failed call on the spool means: the reason by a
 * table, what and the errno's words as its text. */
enum outcome spool_failed(struct reason *why, int error, const char *what);

/*
 * Open a folder below the spool's, never through a symbolic link; *out is
 * the caller's to close.  NOTHING: there is none.
 */
MUST_CHECK enum outcome spool_folder_open(
    const struct spool *s, const char *folder, int *out, struct reason *why);

/* Make the spool's folders where they are missing. */
MUST_CHECK enum outcome spool_folders_make(
    const struct spool *s, struct reason *why);

/* Remove what writers that died left behind; failing costs only space. */
void spool_folders_sweep(const struct spool *s);

/* A handle with nothing in it but the path. */
MUST_CHECK enum outcome spool_new(
    const char *path, struct spool **out, struct reason *why);

/* Move the file aside, or remove it when it cannot be kept, with the reason
 * already in why, and return REFUSED; BROKEN when it cannot be removed. */
MUST_CHECK enum outcome spool_move_aside(struct spool *s, enum spool_queue q,
    int queue_fd, const char *name, struct reason *why);

/* Whether the inode is one that could not be moved aside before. */
bool spool_is_ignored(const struct spool *s, uint64_t inode);

/* Have the watch look at the queue's folder; failing costs only speed. */
void spool_watch_folder(struct spool *s, enum spool_queue q);

#endif
