#ifndef BASE_JUDGE_POLICY_H
#define BASE_JUDGE_POLICY_H

#include "base/judge.h"
#include "base/settings.h"

/*
 * Read what the settings say of judging, the same for every program that
 * asks a judge; the time is the caller's to set.  BROKEN (settings).
 */
MUST_CHECK enum outcome judge_policy_read(
    const struct settings *s, struct judge_policy *out, struct reason *why);

#endif
