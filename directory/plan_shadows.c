#include "directory/plan_shadows.h"

#include "directory/mark.h"

/* The certificates of a shadow that count: receivers, or else all but CAs. */
static bool
counts(const struct plan_shadow *s, const struct facts *f)
{
	unsigned i;

	if (f->malformed || f->ca)
		return false;
	if (f->can_receive)
		return true;
	for (i = 0; i < s->n; i++)
		if (!s->facts[i].malformed && !s->facts[i].ca &&
		    s->facts[i].can_receive)
			return false;
	return true;
}

struct standing {
	bool readable; /* something in it counts */
	bool current;  /* it holds the certificate that is published */
	bool ours;     /* all that counts is ours, or was */
	bool expired;  /* all that counts is */
};

static struct standing
look(const struct plan_input *in, const struct plan_shadow *s)
{
	struct standing at = {.ours = true, .expired = true};
	const struct facts *new = in->certificate;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		const struct facts *f = &s->facts[i];
		bool same;

		if (!counts(s, f))
			continue;
		at.readable = true;
		same = digest_equal(f->sha256, new->sha256);
		at.current = at.current || same;
		at.ours = at.ours &&
		    mark_owns(in->contact, in->policy->site_key, f->sha256,
			in->harvest->address);
		at.expired = at.expired && f->not_after < in->policy->now;
	}
	return at;
}

static bool
is_to_go(const struct plan_input *in, const struct standing *at)
{
	if (!at->readable || at->current)
		return false;
	switch (in->policy->shadows) {
	case SHADOWS_REPORT:
		return false;
	case SHADOWS_REMOVE_OURS:
		return at->ours;
	case SHADOWS_REMOVE_EXPIRED:
		return at->ours || at->expired;
	}
	return false;
}

enum outcome
plan_shadows(
    const struct plan_input *in, struct change *out, struct reason *why)
{
	const struct contact *c = in->contact;
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < c->n_shadows && in->shadows != NULL && o == DONE; i++) {
		struct standing at = look(in, &in->shadows[i]);

		if (is_to_go(in, &at))
			o = change_append(out, CHANGE_REMOVE_SHADOW,
			    span_bytes(&c->shadows[i]), why);
	}
	return o;
}

bool
plan_shadows_left(const struct plan_input *in, const struct change *change)
{
	const struct contact *c = in->contact;
	unsigned removed = change != NULL ? change->n_remove_shadows : 0;
	unsigned stale = 0, i;

	if (!c->shadowed)
		return false;
	/* More than are read: what the others hold is not known. */
	if (c->n_shadows == 0 || in->shadows == NULL)
		return true;
	for (i = 0; i < c->n_shadows; i++)
		stale += !look(in, &in->shadows[i]).current;
	return stale > removed;
}
