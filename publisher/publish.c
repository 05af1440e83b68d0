#include "publisher/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "directory/mark.h"

/* Whoever else changes the contact at the same time wins at most so often
 * before the harvest is put off. */
#define ROUNDS 3

struct life {
	struct setup *setup;
	struct store *store;
	const struct harvest *harvest;
	const char *id;
	int64_t now;
	struct admission verdict;
	struct contact contact;
	struct facts *values; /* of the contact */
	struct change change;
	struct publish_report *report;
};

/* The judge's verdict on the certificates, and ours on the verdict. */
static enum outcome
judge(struct life *l, struct reason *why)
{
	struct judge_policy policy = l->setup->judging;
	struct admission_case c = {
	    .address = l->harvest->address,
	    .certificate = &l->harvest->certificate,
	    .verdict = &l->verdict,
	    .now = l->now,
	};
	enum outcome o;

	policy.now = l->now;
	o = judge_process_harvest(
	    l->setup->judge, l->harvest, &policy, &l->verdict, why);
	if (o != DONE)
		return o;
	if (l->verdict.why.code == REASON_CERT_SOON)
		l->report->begins = l->verdict.facts.not_before;
	return admission_of_certificate(l->setup->rules, &c, why);
}

enum outcome
publish_values(struct setup *s, const struct contact *contact, int64_t now,
    struct facts **out, struct reason *why)
{
	struct judge_policy policy = s->judging;
	struct span der[CONTACT_VALUES];
	unsigned i;

	*out = NULL;
	if (contact->n_values == 0)
		return DONE;
	policy.now = now;
	for (i = 0; i < contact->n_values && i < CONTACT_VALUES; i++)
		der[i] = span_bytes(&contact->values[i]);
	return judge_process_facts(s->judge, der, i, &policy, out, why);
}

/* What the directory has for the address; with nothing, whether the name of
 * a new contact is somebody's. */
static enum outcome
find(struct life *l, struct reason *why)
{
	const struct plan_policy *planning = &l->setup->planning;
	char wish[LIMIT_NAME + 1] = "";
	enum outcome o;

	contact_clear(&l->contact);
	free(l->values);
	l->values = NULL;
	if (create_may(&planning->create, l->harvest, NULL) == DONE)
		naming_wish(
		    &planning->naming, l->harvest, &l->verdict.facts, wish);
	o = directory_child_find(
	    l->setup->directory, l->harvest->address, wish, &l->contact, why);
	if (o != DONE)
		return o;
	l->report->reached = true;
	return publish_values(l->setup, &l->contact, l->now, &l->values, why);
}

static enum outcome
plan(struct life *l, struct reason *why)
{
	struct plan_policy policy = l->setup->planning;
	struct plan_input in = {
	    .contact = &l->contact,
	    .values = l->values,
	    .harvest = l->harvest,
	    .certificate = &l->verdict.facts,
	    .policy = &policy,
	};
	enum outcome o;

	policy.now = l->now;
	change_clear(&l->change);
	o = plan_make(&in, &l->change, why);
	if (o == DONE)
		change_describe(
		    &l->change, l->report->plan, sizeof l->report->plan);
	return o;
}

/* Durable before the directory is written to: so that a crash in between is
 * noticed. */
static enum outcome
intend(struct life *l, struct reason *why)
{
	struct store_intent intent;

	memset(&intent, 0, sizeof intent);
	snprintf(intent.id, sizeof intent.id, "%s", l->id);
	snprintf(
	    intent.address, sizeof intent.address, "%s", l->harvest->address);
	snprintf(intent.object, sizeof intent.object, "%s", l->contact.id);
	snprintf(intent.plan, sizeof intent.plan, "%s", l->report->plan);
	bytes_hex((struct span){l->verdict.facts.sha256, DIGEST_LEN},
	    intent.certificate);
	return store_intend(l->store, &intent, l->now, why);
}

static enum outcome
apply(struct life *l, struct reason *why)
{
	struct contact at;
	enum outcome o;

	memset(&at, 0, sizeof at);
	o = directory_child_apply(l->setup->directory, &l->change, &at, why);
	if (o == DONE) {
		l->report->wrote = true;
		l->report->published = true;
		publish_record(&at, &l->verdict.facts, l->harvest->address,
		    l->harvest->message_id, l->now, &l->report->publication);
		reason_clear(why); /* of the round before */
		if (l->contact.shadowed)
			o = reason_set(why, REASON_SHADOWED,
			    "userSMIMECertificate of %s hides it", at.dn);
	}
	contact_clear(&at);
	return o;
}

/*
 * The certificate is there already and is ours, but the store does not know
 * that: an earlier write came through whose record was cut off, or the
 * store was lost.  It is published, and not only unchanged.
 */
static enum outcome
recognize(struct life *l, struct reason *why)
{
	struct store_publication old;
	struct reason ignored;
	char sha256[DIGEST_HEX];
	enum outcome o;

	if (!mark_owns(&l->contact, l->setup->planning.site_key,
		l->verdict.facts.sha256, l->harvest->address))
		return NOTHING;
	o = store_published(l->store, l->harvest->address, &old, &ignored);
	bytes_hex((struct span){l->verdict.facts.sha256, DIGEST_LEN}, sha256);
	if (o == DONE && strcmp(old.certificate, sha256) == 0)
		return NOTHING;
	if (o == LATER || o == BROKEN) {
		*why = ignored;
		return o;
	}
	l->report->published = true;
	l->report->settled_again = true;
	publish_record(&l->contact, &l->verdict.facts, l->harvest->address,
	    l->harvest->message_id, l->now, &l->report->publication);
	return reason_set(why, REASON_OK, "found in the directory, as ours");
}

void
publish_record(const struct contact *at, const struct facts *certificate,
    const char *address, const char *message_id, int64_t now,
    struct store_publication *out)
{
	memset(out, 0, sizeof *out);
	snprintf(out->address, sizeof out->address, "%s", address);
	snprintf(out->object, sizeof out->object, "%s", at->id);
	snprintf(out->dn, sizeof out->dn, "%s", at->dn);
	bytes_hex(
	    (struct span){certificate->sha256, DIGEST_LEN}, out->certificate);
	snprintf(out->issuer, sizeof out->issuer, "%s", certificate->issuer);
	snprintf(out->subject, sizeof out->subject, "%s", certificate->subject);
	out->not_before = certificate->not_before;
	out->not_after = certificate->not_after;
	out->published = now;
	snprintf(out->message_id, sizeof out->message_id, "%s", message_id);
}

static void
life_clear(struct life *l)
{
	contact_clear(&l->contact);
	change_clear(&l->change);
	free(l->values);
}

enum outcome
publish_harvest(struct setup *s, struct store *store, const struct harvest *h,
    const char *id, struct publish_report *r)
{
	struct life l = {.setup = s,
	    .store = store,
	    .harvest = h,
	    .id = id,
	    .now = clock_now(),
	    .report = r};
	struct reason *why = &r->why;
	enum outcome o;
	unsigned round;

	memset(r, 0, sizeof *r);

	/* Does the site want this sender at all? */
	o = admission_of_sender(s->rules, h->address, why);
	if (o != DONE)
		goto out;

	/* Are the certificates good: chain, validity, usage, address? */
	o = judge(&l, why);
	if (o != DONE)
		goto out;

	for (round = 0; round < ROUNDS; round++) {
		/* What is in the directory, and what is to change there? */
		o = find(&l, why);
		if (o == DONE)
			o = plan(&l, why);
		if (o == NOTHING && why->code == REASON_UNCHANGED)
			o = recognize(&l, why);
		if (o != DONE || l.report->published)
			break;

		/* Only look, or do it? */
		o = admission_to_write(s->rules, h->address, r->plan, why);
		if (o != DONE)
			break;

		/* Write it, with an intent in case we do not live to tell. */
		o = intend(&l, why);
		if (o == DONE)
			o = apply(&l, why);

		/* Somebody else was there: what is it now? */
		if (o != LATER || why->code != REASON_DIRECTORY_RACE)
			break;
	}
out:
	life_clear(&l);
	return o;
}
