#ifndef DIRECTORY_AD_HOLD_H
#define DIRECTORY_AD_HOLD_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * Not locking the account out: after a wrong password one try an hour, after
 * an expired, disabled or locked account one every 15 minutes, and at once
 * when name or secret change.  Kept in a file too, as a child that is killed
 * or restarted must not try afresh.
 */
struct ad_hold {
	const char *path; /* borrowed; "" for none */
	int64_t until;
	uint16_t secret; /* which secret failed: 16 bits of a digest, too
			    few to guess a password by */
	struct reason last;
};

/* Read the file; one that is not there or damaged means no hold. */
void ad_hold_init(struct ad_hold *h, const char *path);

/* The tag of a name and its secret. */
uint16_t ad_hold_tag(const char *name, struct span secret);

/* DONE: try.  Else the reason of the last failure, and when it is tried
 * again. */
MUST_CHECK enum outcome ad_hold_check(
    const struct ad_hold *h, uint16_t secret, int64_t now, struct reason *why);

/* Take note of how a bind ended. */
void ad_hold_note(struct ad_hold *h, uint16_t secret,
    const struct reason *result, int64_t now);

#endif
