#include "smime/choose.h"

#include <string.h>

#include "base/algorithm.h"
#include "pki/usage.h"

/* Certificates may carry the address and receive, as facts tell. */
static bool
is_fit(const struct choose_question *q, const struct facts *f)
{
	return f != NULL && f->can_receive &&
	    facts_names_address(f, q->address, q->policy->subject_address);
}

static bool
is_valid_now(const struct choose_question *q, const struct facts *f)
{
	return f->not_before <= q->policy->now &&
	    q->policy->now <= f->not_after;
}

/*
 * The whole judgement, as the publisher will make it again.  HELD: the CA is
 * not known yet, and a human will decide.
 */
static enum outcome
admission(const struct choose_question *q, const struct bag_entry *e)
{
	struct admission a;

	return choose_judge(q, e, &a);
}

/* How good a verdict is: admitted, perhaps some day, never. */
static int
rank(enum outcome o)
{
	return o == DONE ? 2 : o == HELD || o == LATER ? 1 : 0;
}

/*
 * The certificate that a signed attribute names.  Nobody but the signer
 * names one, but anybody can add certificates that claim the same issuer
 * and serial number: the best of those that are fit, else the first.
 */
static enum outcome
choose_named(const struct choose_question *q, const struct preference *p,
    struct bag_entry **out, struct reason *why)
{
	struct reason unread = {REASON_OK, ""};
	struct bag_entry *e, *fit = NULL;
	unsigned at = 0, n = 0;
	int best = -1, r;

	while ((e = bag_next(q->bag, &p->identity, &at, &unread)) != NULL) {
		n++;
		if (best == rank(DONE) || !is_fit(q, bag_facts(e, NULL)))
			continue;
		r = rank(admission(q, e));
		if (r > best) {
			best = r;
			fit = e;
		}
	}
	if (n == 0 && unread.code != REASON_OK)
		return reason_set(why, REASON_PREFERRED_UNFIT,
		    "%s names one that cannot be used: %s", p->name,
		    unread.text);
	/*
	 * The signer's own is no substitute, even where it could receive: he
	 * said that he reads with another key, and may well not have the one
	 * that he signs with on every machine where he reads.  Mail that
	 * cannot be read is worse than mail that is not encrypted yet.
	 */
	if (n == 0)
		return reason_set(why, REASON_PREFERRED_ABSENT,
		    "%s names a certificate that is not here", p->name);
	if (fit == NULL)
		return reason_set(why, REASON_PREFERRED_UNFIT,
		    "%s names one that is not for %s or not for encryption",
		    p->name, q->address);
	*out = fit;
	return reason_set(why, REASON_OK, "named by %s", p->name);
}

/*
 * Where both attributes are there and do not agree, RFC 8551's counts, and
 * Microsoft's older one only when that names nothing that could be used.
 */
static enum outcome
choose_preferred(
    const struct choose_question *q, struct bag_entry **out, struct reason *why)
{
	const struct attributes *a = q->attributes;
	struct reason other;
	enum outcome o;
	unsigned i;

	o = choose_named(q, &a->preferences[0], out, why);
	for (i = 1; o != DONE && i < a->n_preferences; i++)
		if (choose_named(q, &a->preferences[i], out, &other) == DONE) {
			*why = other;
			return DONE;
		}
	return o;
}

/*
 * Another certificate of the signer's subject that could take the mail: one
 * that cannot sign, so that it is there to be encrypted to, or any when the
 * signer's own cannot.
 */
static bool
is_candidate(const struct choose_question *q, struct bag_entry *e,
    const struct facts *signer)
{
	const struct facts *f;

	if (e == q->signer || e->unfit ||
	    !span_equal(e->skim.subject, q->signer->skim.subject))
		return false;
	f = bag_facts(e, NULL);
	return is_fit(q, f) && is_valid_now(q, f) &&
	    !(f->can_sign && signer->can_receive);
}

/*
 * The best of them: admitted before held, then the one issued last.  A
 * stranger on the way may have put one in, so that all of it must be good;
 * as long as nobody knows the CA, it must at least be the signer's.
 */
static struct bag_entry *
same_subject(const struct choose_question *q, const struct facts *signer)
{
	struct bag_entry *best = NULL, *e;
	bool best_done = false, done;
	enum outcome o;
	unsigned i;

	for (i = 0; i < bag_count(q->bag); i++) {
		e = bag_peek(q->bag, i);
		if (!is_candidate(q, e, signer))
			continue;
		o = admission(q, e);
		done = o == DONE;
		if (!done &&
		    (o != HELD ||
			!span_equal(e->skim.issuer, q->signer->skim.issuer)))
			continue;
		if (best != NULL &&
		    (best_done > done ||
			(best_done == done &&
			    best->facts->not_before >= e->facts->not_before)))
			continue;
		best = e;
		best_done = done;
	}
	return best;
}

enum outcome
choose_judge(const struct choose_question *q, const struct bag_entry *e,
    struct admission *out)
{
	struct span others[LIMIT_CERTIFICATES];
	unsigned i, n = 0;

	for (i = 0; i < bag_count(q->bag); i++)
		others[n++] = bag_peek(q->bag, i)->der;
	return pki_judge(
	    q->pki, PKI_RECEIVE, e->der, q->address, others, n, q->policy, out);
}

enum outcome
choose_certificate(
    const struct choose_question *q, struct bag_entry **out, struct reason *why)
{
	const struct facts *signer;
	struct bag_entry *e;
	enum outcome o;

	if (q->attributes->n_preferences > 0)
		return choose_preferred(q, out, why);
	signer = bag_facts(q->signer, why);
	if (signer == NULL)
		return reason_outcome(why->code);
	e = same_subject(q, signer);
	if (e != NULL) {
		*out = e;
		return reason_set(why, REASON_OK,
		    "another certificate of the signer, for encryption");
	}
	if (!is_fit(q, signer)) {
		/* A CA, for example: the fault is not that it cannot receive.
		 */
		o = algorithm_check_key(
		    q->policy, signer->key, signer->bits, why);
		if (o == DONE)
			o = usage_sign(signer, why);
		if (o != DONE)
			return o;
		return reason_set(why, REASON_USAGE_ENCRYPT,
		    "the signer's certificate is not for encryption, and the "
		    "mail brings no other");
	}
	*out = q->signer;
	return reason_set(why, REASON_OK, "the signer's own");
}
