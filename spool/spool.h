#ifndef SPOOL_SPOOL_H
#define SPOOL_SPOOL_H

#include "base/harvest.h"

/*
 * The hand-over from milter to publisher: a folder with a file a harvest,
 * named by its digest, in three queues of their own bounds so that one kind
 * cannot crowd out another: chained/ and unchained/ by the judge's advice,
 * notes/ for refusals; within a queue that fills up, one sender's domain has
 * no more than its share.  A file is JSON, complete or not there; put is
 * durable (fsync of file and folder) before it says DONE.
 *
 * The milter owns the folder; the publisher reads and removes through a
 * common group and treats every file as hostile.
 */
struct spool;

enum spool_queue { SPOOL_CHAINED, SPOOL_UNCHAINED, SPOOL_NOTES, SPOOL_QUEUES };

/* The queue that a harvest belongs to. */
enum spool_queue spool_queue_of(const struct harvest *h);

struct spool_bounds {
	uint32_t files[SPOOL_QUEUES];
	uint64_t bytes[SPOOL_QUEUES];
	/* of the files of a queue that is more than half full, by one domain;
	 * 0: no bound */
	uint32_t domain_percent;
};

/*
 * Open the spool at path for putting, making the folder and its queues where
 * missing (mode 02770).  Several processes may put into one folder.
 * Thread-safe afterwards.  BROKEN (spool-io), LATER (spool-full, memory).
 */
MUST_CHECK enum outcome spool_open(const char *path,
    const struct spool_bounds *bounds, struct spool **out, struct reason *why);

/* Close; NULL is allowed. */
void spool_close(struct spool *s);

/*
 * Put one harvest or note into its queue.  DONE: durable (or a file of this
 * name was there already).  LATER (spool-full): bound reached or no space;
 * (spool-share): the domain's bound.
 * BROKEN (spool-io).  REFUSED (spool-damaged): address or name is not UTF-8.
 */
MUST_CHECK enum outcome spool_put(
    struct spool *s, const struct harvest *h, struct reason *why);

/*
 * The taking side: open the spool of a milter (which need not exist yet:
 * LATER, spool-absent).  Damaged files are moved into the folder aside (made
 * when missing, with a name of its own and a bound).
 */
MUST_CHECK enum outcome spool_open_taker(const char *path, const char *aside,
    struct spool **out, struct reason *why);

#define SPOOL_NAME 96 /* a file's name with its queue, and the NUL */

/*
 * Take the next file: chained first, oldest first.  DONE: *out and *name
 * (of SPOOL_NAME bytes) are set, the file stays until spool_done().  A file
 * for which that was not called comes again after the others: when the
 * store says LATER or BROKEN, stop asking.  NOTHING: empty.  REFUSED
 * (spool-damaged): one file was moved aside; ask again.  BROKEN (spool-io).
 */
MUST_CHECK enum outcome spool_next(struct spool *s, struct harvest **out,
    char name[SPOOL_NAME], struct reason *why);

/* The harvest is safe elsewhere: remove its file.  BROKEN (spool-io). */
MUST_CHECK enum outcome spool_done(
    struct spool *s, const char *name, struct reason *why);

/* What lies in the queues of a spool. */
struct spool_sizes {
	uint64_t files[SPOOL_QUEUES];
	uint64_t bytes[SPOOL_QUEUES];
};

/* Count what lies in the spool at path, for people: nothing is opened, made
 * or moved.  LATER (spool-absent), BROKEN (spool-io). */
MUST_CHECK enum outcome spool_measure(
    const char *path, struct spool_sizes *out, struct reason *why);

/* The queue's name: of its folder below the spool's, and for people. */
const char *spool_queue_name(enum spool_queue q);

/* An inotify descriptor that becomes readable when something was put; -1
 * when there is none.  Borrowed. */
int spool_peek_watch(const struct spool *s);

/* Empty the watch's queue after it became readable. */
void spool_watch_clear(struct spool *s);

/* A harvest as the JSON text of a spool file; *out is the caller's to
 * clear.  LATER (memory). */
MUST_CHECK enum outcome spool_encode(
    const struct harvest *h, struct bytes *out, struct reason *why);

/* Read the JSON text of a spool file under the caps of limits.h.  REFUSED
 * (spool-damaged) says what is wrong. */
MUST_CHECK enum outcome spool_decode(
    struct span text, struct harvest **out, struct reason *why);

#endif
