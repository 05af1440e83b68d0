#ifndef PUBLISHER_RESPECT_H
#define PUBLISHER_RESPECT_H

#include "publisher/setup.h"
#include "store/rules.h"

/*
 * What the store knows that a harvest must respect: the rules about its
 * address and certificate, and what was published for the address before.
 * directory/plan_vanished.h tells what of that is a veto.
 */
struct respect {
	struct store_rules rules;
	bool remembered; /* then there is: */
	struct store_publication before;
	struct plan_past past;
	bool rivalled; /* another certificate is published; then there is: */
	struct plan_rivals rivals;
	bool stands; /* as far as we know; then there is: */
	struct plan_memory memory;
};

/* Read it and ask the rules.  DONE: admitted; else as admission_of_word() and
 * the store have it. */
MUST_CHECK enum outcome respect_read(struct store *store,
    const struct harvest *h, struct respect *out, struct reason *why);

/* Read and ask the rules once more, in the end. */
MUST_CHECK enum outcome respect_read_again(struct store *store,
    const struct harvest *h, struct respect *r, struct reason *why);

/* Hold what is remembered against the contact that has the address now. */
void respect_remember(struct respect *r, const struct contact *c, int64_t now);

/* No contact has the address: there is what has the object id. */
void respect_found(
    struct respect *r, const struct contact *there, const char *address);

/* Complete the input of a plan. */
void respect_prepare(const struct respect *r, struct plan_input *in);

/*
 * Record what the plan came to: a veto that it found, or since when a
 * publication is missing; *due is set when the harvest is to be tried again at
 * a certain time.  Returns o, or LATER or BROKEN when the store failed.
 */
MUST_CHECK enum outcome respect_plan(struct store *store,
    const struct respect *r, const struct plan_input *in, enum outcome o,
    int64_t *due, struct reason *why);

/* What to remember of losses with a publication of the certificate, which was
 * added by this write or stood there before. */
void respect_record(const struct respect *r, const struct facts *certificate,
    bool added, int64_t now, struct store_publication *out);

#endif
