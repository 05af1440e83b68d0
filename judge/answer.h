#ifndef JUDGE_ANSWER_H
#define JUDGE_ANSWER_H

#include "base/judge_wire.h"
#include "pki/judge.h"

/*
 * One question of the parent's, answered.  Everything that a stranger wrote
 * is read below here, in the confined worker.
 */

/* What a worker has. */
struct answer_house {
	struct pki *pki;
	int socket; /* of the parent */
};

/*
 * Write the answer to the question in frame, with the message behind fd
 * (-1: none came along), into out.  BROKEN (protocol): the question
 * cannot be read, and there is no answer.
 */
MUST_CHECK enum outcome answer_question(const struct answer_house *house,
    struct span frame, int fd, struct buffer *out, struct reason *why);

#endif
