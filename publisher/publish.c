#include "publisher/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/metrics.h"
#include "directory/mark.h"
#include "directory/plan_key_change.h"
#include "directory/plan_shadows.h"
#include "publisher/authorities.h"
#include "publisher/life.h"
#include "store/newcomers.h"
#include "publisher/writes.h"

static enum outcome
admit(struct life *l, struct reason *why)
{
	enum outcome o;

	o = admission_of_sender(
	    l->group->setup->rules, l->harvest->address, why);
	if (o == DONE)
		o = respect_read(l->group->store, l->harvest, &l->respect, why);
	return o;
}

static bool
is_death(const struct reason *why)
{
	return why->code == REASON_WORKER_DIED ||
	    why->code == REASON_WORKER_LATE ||
	    why->code == REASON_WORKER_MEMORY;
}

/* What is worth knowing of the verdict later. */
static void
remember(struct publish_report *r, const struct admission *verdict)
{
	const struct facts *f = &verdict->facts;

	snprintf(r->subject, sizeof r->subject, "%s", f->subject);
	snprintf(r->issuer, sizeof r->issuer, "%s", f->issuer);
	r->authority = verdict->authority;
	r->anchor[0] = '\0';
	if (verdict->outcome == DONE)
		bytes_hex(
		    (struct span){verdict->anchor, DIGEST_LEN}, r->anchor);
}

/* The judge's verdict on the certificates, and ours on the verdict. */
static enum outcome
judge(struct life *l, struct reason *why)
{
	struct setup *s = l->group->setup;
	struct judge_policy policy = s->judging;
	struct admission_case c = {
	    .address = l->harvest->address,
	    .certificate = &l->harvest->certificate,
	    .verdict = &l->verdict,
	    .now = l->group->now,
	};
	enum outcome o;
	int64_t start;

	/* To learn that no judge starts takes its time: once is enough. */
	if (l->group->broken) {
		l->job->untouched = true;
		return BROKEN;
	}
	if (s->directory_start.meanwhile != NULL)
		s->directory_start.meanwhile(s->directory_start.arg);
	o = setup_keep_distrust(s, l->group->store, why);
	if (o != DONE) {
		l->group->broken = o == BROKEN;
		return o;
	}
	l->trust_turn = s->trust_turn;
	policy.now = l->group->now;
	start = clock_us();
	o = judge_process_harvest(
	    s->judge, l->harvest, &policy, &l->verdict, why);
	metrics_observe(HISTOGRAM_PUBLISHER_JUDGE, clock_us() - start);
	metrics_add(METRIC_JUDGES_DIED, o == REFUSED && is_death(why));
	l->group->broken = o == BROKEN;
	CRASH_POINT("publish-judged");
	if (o != DONE)
		return o;
	remember(l->report, &l->verdict);
	if (l->verdict.why.code == REASON_CERT_SOON)
		l->report->begins = l->verdict.facts.not_before;
	o = admission_of_certificate(s->rules, &c, why);
	if (o == HELD && why->code == REASON_CHAIN_UNKNOWN)
		o = authorities_ask(
		    l->group->store, &l->verdict.authority, why);
	return o;
}

/* What does the directory have for the address; with nothing, is the name of
 * a new contact somebody's? */
static void
put_find(struct life *l, struct directory_ask *ask)
{
	const struct plan_policy *planning = &l->group->setup->planning;

	l->wish[0] = '\0';
	if (create_may(&planning->create, l->harvest, NULL) == DONE)
		naming_wish(
		    &planning->naming, l->harvest, &l->verdict.facts, l->wish);
	ask->address = l->harvest->address;
	ask->name = l->wish;
}

static enum outcome
take_found(struct life *l, struct reason *why)
{
	enum outcome o;

	contact_clear(&l->contact);
	shadows_clear(&l->shadows);
	free(l->values);
	l->values = NULL;
	*why = l->ask->why;
	if (l->ask->outcome != DONE)
		return l->ask->outcome;
	l->contact = l->ask->contact;
	l->report->reached = true;
	CRASH_POINT("publish-found");
	respect_remember(&l->respect, &l->contact, l->group->now);
	o = publish_values(
	    l->group->setup, &l->contact, l->group->now, &l->values, why);
	if (o == DONE)
		o = shadows_read(l->group->setup, &l->contact, l->group->now,
		    &l->shadows, why);
	return o;
}

/* Where is the contact that had the address, when none has it now, or
 * another one? */
static bool
has_lost_object(const struct life *l)
{
	return l->respect.stands &&
	    (l->contact.kind == CONTACT_NONE ||
		(l->contact.kind == CONTACT_ONE &&
		    strcmp(l->contact.id, l->respect.memory.object) != 0));
}

static void
put_object(struct life *l, struct directory_ask *ask)
{
	ask->object = l->respect.memory.object;
}

static enum outcome
take_object(struct life *l, struct reason *why)
{
	if (l->ask == NULL)
		return DONE;
	*why = l->ask->why;
	if (l->ask->outcome != DONE)
		return l->ask->outcome;
	respect_found(&l->respect, &l->ask->contact, l->harvest->address);
	contact_clear(&l->ask->contact);
	return DONE;
}

/* What the CA counts for by the settings, in which a partner's own may count
 * for more than its certificates say. */
static enum validation
assurance(const struct life *l)
{
	return admission_assurance(l->group->setup->rules, &l->verdict);
}

static enum outcome
make_plan(struct life *l, struct reason *why)
{
	struct plan_policy policy = l->group->setup->planning;
	struct plan_input in = {
	    .contact = &l->contact,
	    .values = l->values,
	    .shadows = l->shadows.at,
	    .harvest = l->harvest,
	    .certificate = &l->verdict.facts,
	    .policy = &policy,
	    .validation = assurance(l),
	    .approved = l->job->approved,
	    .public_ca = l->verdict.public_ca && !l->verdict.scoped,
	};
	enum outcome o;

	policy.now = l->group->now;
	l->report->key_change[0] = '\0';
	change_clear(&l->change);
	respect_prepare(&l->respect, &in);
	o = plan_make(&in, &l->change, why);
	l->shadowed = plan_shadows_left(&in, &l->change);
	o = respect_plan(
	    l->group->store, &l->respect, &in, o, &l->report->begins, why);
	if (o != DONE)
		return o;
	change_describe(&l->change, l->report->plan, sizeof l->report->plan);
	if (l->change.n_add > 0)
		plan_key_change(
		    &in, l->report->key_change, sizeof l->report->key_change);
	return o;
}

static void
observe(struct life *l)
{
	struct store_observed *o = &l->report->observed;

	snprintf(o->id, sizeof o->id, "%s", l->job->id);
	snprintf(o->object, sizeof o->object, "%s", l->contact.id);
	snprintf(o->dn, sizeof o->dn, "%s", l->contact.dn);
	snprintf(o->plan, sizeof o->plan, "%s", l->report->plan);
}

/* What only takes out what has expired is nobody's certificate. */
static enum outcome
permit(struct life *l, struct reason *why)
{
	const struct admission_rules *rules = l->group->setup->rules;
	const struct admission_policy_case c = {
	    .harvest = l->harvest,
	    .verdict = &l->verdict,
	    .approved = l->job->approved,
	};
	enum outcome o = DONE;

	if (l->change.n_add > 0)
		o = admission_of_policy(rules, &c, why);
	if (o == DONE)
		o = admission_to_write(
		    rules, l->harvest->address, l->report->plan, why);
	if (o == NOTHING)
		observe(l);
	return o;
}

/* One more new contact, unless it is one too many. */
static enum outcome
count_newcomer(struct life *l, struct reason *why)
{
	const char *address = l->harvest->address;
	int64_t oldest = l->group->now - STORE_NEWCOMERS_KEPT;
	int64_t received = l->harvest->received;
	struct store_newcomers seen;
	enum outcome o;

	/* Or whoever says when has as many hours as he likes. */
	if (received < oldest)
		received = oldest;
	o = store_newcomers_count(
	    l->group->store, address, received, &seen, why);
	if (o == DONE)
		o = admission_of_rate(l->group->setup->rules,
		    &(struct admission_rates){seen.all, seen.domain}, address,
		    why);
	if (o == DONE)
		o = store_newcomers_add(
		    l->group->store, address, received, why);
	return o;
}

/* Durable before the directory is written to: so that a crash in between is
 * noticed. */
static enum outcome
intend(struct life *l, struct reason *why)
{
	struct store_write *write = NULL;
	struct store_intent intent;
	enum outcome o = DONE;

	if (l->change.kind == CHANGE_CREATE && !l->job->approved)
		o = count_newcomer(l, why);
	if (o != DONE)
		return o;
	memset(&intent, 0, sizeof intent);
	snprintf(intent.id, sizeof intent.id, "%s", l->job->id);
	snprintf(
	    intent.address, sizeof intent.address, "%s", l->harvest->address);
	snprintf(intent.object, sizeof intent.object, "%s", l->contact.id);
	snprintf(intent.plan, sizeof intent.plan, "%s", l->report->plan);
	bytes_hex((struct span){l->verdict.facts.sha256, DIGEST_LEN},
	    intent.certificate);
	o = writes_make(&l->contact, &l->change, &write, why);
	intent.write = write;
	if (o == DONE)
		o = store_intend(l->group->store, &intent, l->group->now, why);
	writes_free(write);
	return o;
}

/* What was meant must not count as written when the next look finds what
 * somebody else wrote. */
static enum outcome
not_written(const struct life *l, enum outcome o, struct reason *why)
{
	struct reason inner;
	enum outcome s;

	s = store_write_void(l->group->store, l->job->id, 0, &inner);
	if (s == DONE || s == NOTHING)
		return o;
	*why = inner;
	return s;
}

static enum outcome
believed_anew(const struct life *l, struct reason *why)
{
	enum outcome o = reason_set(why, REASON_DIRECTORY_RACE,
	    "what is believed was changed meanwhile");

	return not_written(l, o, why);
}

/* The plan was made on what the judge said: if he says it no more, it is none.
 * Who vouches may be another one now, and that is not planned for. */
static enum outcome
judge_again(struct life *l, struct reason *why)
{
	uint8_t before[DIGEST_LEN];
	enum outcome o;

	if (l->trust_turn == l->group->setup->trust_turn)
		return DONE;
	memcpy(before, l->verdict.anchor, sizeof before);
	o = judge(l, why);
	if (o == DONE && !digest_equal(before, l->verdict.anchor))
		return believed_anew(l, why);
	return o == LATER || o == BROKEN ? not_written(l, o, why) : o;
}

/* What somebody said while another group was waited for, or a judge: he was
 * told that it counts from now on. */
static enum outcome
still_wanted(struct life *l, struct reason *why)
{
	enum outcome o;

	o = respect_read_again(l->group->store, l->harvest, &l->respect, why);
	if (o == DONE && l->trust_turn != l->group->setup->trust_turn)
		return believed_anew(l, why);
	return o;
}

static void
put_change(struct life *l, struct directory_ask *ask)
{
	CRASH_POINT("publish-intended");
	ask->change = &l->change;
}

static enum outcome
take_written(struct life *l, struct reason *why)
{
	struct contact *at = &l->ask->contact;
	enum outcome o = l->ask->outcome;

	*why = l->ask->why;
	/* The server said so, and nothing is left to be found out. */
	if ((o == LATER && why->code == REASON_DIRECTORY_RACE) ||
	    (o == BROKEN && why->code == REASON_CONTACT_REFUSED))
		return not_written(l, o, why);
	if (o != DONE)
		return o;
	CRASH_POINT("publish-written");
	l->report->wrote = true;
	l->report->published = true;
	publish_record(at, &l->verdict.facts, l->harvest->address,
	    l->harvest->message_id, l->group->now, &l->report->publication);
	l->report->publication.validation = assurance(l);
	respect_record(&l->respect, &l->verdict.facts, l->change.n_add > 0,
	    l->group->now, &l->report->publication);
	l->report->publication.shadowed = l->shadowed;
	if (l->shadowed)
		o = reason_set(why, REASON_SHADOWED,
		    "userSMIMECertificate of %s hides it", at->dn);
	/* That it is hidden, the publication tells, too. */
	if (l->report->key_change[0] != '\0')
		o = reason_set(why, REASON_KEY_CHANGED, "%s%s",
		    l->report->key_change,
		    l->shadowed ? "; an old userSMIMECertificate hides it"
				: "");
	l->ended = true;
	contact_clear(at);
	return o;
}

/* Of a contact that keeps several, the store remembers the newest. */
static bool
stands(const struct life *l, const char *certificate)
{
	char sha256[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < l->contact.n_values; i++) {
		bytes_hex(
		    (struct span){l->values[i].sha256, DIGEST_LEN}, sha256);
		if (strcmp(sha256, certificate) == 0)
			return true;
	}
	return false;
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
	enum outcome o;

	if (!mark_owns(&l->contact, l->group->setup->planning.site_key,
		l->verdict.facts.sha256, l->harvest->address))
		return NOTHING;
	o = store_published(
	    l->group->store, l->harvest->address, &old, &ignored);
	if (o == DONE && stands(l, old.certificate))
		return NOTHING;
	if (o == LATER || o == BROKEN) {
		*why = ignored;
		return o;
	}
	l->report->published = true;
	l->report->settled_again = true;
	publish_record(&l->contact, &l->verdict.facts, l->harvest->address,
	    l->harvest->message_id, l->group->now, &l->report->publication);
	l->report->publication.validation = assurance(l);
	respect_record(&l->respect, &l->verdict.facts, false, l->group->now,
	    &l->report->publication);
	l->report->publication.shadowed = l->shadowed;
	return publish_found(&l->respect.before, &l->report->publication,
	    l->report->key_change, why);
}

/* What is to change there?  What is published already ends here, too.
 * Somebody may have said something while the directory was asked. */
static enum outcome
plan(struct life *l, struct reason *why)
{
	enum outcome o;

	o = respect_read_again(l->group->store, l->harvest, &l->respect, why);
	if (o != DONE)
		return o;
	o = make_plan(l, why);
	if (o == NOTHING && why->code == REASON_UNCHANGED)
		o = recognize(l, why);
	/* Whom it is for Exchange to change: certharvest worklist. */
	if (o == HELD && why->code == REASON_IS_MAIL_USER)
		observe(l);
	l->ended = l->report->published;
	CRASH_POINT("publish-planned");
	return o;
}

/* The life of a harvest. */
static const struct phase phases[] = {
    /* Does the site want this sender at all? */
    {.one = admit},

    /* Are the certificates good: chain, validity, usage, address? */
    {.one = judge},

    /* What is in the directory, and what is to change there?  Again, when
     * somebody else was there as well. */
    {.put = put_find, .again = true},
    {.one = take_found},
    {.put = put_object, .needs = has_lost_object},
    {.one = take_object},
    {.one = plan},

    /* Only look, or do it? */
    {.one = permit},

    /* Write it, with an intent in case we do not live to tell. */
    {.one = intend, .together = true},
    {.put = put_change, .renew = judge_again, .still = still_wanted},
    {.one = take_written},
};

struct group *
publish_start(
    struct setup *s, struct store *store, struct publish_job *jobs, unsigned n)
{
	return group_new(
	    s, store, jobs, n, phases, sizeof phases / sizeof phases[0]);
}
