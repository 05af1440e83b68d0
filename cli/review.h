#ifndef CLI_REVIEW_H
#define CLI_REVIEW_H

#include "cli/report.h"
#include "store/review.h"

/*
 * The parts of certharvest review: what waits for a human, and the facts of
 * one side by side with what is published.
 */
struct review {
	bool rejected;
	struct store_review_filter filter;
	const char *note;
	const char *number; /* of one; NULL */
	bool dry_run;
	bool lists; /* something was said that is for a list alone */
};

/* What waits, as the list has it; NULL when out of memory. */
json_t *review_row(const struct store_review *r);

/* The body of review show, for report_run(). */
MUST_CHECK enum outcome review_show(struct report *r, struct reason *why);

#endif
