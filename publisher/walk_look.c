#include "publisher/walk_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "publisher/publish.h"
#include "publisher/standing.h"

/* Addresses of one certificate that are looked for. */
#define ADDRESSES 4

struct gather {
	struct setup *setup;
	struct store *store;
	struct walk_look *look;
	struct reason *why;
};

/* The copies are as many as the values, and mine. */
static enum outcome
read_values(const struct gather *g)
{
	struct walk_look *l = g->look;
	struct facts *facts = NULL;
	enum outcome o;
	unsigned i;

	o = publish_values(g->setup, &l->contact, l->view.now, &facts, g->why);
	if (o != DONE || l->contact.n_values == 0)
		goto out;
	l->values = calloc(l->contact.n_values, sizeof *l->values);
	if (l->values == NULL) {
		o = reason_set(g->why, REASON_MEMORY, "out of memory");
		goto out;
	}
	for (i = 0; i < l->contact.n_values; i++) {
		l->values[i].facts = facts[i];
		reason_clear(&l->values[i].chain);
		/* The judge may say anything; whose mark it is, we look up. */
		digest_sha256(span_bytes(&l->contact.values[i]),
		    l->values[i].facts.sha256);
	}
out:
	free(facts);
	return o;
}

/* What is known of a certificate that waits for the address. */
static enum outcome
read_waiting(const struct gather *g)
{
	struct judge_policy policy = g->setup->judging;
	struct bytes der = {NULL, 0};
	struct span span;
	enum outcome o;

	o = store_waiting(g->store, g->look->contact.primary, &der, g->why);
	if (o != DONE)
		return o == NOTHING ? DONE : o;
	policy.now = g->look->view.now;
	span = span_bytes(&der);
	o = judge_process_facts(
	    g->setup->judge, &span, 1, &policy, &g->look->waiting, g->why);
	bytes_clear(&der);
	if (o == DONE && g->look->waiting->malformed) {
		free(g->look->waiting);
		g->look->waiting = NULL;
	}
	return o == REFUSED ? DONE : o;
}

/* Whoever has the address; *found is cleared by the caller. */
static enum outcome
find(const struct gather *g, const char *address, struct contact *found)
{
	enum outcome o;

	memset(found, 0, sizeof *found);
	o = directory_child_find(
	    g->setup->directory, address, NULL, found, g->why);
	/* One that cannot be asked for is nobody's. */
	return o == LATER || o == BROKEN ? o : DONE;
}

static enum outcome
look_for_others(const struct gather *g)
{
	struct walk_look *l = g->look;
	struct contact found;
	enum outcome o;

	if (l->contact.primary[0] == '\0')
		return DONE;
	o = find(g, l->contact.primary, &found);
	l->view.several = o == DONE && found.kind == CONTACT_MANY;
	contact_clear(&found);
	return o;
}

static enum outcome
look_for_addresses(const struct gather *g, struct walk_value *value)
{
	const struct facts *f = &value->facts;
	struct contact found;
	enum outcome o = DONE;
	unsigned i;

	if (f->malformed ||
	    facts_names_address(
		f, g->look->contact.primary, g->setup->judging.subject_address))
		return DONE;
	for (i = 0; i < f->n_addresses && i < ADDRESSES && o == DONE; i++) {
		o = find(g, f->addresses[i], &found);
		if (o == DONE && strcmp(found.id, g->look->contact.id) == 0)
			value->secondary = true;
		contact_clear(&found);
	}
	return o;
}

/* A time within the validity, so that an old one's issuers are judged too. */
static int64_t
judged_at(const struct facts *f, int64_t now)
{
	if (now > f->not_after)
		return f->not_after;
	return now < f->not_before ? f->not_before : now;
}

/* Only what it says of issuers: for the rest there are the facts. */
static bool
speaks_of_chain(enum reason_code code)
{
	return code == REASON_CHAIN_UNKNOWN || code == REASON_CHAIN_BAD ||
	    code == REASON_CHAIN_EXPIRED || code == REASON_CHAIN_USAGE ||
	    code == REASON_CHAIN_DOMAIN || code == REASON_CHAIN_DISTRUSTED ||
	    code == REASON_CA_REJECTED || code == REASON_REVOKED ||
	    code == REASON_REVOCATION_UNKNOWN || code == REASON_WEAK_DIGEST ||
	    code == REASON_WEAK_KEY;
}

static enum outcome
judge_chain(
    const struct gather *g, const struct bytes *der, struct walk_value *value)
{
	const struct facts *f = &value->facts;
	const char *primary = g->look->contact.primary;
	struct standing_question q = {.address = primary,
	    .der = span_bytes(der),
	    .now = judged_at(f, g->look->view.now),
	    .subject_address = true};
	struct admission verdict;
	enum outcome o;

	if (f->malformed || (f->n_addresses == 0 && f->subject_address[0] == 0))
		return DONE;
	/* A CA may be trusted for some domains alone. */
	if (!facts_names_address(f, primary, true))
		q.address =
		    f->n_addresses > 0 ? f->addresses[0] : f->subject_address;
	o = standing_judge(
	    g->setup, g->store, &q, &verdict, &value->whole, g->why);
	if (o == DONE && verdict.outcome != DONE &&
	    speaks_of_chain(verdict.why.code))
		value->chain = verdict.why;
	else if (o == REFUSED) /* it cost the judge its life */
		value->chain = *g->why;
	return o == REFUSED ? DONE : o;
}

/* Whether anything is ever published for the address. */
static enum outcome
ask_rules(const struct gather *g)
{
	struct walk_look *l = g->look;
	struct store_rules rules;
	enum outcome o;

	if (admission_of_sender(
		g->setup->rules, l->contact.primary, &l->view.aloof) != DONE)
		return DONE;
	reason_clear(&l->view.aloof);
	o = store_rules_of(g->store, l->contact.primary, "", &rules, g->why);
	if (o == DONE &&
	    (rules.veto || rules.contested || rules.banned_address))
		(void)!reason_set(&l->view.aloof, REASON_VETO,
		    "a veto or a ban stands for the address");
	return o;
}

static enum outcome
judge_ours(const struct gather *g)
{
	struct walk_look *l = g->look;
	const char *address;
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < l->contact.n_values && o == DONE; i++)
		if (walk_owner(&l->view, l->values[i].facts.sha256, &address) ==
		    WALK_OURS)
			o = judge_chain(
			    g, &l->contact.values[i], &l->values[i]);
	return o;
}

static enum outcome
read_history(const struct gather *g)
{
	struct walk_look *l = g->look;
	enum outcome o;
	unsigned i;

	o = store_write_last(g->store, l->contact.id, &l->last, g->why);
	for (i = 0; i < l->past->n_publications && (o == DONE || o == NOTHING);
	     i++)
		o = store_seen(g->store, l->past->publications[i].address,
		    &l->view.seen[i], g->why);
	return o == NOTHING ? DONE : o;
}

/* What the sweep asks. */
static enum outcome
look_at_ours(const struct gather *g, unsigned also)
{
	struct walk_look *l = g->look;
	enum outcome o = DONE;

	if ((also & WALK_OURS_JUDGED) != 0)
		o = judge_ours(g);
	if (o == DONE && (also & WALK_SHADOWS) != 0)
		o = shadows_read(
		    g->setup, &l->contact, l->view.now, &l->shadows, g->why);
	return o;
}

static enum outcome
look_closely(const struct gather *g, unsigned also)
{
	struct walk_look *l = g->look;
	enum outcome o = DONE;
	unsigned i;

	if ((also & WALK_WAITING) != 0)
		o = ask_rules(g);
	if (o == DONE && (also & WALK_WAITING) != 0)
		o = read_waiting(g);
	if (o == DONE && (also & WALK_OTHERS) != 0)
		o = look_for_others(g);
	if (o == DONE)
		o = look_at_ours(g, also);
	if (o != DONE || (also & WALK_VALUES) == 0)
		return o;
	for (i = 0; i < l->contact.n_values && o == DONE; i++) {
		o = look_for_addresses(g, &l->values[i]);
		if (o == DONE)
			o = judge_chain(
			    g, &l->contact.values[i], &l->values[i]);
	}
	return o;
}

static void
view_settings(const struct setup *s, struct walk_view *v)
{
	static const struct {
		const char *word;
		enum walk_adopt adopt;
	} levels[] = {
	    {"report", WALK_REPORT},
	    {"expired", WALK_EXPIRED},
	    {"same_issuer", WALK_SAME_ISSUER},
	};
	const char *word = settings_peek(s->settings, "directory", "adopt");
	size_t i;

	for (i = 0; i < sizeof levels / sizeof levels[0]; i++)
		if (strcmp(levels[i].word, word) == 0)
			v->adopt = levels[i].adopt;
	v->site_key = s->planning.site_key;
	v->subject_address = s->judging.subject_address;
	v->distrust = settings_choice(s->settings, "publisher",
			  "sweep_untrusted") == 1; /* withdraw */
	v->idle = settings_number(s->settings, "publisher", "sweep_idle");
}

enum outcome
walk_look_make(struct setup *s, struct store *store, const char *object,
    unsigned also, struct walk_look *out, struct reason *why)
{
	const struct gather g = {s, store, out, why};
	enum outcome o;

	memset(out, 0, sizeof *out);
	out->view.now = clock_now();
	view_settings(s, &out->view);
	out->past = calloc(1, sizeof *out->past);
	if (out->past == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = directory_child_get(s->directory, object, &out->contact, why);
	/* One that is gone has no id any more; the lines tell of it. */
	snprintf(out->contact.id, sizeof out->contact.id, "%s", object);
	if (o == DONE)
		o = store_past_of(store, object, out->past, why);
	if (o == DONE)
		o = read_values(&g);
	out->view.contact = &out->contact;
	out->view.values = out->values;
	out->view.past = out->past;
	out->view.shadows = out->shadows.at;
	if (o == DONE && (also & WALK_HISTORY) != 0)
		o = read_history(&g);
	if (o == DONE && out->contact.kind == CONTACT_ONE)
		o = look_closely(&g, also);
	out->view.last = out->last;
	out->view.waiting = out->waiting;
	return o;
}

void
walk_look_clear(struct walk_look *l)
{
	contact_clear(&l->contact);
	free(l->values);
	free(l->past);
	free(l->waiting);
	shadows_clear(&l->shadows);
	store_write_free(l->last);
	memset(l, 0, sizeof *l);
}
