#include "directory/plan_vanished.h"

#include <string.h>

#include "directory/mark.h"

static bool
holds(const struct plan_input *in, const uint8_t sha256[DIGEST_LEN])
{
	unsigned i;

	for (i = 0; i < in->contact->n_values; i++)
		if (digest_equal(in->values[i].sha256, sha256))
			return true;
	return false;
}

/* Some value of ours stands: the last word there was ours. */
static bool
holds_ours(const struct plan_input *in)
{
	unsigned i;

	for (i = 0; i < in->contact->n_values; i++)
		if (mark_owns(in->contact, in->policy->site_key,
			in->values[i].sha256, in->harvest->address))
			return true;
	return false;
}

static bool
is_remembered_expired(
    const struct plan_input *in, const uint8_t sha256[DIGEST_LEN])
{
	return in->memory != NULL && digest_equal(in->memory->sha256, sha256) &&
	    in->memory->not_after < in->policy->now;
}

/*
 * An old one beside what we published last, which stands: who took it out had
 * nothing against that, and no mail puts it back, unless it brings that very
 * one.
 */
static bool
is_tidied(const struct plan_input *in, const uint8_t sha256[DIGEST_LEN])
{
	return in->memory != NULL && holds(in, in->memory->sha256) &&
	    !digest_equal(in->certificate->sha256, sha256);
}

/* A mark of ours whose certificate somebody took out. */
static bool
has_orphan(const struct plan_input *in, uint8_t sha256[DIGEST_LEN])
{
	const struct contact *c = in->contact;
	unsigned i;

	for (i = 0; i < c->n_marks; i++)
		if (!mark_is_adopted(c->marks[i]) &&
		    mark_verify(c->marks[i], in->policy->site_key,
			in->harvest->address, sha256) &&
		    !holds(in, sha256) && !is_remembered_expired(in, sha256) &&
		    !is_tidied(in, sha256))
			return true;
	return false;
}

static enum outcome
gone(const struct plan_input *in, const uint8_t sha256[DIGEST_LEN],
    const char *how, struct reason *why)
{
	bool again = in->memory != NULL && in->memory->lost > 0;
	char hex[DIGEST_HEX];

	bytes_hex((struct span){sha256, DIGEST_LEN}, hex);
	return reason_set(why, again ? REASON_CONTESTED : REASON_VETO,
	    "our certificate %.16s... %s%s", hex, how,
	    again ? ", not for the first time" : "");
}

int64_t
plan_vanished_until(const struct plan_input *in)
{
	return in->memory->written + in->policy->replication;
}

/* Nothing of ours is there, and another server took the write. */
static enum outcome
judge_other(const struct plan_input *in, const char *how, struct reason *why)
{
	const struct plan_memory *m = in->memory;
	int64_t until = plan_vanished_until(in);

	if (in->policy->now < until && in->policy->now >= m->written)
		return reason_set(why, REASON_REPLICATION,
		    "what was written at another server is not to be seen "
		    "at this one yet");
	if (m->missing == 0 || m->missing >= until || m->lost > 0)
		return gone(in, m->sha256, how, why);
	return DONE;
}

/* The contact that we wrote to does not have the address any more, or is not
 * there. */
static enum outcome
judge_none(const struct plan_input *in, struct reason *why)
{
	static const char how[] = "was deleted with its contact";

	if (in->memory->alive && in->memory->same_mailbox)
		return reason_set(why, REASON_OUTSIDE_BASE,
		    "its contact lives where addresses are not looked for");
	if (in->memory->alive)
		return DONE; /* somebody gave it another address */
	return in->memory->other ? judge_other(in, how, why)
				 : gone(in, in->memory->sha256, how, why);
}

static enum outcome
judge_one(const struct plan_input *in, struct reason *why)
{
	const struct plan_memory *m = in->memory;
	bool moved = strcmp(m->object, in->contact->id) != 0;
	const char *how = moved
	    ? "was deleted with its contact, and another contact made"
	    : "was taken out by somebody else, and its mark";

	if (holds(in, m->sha256))
		return DONE;
	if (moved && m->alive && !m->same_mailbox)
		return DONE; /* somebody gave the address to this one */
	if (moved && m->alive)
		return reason_set(why, REASON_OUTSIDE_BASE,
		    "the contact that we wrote to has the address too, and "
		    "lives where addresses are not looked for");
	if (!holds_ours(in))
		return m->other ? judge_other(in, how, why)
				: gone(in, m->sha256, how, why);
	/* Our own hand, or that of another publisher; but the same one is not
	 * put back for ever. */
	if (m->lost > 0 && digest_equal(m->sha256, in->certificate->sha256))
		return gone(in, m->sha256, "keeps being replaced", why);
	return DONE;
}

enum outcome
plan_vanished(const struct plan_input *in, struct reason *why)
{
	uint8_t sha256[DIGEST_LEN];

	if (in->allowed)
		return DONE;
	if (in->contact->kind == CONTACT_ONE && has_orphan(in, sha256))
		return gone(in, sha256,
		    "was taken out by somebody else, who left its mark", why);
	if (in->memory == NULL || in->memory->not_after < in->policy->now)
		return DONE;
	if (in->contact->kind == CONTACT_NONE)
		return judge_none(in, why);
	return judge_one(in, why);
}
