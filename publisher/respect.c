#include "publisher/respect.h"

#include <stdio.h>
#include <string.h>

#include "directory/plan_shadows.h"
#include "directory/plan_vanished.h"
#include "store/seen.h"

/* So long it is remembered that a certificate was gone. */
#define LOST_LATELY ((int64_t)90 * 86400)

static enum outcome
ask_rules(struct store *store, const struct harvest *h, struct respect *r,
    struct reason *why)
{
	char certificate[DIGEST_HEX];
	enum outcome o;

	digest_sha256_hex(span_bytes(&h->certificate), certificate);
	o = store_rules_of(store, h->address, certificate, &r->rules, why);
	if (o == DONE)
		o = admission_of_word(&r->rules, h->address, certificate, why);
	return o;
}

/* The harvest's certificate and the one that is published. */
static enum outcome
read_rivals(struct store *store, const struct harvest *h, struct respect *r,
    struct reason *why)
{
	char certificate[DIGEST_HEX];
	struct store_rivals rivals;
	enum outcome o;

	digest_sha256_hex(span_bytes(&h->certificate), certificate);
	r->rivalled = r->remembered && r->before.gone == 0 &&
	    strcmp(r->before.certificate, certificate) != 0;
	if (!r->rivalled)
		return DONE;
	o = store_rivals(store, &r->before, certificate, &rivals, why);
	if (o != DONE)
		return o;
	r->rivals = (struct plan_rivals){.stood = rivals.stood,
	    .after = rivals.after,
	    .days = rivals.days,
	    .between = rivals.between};
	return DONE;
}

enum outcome
respect_read(struct store *store, const struct harvest *h, struct respect *out,
    struct reason *why)
{
	enum outcome o;

	o = store_remembered(store, h->address, &out->before, why);
	if (o == LATER || o == BROKEN)
		return o;
	out->remembered = o == DONE;
	if (out->remembered) {
		snprintf(out->past.issuer, sizeof out->past.issuer, "%s",
		    out->before.issuer);
		out->past.not_after = out->before.not_after;
		out->past.validation = out->before.validation;
		(void)bytes_unhex(
		    out->before.certificate, out->past.sha256, DIGEST_LEN);
	}
	o = read_rivals(store, h, out, why);
	if (o != DONE)
		return o;
	return ask_rules(store, h, out, why);
}

enum outcome
respect_read_again(struct store *store, const struct harvest *h,
    struct respect *r, struct reason *why)
{
	return ask_rules(store, h, r, why);
}

static unsigned
lost_lately(const struct store_publication *p, int64_t now)
{
	return now - p->lost_at < LOST_LATELY ? (unsigned)p->lost : 0;
}

void
respect_remember(struct respect *r, const struct contact *c, int64_t now)
{
	const struct store_publication *p = &r->before;
	struct plan_memory *m = &r->memory;

	memset(m, 0, sizeof *m);
	r->stands = r->remembered && p->gone == 0 && p->object[0] != '\0' &&
	    bytes_unhex(p->certificate, m->sha256, DIGEST_LEN);
	if (!r->stands)
		return;
	snprintf(m->object, sizeof m->object, "%s", p->object);
	m->not_after = p->not_after;
	m->written = p->published;
	m->other = p->server[0] != '\0' && c->server[0] != '\0' &&
	    strcmp(p->server, c->server) != 0;
	m->missing = p->missing;
	m->lost = lost_lately(p, now);
}

void
respect_found(
    struct respect *r, const struct contact *there, const char *address)
{
	r->memory.alive = there->kind != CONTACT_NONE;
	r->memory.same_mailbox = strcmp(there->primary, address) == 0;
}

void
respect_prepare(const struct respect *r, struct plan_input *in)
{
	in->allowed = r->rules.allowed;
	in->pinned = r->rules.pinned[0] != '\0';
	in->memory = r->stands ? &r->memory : NULL;
	in->past = r->remembered ? &r->past : NULL;
	in->rivals = r->rivalled ? &r->rivals : NULL;
}

static enum outcome
record_veto(struct store *store, const struct plan_input *in,
    const struct reason *found, struct reason *why)
{
	struct store_rule rule = {
	    .kind = found->code == REASON_VETO ? STORE_VETO : STORE_CONTESTED,
	    .since = in->policy->now,
	    .by = {.uid = -1},
	};

	snprintf(rule.subject, sizeof rule.subject, "%s", in->harvest->address);
	snprintf(rule.note, sizeof rule.note, "%s", found->text);
	return store_rule_found(store, &rule, why);
}

/* It stands; but what stands beside it may be other than before. */
static enum outcome
record_unchanged(struct store *store, const struct respect *r,
    const struct plan_input *in, struct reason *why)
{
	const char *address = in->harvest->address;
	bool shadowed = plan_shadows_left(in, NULL);
	enum outcome o = NOTHING;

	if (r->before.missing != 0)
		o = store_note_missing(store, address, 0, why);
	if ((o == DONE || o == NOTHING) && r->before.shadowed != shadowed)
		o = store_note_shadowed(store, address, shadowed, why);
	return o;
}

enum outcome
respect_plan(struct store *store, const struct respect *r,
    const struct plan_input *in, enum outcome o, int64_t *due,
    struct reason *why)
{
	const char *address = in->harvest->address;
	struct reason ignored;
	enum outcome s = DONE;

	if (o == HELD &&
	    (why->code == REASON_VETO || why->code == REASON_CONTESTED)) {
		s = record_veto(store, in, why, &ignored);
	} else if (o == LATER && why->code == REASON_REPLICATION) {
		*due = plan_vanished_until(in);
		if (r->before.missing == 0)
			s = store_note_missing(
			    store, address, in->policy->now, &ignored);
	} else if (o == NOTHING && why->code == REASON_UNCHANGED &&
	    r->remembered) {
		s = record_unchanged(store, r, in, &ignored);
	}
	if (s == DONE || s == NOTHING)
		return o;
	if (why != NULL)
		*why = ignored;
	return s;
}

void
respect_record(const struct respect *r, const struct facts *certificate,
    bool added, int64_t now, struct store_publication *out)
{
	const struct store_publication *p = &r->before;

	if (!r->remembered)
		return;
	out->lost = lost_lately(p, now);
	out->lost_at = p->lost_at;
	/* What should stand already was written once more. */
	if (added && r->stands &&
	    digest_equal(r->memory.sha256, certificate->sha256)) {
		out->lost++;
		out->lost_at = now;
	}
}
