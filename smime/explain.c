#include "smime/explain.h"

#include <stdlib.h>

#include "base/judge_end.h"

/* Why one that would do was left. */
static void
left_explain(const struct choose_question *q, struct bag_entry *e,
    const struct bag_entry *chosen, struct reason *why)
{
	if (q->attributes->n_preferences > 0)
		(void)reason_set(why, REASON_NOT_NAMED,
		    "%s names another certificate",
		    q->attributes->preferences[0].name);
	else if (q->signer != NULL &&
	    !span_equal(e->skim.subject, q->signer->skim.subject))
		(void)reason_set(why, REASON_OTHER_SUBJECT,
		    "its subject is not the signer's");
	else if (chosen == NULL)
		(void)reason_set(
		    why, REASON_NOT_CHOSEN, "the mail is refused before");
	else if (e == q->signer)
		(void)reason_set(why, REASON_NOT_CHOSEN,
		    "the signer's own, but another is there for encryption");
	else if (chosen == q->signer)
		(void)reason_set(why, REASON_NOT_CHOSEN,
		    "it signs, too, and the signer's own can be encrypted to");
	else
		(void)reason_set(why, REASON_NOT_CHOSEN,
		    "the chosen one is there for encryption, or newer");
}

static void
entry_explain(const struct choose_question *q, struct bag_entry *e,
    const struct bag_entry *chosen, struct candidate *out)
{
	struct admission a;
	enum outcome o;

	o = choose_judge(q, e, &a);
	out->facts = a.facts;
	if (e == chosen) {
		/* What is said of it by itself is the mail's reason. */
		out->why.code = REASON_CHOSEN;
	} else if (o != DONE)
		out->why = a.why;
	else
		left_explain(q, e, chosen, &out->why);
}

void
explain_candidates(const struct choose_question *q,
    const struct bag_entry *chosen, struct judgement *j)
{
	unsigned i, n = bag_count_all(q->bag);
	struct candidate *c;

	if (n == 0)
		return;
	c = calloc(n, sizeof *c);
	if (c == NULL)
		judge_end_without_memory();
	for (i = 0; i < n; i++) {
		entry_explain(q, bag_peek(q->bag, i), chosen, &c[i]);
		c[i].known = i >= bag_count(q->bag);
		if (c[i].why.code == REASON_CHOSEN)
			(void)reason_set(
			    &c[i].why, REASON_CHOSEN, "%s", j->why.text);
	}
	j->candidates = c;
	j->n_candidates = n;
}
