#include "publisher/shadows.h"

#include <stdlib.h>
#include <string.h>

enum outcome
shadows_read(struct setup *s, const struct contact *contact, int64_t now,
    struct shadows *out, struct reason *why)
{
	struct judge_policy policy = s->judging;
	enum outcome o = DONE;
	unsigned i;

	policy.now = now;
	for (i = 0; i < contact->n_shadows && i < CONTACT_SHADOWS; i++) {
		o = judge_process_shadow(s->judge,
		    span_bytes(&contact->shadows[i]), &policy,
		    &out->at[i].facts, &out->at[i].n, why);
		if (o == LATER || o == BROKEN)
			return o;
	}
	return DONE;
}

void
shadows_clear(struct shadows *s)
{
	unsigned i;

	for (i = 0; i < CONTACT_SHADOWS; i++)
		free(s->at[i].facts);
	memset(s, 0, sizeof *s);
}
