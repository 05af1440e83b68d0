#ifndef PUBLISHER_STANDING_H
#define PUBLISHER_STANDING_H

#include "publisher/setup.h"

/*
 * What the judge says today of a certificate that stands in the directory, or
 * is to: with the others of the mail that brought it, for issuers are seldom
 * known otherwise.
 */
struct standing_question {
	const char *address;
	struct span der;
	int64_t now; /* judged at that time */
	bool subject_address;
};

/*
 * Ask, a judge that believes nobody any more who is not to be believed.
 * *whole: a mail with it is remembered, so that the verdict on its chain is
 * worth something.  Outcomes as judge_process_harvest(), setup_keep_distrust()
 * and the store have them; the verdict is out->why.
 */
MUST_CHECK enum outcome standing_judge(struct setup *s, struct store *store,
    const struct standing_question *q, struct admission *out, bool *whole,
    struct reason *why);

/*
 * What the CA of one counts for by the settings, as with a harvest; where no
 * chain holds, what is in *level stays.  As above, but for REFUSED.
 */
MUST_CHECK enum outcome standing_assurance(struct setup *s, struct store *store,
    const struct standing_question *q, enum validation *level,
    struct reason *why);

#endif
