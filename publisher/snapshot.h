#ifndef PUBLISHER_SNAPSHOT_H
#define PUBLISHER_SNAPSHOT_H

#include <stdint.h>

#include "publisher/setup.h"

/*
 * Telling the milter's judges, and our own, what was learnt: when something
 * was published, and at most once a minute, as judges start anew for it; and
 * at once when an administrator approved a CA or took that back, or ordered a
 * reload.  Ours are also told when the operator's files of trust have changed.
 * What was held for want of a CA is decided on again after that.
 */
struct snapshot_pace {
	bool news;		  /* something to tell */
	bool reloaded;		  /* nobody knows what has changed */
	int64_t next;		  /* milliseconds: not before */
	int64_t look;		  /* when to look at the files again */
	struct reason trouble;	  /* told already */
	uint8_t told[DIGEST_LEN]; /* the files' stamp then */
};

/* Write the snapshot and renew our judge's bundle, when that is due. */
void snapshot_step(
    struct snapshot_pace *p, struct setup *s, struct store *store, int64_t ms);

/* Have it done at the next snapshot_step(). */
void snapshot_hurry(struct snapshot_pace *p);

/* Milliseconds until snapshot_step() is worth calling, at most most. */
int64_t snapshot_wait(const struct snapshot_pace *p, int64_t ms, int64_t most);

#endif
