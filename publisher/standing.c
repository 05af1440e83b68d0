#include "publisher/standing.h"

#include <stdio.h>
#include <string.h>

#include "store/walks.h"

static void
add_other(void *arg, struct span der)
{
	struct harvest *h = arg;

	if (h->n_others < LIMIT_CERTIFICATES &&
	    bytes_dup(der, &h->others[h->n_others]))
		h->n_others++;
}

enum outcome
standing_judge(struct setup *s, struct store *store,
    const struct standing_question *q, struct admission *out, bool *whole,
    struct reason *why)
{
	struct judge_policy policy = s->judging;
	struct harvest *h = harvest_new();
	char sha256[DIGEST_HEX];
	enum outcome o;

	digest_sha256_hex(q->der, sha256);
	policy.now = q->now;
	policy.subject_address = q->subject_address;
	if (h == NULL || !bytes_dup(q->der, &h->certificate) ||
	    !bytes_dup(q->der, &h->signer)) {
		harvest_free(h);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	snprintf(h->address, sizeof h->address, "%s", q->address);
	o = store_companions(
	    store, q->address, sha256, LIMIT_CERTIFICATES, add_other, h, why);
	*whole = o == DONE;
	if (o == DONE || o == NOTHING)
		o = setup_keep_distrust(s, store, why);
	if (o == DONE)
		o = judge_process_harvest(s->judge, h, &policy, out, why);
	harvest_free(h);
	return o;
}

enum outcome
standing_assurance(struct setup *s, struct store *store,
    const struct standing_question *q, enum validation *level,
    struct reason *why)
{
	struct admission verdict;
	enum outcome o;
	bool whole;

	o = standing_judge(s, store, q, &verdict, &whole, why);
	if (o == DONE && verdict.outcome == DONE)
		*level = admission_assurance(s->rules, &verdict);
	return o == REFUSED ? DONE : o;
}
