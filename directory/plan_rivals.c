#include "directory/plan_rivals.h"

static bool
has_reverted(const struct plan_input *in)
{
	const struct plan_policy *p = in->policy;

	return in->rivals != NULL && p->revert_mails > 0 &&
	    in->rivals->after >= p->revert_mails &&
	    in->rivals->days >= p->revert_days;
}

static bool
alternates(const struct plan_input *in)
{
	return in->rivals != NULL && in->policy->revert_mails > 0 &&
	    in->rivals->between >= in->policy->revert_mails;
}

enum outcome
plan_rival_older(const struct plan_input *in, struct reason *why)
{
	const struct plan_rivals *r = in->rivals;

	if (!has_reverted(in) && !alternates(in))
		return NOTHING;
	if (in->approved)
		return DONE;
	if (has_reverted(in))
		return reason_set(why, REASON_REVERTED,
		    "%u authenticated mails in %lld days came with this one, "
		    "and none with the newer one: serial %s",
		    r->after, (long long)r->days, in->certificate->serial);
	return reason_set(why, REASON_ALTERNATING,
	    "this one keeps coming beside the newer one, %u times: serial %s",
	    r->between, in->certificate->serial);
}

enum outcome
plan_rival_stood(const struct plan_input *in, struct reason *why)
{
	if (in->rivals == NULL || !in->rivals->stood || in->approved ||
	    in->pinned)
		return DONE;
	return reason_set(why, REASON_ALTERNATING,
	    "this one stood there before, and lost its place to the one that "
	    "stands: serial %s",
	    in->certificate->serial);
}
