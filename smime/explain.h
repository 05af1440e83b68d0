#ifndef SMIME_EXPLAIN_H
#define SMIME_EXPLAIN_H

#include "smime/choose.h"

/*
 * Why the one certificate and not another, for people.  It judges every
 * certificate once more, so that it is only for those who ask (certharvest
 * try), never for the milter.
 */

/*
 * Fill in j->candidates after the choice; chosen is NULL where none was made,
 * and then q->signer may be NULL too.  Out of memory ends the worker.
 */
void explain_candidates(const struct choose_question *q,
    const struct bag_entry *chosen, struct judgement *j);

#endif
