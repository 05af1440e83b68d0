#ifndef MILTER_DELIVER_H
#define MILTER_DELIVER_H

#include "base/judge.h"
#include "milter/known.h"
#include "milter/options.h"

/*
 * The end of a candidate's way through the milter: its harvest or the note
 * of its refusal goes into the spool, and one line into the log.  A spool
 * that cannot be opened is tried again; mail goes on.  Thread-safe.
 */
struct deliver;

/* What is known of a message besides its verdict. */
struct deliver_mail {
	const char *queue_id; /* "" when the mail server did not say */
	uint64_t size;
	int64_t milliseconds; /* that it was held up for the judge */
};

/*
 * Open the spool.  LATER (memory); a spool in trouble is logged only.  The
 * signers of the harvests that it takes become known; both are borrowed.
 */
MUST_CHECK enum outcome deliver_new(const struct options *options,
    struct known *known, struct deliver **out, struct reason *why);

/* Close; NULL is allowed. */
void deliver_free(struct deliver *d);

/* The judge has spoken. */
void deliver_verdict(
    struct deliver *d, const struct deliver_mail *mail, struct judgement *j);

/* The message was let through without a verdict; why says why. */
void deliver_unjudged(
    const struct deliver_mail *mail, const struct reason *why);

#endif
