#ifndef PUBLISHER_WORK_H
#define PUBLISHER_WORK_H

#include "publisher/release.h"
#include "publisher/retry.h"
#include "publisher/setup.h"
#include "publisher/walk.h"
#include "store/store.h"

/*
 * From one batch of due harvests (publisher/batch.h) to the next.  When the
 * fault is not the harvest's, the gate closes: then one harvest a while is
 * tried, and nobody is hammered.
 */
struct work {
	struct store *store;
	struct setup *setup;	/* replaced on reload */
	struct gate gate;	/* directory, judge, settings */
	struct gate shelf;	/* the store */
	bool renew;		/* the directory child, before the next step */
	bool recovered;		/* no intents of a crash are left */
	bool halted;		/* by an operator */
	bool news;		/* something was published: for the snapshot */
	struct release release; /* of what was observed */
	struct walker walker;
	bool walks_first; /* they take turns with harvests */
};

/*
 * Do the next thing that is due.  DONE: done, there may be more.  NOTHING:
 * nothing is due, or the gate is closed, until work_wait() has passed.
 */
MUST_CHECK enum outcome work_step(struct work *w);

/* Milliseconds until work_step() is worth calling, at most most. */
int64_t work_wait(struct work *w, int64_t most);

/*
 * Take note of how a write to the store went: outcome and reason.  Reading
 * proves nothing: it works on a full disk.
 */
void work_note_store(struct work *w, enum outcome o, const struct reason *why);

/* The same of a read. */
void work_note_read(struct work *w, enum outcome o, const struct reason *why);

/* Whether the reason is the store's. */
bool work_is_stores(const struct reason *why);

/* Take note of what failed for all: the stage waits.  Told once. */
void work_stage_failed(
    struct work *w, enum outcome o, const struct reason *why);

/*
 * Take note that the directory answered.  After an outage the harvests that
 * were its probes are due at once; after a single failure not, as that may
 * have been the harvest's own doing.
 */
void work_stage_passed(struct work *w);

/* Have everything that waits tried at once. */
void work_retry(struct work *w);

#endif
