#ifndef MILTER_COLLECT_H
#define MILTER_COLLECT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * One message as it comes in: in memory up to LIMIT_MESSAGE_MEMORY, in an
 * unlinked temporary file above it, bounded by itself and by what all
 * messages of the process hold together.  After a failure it holds nothing
 * and takes nothing more.
 */

/* What all messages together may hold and do hold; thread-safe. */
struct collect_budget {
	uint64_t memory_cap;
	uint64_t bytes_cap; /* memory and files */
	const char *folder; /* for temporary files */
	_Atomic uint64_t memory;
	_Atomic uint64_t bytes;
};

struct collect {
	struct collect_budget *budget;
	struct buffer memory;
	int file;	  /* for writing; -1: it is in memory */
	int file_reading; /* the same file */
	uint64_t size;
	uint64_t cap;
	bool given_up;
};

/* An empty message of at most cap bytes.  The budget is borrowed. */
void collect_init(
    struct collect *c, struct collect_budget *budget, uint64_t cap);

/*
 * Take bytes in.  REFUSED (too-large): above the cap.  LATER (no-room): above
 * the budget; (memory).  BROKEN (io): the temporary file.  After anything but
 * DONE all is given back.
 */
MUST_CHECK enum outcome collect_add(
    struct collect *c, const void *data, size_t len, struct reason *why);

/*
 * A descriptor that reads the whole message and can do nothing else; the
 * caller's.  BROKEN (io), LATER (memory).
 */
MUST_CHECK enum outcome collect_open(
    const struct collect *c, int *out, struct reason *why);

/* Empty again, for the next message; keeps little memory. */
void collect_reset(struct collect *c);

/* Give everything back. */
void collect_clear(struct collect *c);

#endif
