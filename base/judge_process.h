#ifndef BASE_JUDGE_PROCESS_H
#define BASE_JUDGE_PROCESS_H

#include "base/judge.h"
#include "base/trust.h"

/*
 * One judge worker of our own, for programs without threads (publisher,
 * certharvest try): started when first needed, killed at the deadline,
 * replaced when dead, retired after LIMIT_JUDGE_MESSAGES questions or a
 * malformed one.  A question that kills its worker is REFUSED (worker-died,
 * worker-memory), one that is late REFUSED (worker-late): that is the verdict
 * on it.
 */
struct judge_process;

/* What to start a worker with. */
struct judge_start {
	const char *program; /* path of certharvest-judge */
	int trust_fd;	     /* borrowed, must stay open */
	unsigned deadline;   /* milliseconds for one question */
	bool confine;
};

/* Prepare; starts nothing yet. */
MUST_CHECK enum outcome judge_process_open(const struct judge_start *start,
    struct judge_process **out, struct reason *why);

/* Kill the worker and free; NULL is allowed. */
void judge_process_close(struct judge_process *p);

/* Use another trust bundle from the next question on. */
void judge_process_trust(struct judge_process *p, int trust_fd);

/* As judge_message(), with a worker of ours, to which no signer is known. */
MUST_CHECK enum outcome judge_process_message(struct judge_process *p, int fd,
    const struct judge_policy *policy, struct judgement *out,
    struct reason *why);

/* As judge_harvest(). */
MUST_CHECK enum outcome judge_process_harvest(struct judge_process *p,
    const struct harvest *h, const struct judge_policy *policy,
    struct admission *out, struct reason *why);

/* As judge_facts(). */
MUST_CHECK enum outcome judge_process_facts(struct judge_process *p,
    const struct span *der, unsigned n, const struct judge_policy *policy,
    struct facts **out, struct reason *why);

/* As judge_shadow(). */
MUST_CHECK enum outcome judge_process_shadow(struct judge_process *p,
    struct span value, const struct judge_policy *policy, struct facts **out,
    unsigned *n, struct reason *why);

#endif
