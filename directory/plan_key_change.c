#include "directory/plan_key_change.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400

/*
 * So much earlier than near the end of the old one may the new one be made, by
 * its notBefore, which a public CA does not choose freely: mails come late.
 * What is older than that was got when nobody had a reason to, and was kept
 * until the end is near: a signed mail can be sent again after a year, and
 * DMARC passes for it as long as the partner's DKIM key is the same.
 */
#define EARLY_DAYS 30

/* A certificate of another issuer that had or has the place. */
struct old {
	const char *issuer;
	int64_t not_after;
	enum validation validation;
};

static const char *const levels[VALIDATIONS] = {
    [VALIDATION_UNKNOWN] = "nothing that is known",
    [VALIDATION_MAILBOX] = "mailbox",
    [VALIDATION_ORGANIZATION] = "organization",
    [VALIDATION_SPONSOR] = "sponsor",
    [VALIDATION_INDIVIDUAL] = "individual",
};

static bool
is_live(const struct plan_input *in, const struct facts *f)
{
	return !f->malformed && f->can_receive &&
	    f->not_after >= in->policy->now;
}

/* What the CA of a standing one counts for: as it was when we published it, if
 * we did. */
static enum validation
level_of(const struct plan_input *in, const struct facts *f)
{
	const struct plan_past *p = in->past;

	if (p != NULL && p->validation != VALIDATION_UNKNOWN &&
	    digest_equal(p->sha256, f->sha256))
		return p->validation;
	return f->validation;
}

/* The next one behind *i that stands there and that somebody may encrypt to. */
static bool
next_standing(const struct plan_input *in, unsigned *i, struct old *out)
{
	const struct contact *c = in->contact;
	const struct facts *f;

	for (; *i < c->n_values && *i < CONTACT_VALUES; (*i)++) {
		f = &in->values[*i];
		if (!is_live(in, f) ||
		    digest_equal(
			f->issuer_sha256, in->certificate->issuer_sha256))
			continue;
		*out = (struct old){f->issuer, f->not_after, level_of(in, f)};
		(*i)++;
		return true;
	}
	return false;
}

static bool
holds_live(const struct plan_input *in)
{
	unsigned i;

	for (i = 0; i < in->contact->n_values && i < CONTACT_VALUES; i++)
		if (is_live(in, &in->values[i]))
			return true;
	return false;
}

/* What was published last, though nothing stands there any more: that a
 * certificate has expired makes no stranger of its owner. */
static bool
was_another(const struct plan_input *in, struct old *out)
{
	const struct plan_past *p = in->past;

	if (p == NULL || p->issuer[0] == '\0' || holds_live(in) ||
	    strcmp(p->issuer, in->certificate->issuer) == 0)
		return false;
	*out = (struct old){p->issuer, p->not_after, p->validation};
	return true;
}

static void
describe_time(
    const struct plan_input *in, const struct old *old, char *out, size_t size)
{
	int64_t left = old->not_after - in->policy->now;

	if (left >= 0)
		snprintf(out, size, "while the old one has %lld days left",
		    (long long)(left / DAY));
	else
		snprintf(out, size, "%lld days after the old one ended",
		    (long long)(-left / DAY));
}

/* What keeps it from happening by itself; "": nothing. */
static void
find_fault(
    const struct plan_input *in, const struct old *old, char *out, size_t size)
{
	const struct authentication *a = &in->harvest->authentication;
	int64_t had = (old->not_after - in->certificate->not_before) / DAY;

	out[0] = '\0';
	if (old->not_after - in->policy->now >
	    (int64_t)in->policy->key_change_days * DAY)
		snprintf(out, size, "it is too early for that");
	else if (had > (int64_t)in->policy->key_change_days + EARLY_DAYS)
		snprintf(out, size,
		    "the new one was made when the old one had %lld days left",
		    (long long)had);
	else if (!in->public_ca)
		snprintf(out, size, "the new CA is not a public one");
	else if (in->validation < old->validation)
		snprintf(out, size,
		    "the new CA vouches for %s, the old one for %s",
		    levels[in->validation], levels[old->validation]);
	else if (a->dmarc != AUTHENTICATION_PASS)
		snprintf(out, size,
		    "the mail server says dmarc %s of the sender",
		    a->dmarc == AUTHENTICATION_UNSAID
			? "nothing"
			: authentication_name(a->dmarc));
}

static enum outcome
judge(const struct plan_input *in, const struct old *old, struct reason *why)
{
	char fault[100], time[60];

	find_fault(in, old, fault, sizeof fault);
	if (fault[0] == '\0')
		return DONE;
	describe_time(in, old, time, sizeof time);
	return reason_set(why, REASON_KEY_CHANGE,
	    "from %.100s to %.100s %s: %s", old->issuer,
	    in->certificate->issuer, time, fault);
}

enum outcome
plan_key_change_may(const struct plan_input *in, struct reason *why)
{
	enum outcome o = DONE;
	struct old old;
	unsigned i = 0;

	if (in->approved || in->pinned)
		return DONE;
	while (o == DONE && next_standing(in, &i, &old))
		o = judge(in, &old, why);
	if (o == DONE && was_another(in, &old))
		o = judge(in, &old, why);
	return o;
}

bool
plan_key_change(const struct plan_input *in, char *out, size_t size)
{
	struct old old;
	unsigned i = 0;
	char time[60];

	out[0] = '\0';
	if (!next_standing(in, &i, &old) && !was_another(in, &old))
		return false;
	describe_time(in, &old, time, sizeof time);
	snprintf(out, size, "from %.100s to %.100s %s", old.issuer,
	    in->certificate->issuer, time);
	return true;
}
