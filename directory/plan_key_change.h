#ifndef DIRECTORY_PLAN_KEY_CHANGE_H
#define DIRECTORY_PLAN_KEY_CHANGE_H

#include "directory/plan.h"

/*
 * Another issuer takes over: the partner has a new CA, or somebody has an hour
 * in the partner's mailbox and any CA's certificate for it, and would read for
 * as long as that is valid.  So it happens by itself only when the old
 * certificate is near its end or past it, for a public CA that vouches for no
 * less, and for mail that DMARC passed.  Pure, as plan.h.
 */

/*
 * DONE: the issuer is the same, or may be another one, or somebody said so (an
 * approval, a pin; for what does not stand any more a veto that was lifted).
 * HELD (key-change), with words that tell which of it is missing.
 */
MUST_CHECK enum outcome plan_key_change_may(
    const struct plan_input *in, struct reason *why);

/* Whether another issuer takes over, and from whom, in words; "" when not. */
bool plan_key_change(const struct plan_input *in, char *out, size_t size);

#endif
