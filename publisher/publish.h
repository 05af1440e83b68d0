#ifndef PUBLISHER_PUBLISH_H
#define PUBLISHER_PUBLISH_H

#include "publisher/setup.h"
#include "store/store.h"

/*
 * The life of one harvest, from the rules to the directory, in one function.
 * It decides and writes; what the decision means for the harvest's state is
 * publisher/work.h's.
 */
struct publish_report {
	struct reason why;  /* its row is the outcome, but for publications */
	int64_t begins;	    /* cert-soon: when it becomes valid; 0: else */
	bool reached;	    /* the directory answered */
	bool wrote;	    /* and was changed */
	bool published;	    /* publication is set */
	bool settled_again; /* by an earlier write whose record was cut off */
	struct store_publication publication;
	char plan[2048]; /* one line; "" when it did not come to one */
};

/*
 * Decide on the harvest with that id and do it.  DONE: our certificate
 * stands in the directory.  NOTHING, REFUSED, HELD: the end, too.  LATER:
 * try again.  BROKEN: our fault, whatever the harvest.  An intent may be
 * left in the store: settling or putting off removes it.
 */
MUST_CHECK enum outcome publish_harvest(struct setup *s, struct store *store,
    const struct harvest *h, const char *id, struct publish_report *r);

/* What to remember of a certificate of ours that stands at a contact. */
void publish_record(const struct contact *at, const struct facts *certificate,
    const char *address, const char *message_id, int64_t now,
    struct store_publication *out);

/* The facts of all values of a contact, which become *out, the caller's to
 * free().  Outcomes as judge_process_facts() has them. */
MUST_CHECK enum outcome publish_values(struct setup *s,
    const struct contact *contact, int64_t now, struct facts **out,
    struct reason *why);

#endif
