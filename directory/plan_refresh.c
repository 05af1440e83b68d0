#include <stdio.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/plan_key_change.h"
#include "directory/plan_refresh.h"
#include "directory/plan_rivals.h"
#include "directory/plan_shadows.h"

/* What one value of the contact is to us. */
struct standing {
	bool same; /* the certificate of the harvest */
	bool ours; /* a mark of ours verifies for it */
	bool live; /* somebody may encrypt to it: read, not expired */
	bool goes; /* the plan removes it */
};

struct refresh {
	const struct plan_input *in;
	struct standing at[CONTACT_VALUES];
	unsigned n;
	bool adds; /* the plan writes the certificate of the harvest */
};

static void
survey(struct refresh *r)
{
	const struct plan_input *in = r->in;
	const struct plan_policy *policy = in->policy;

	r->n = in->contact->n_values < CONTACT_VALUES ? in->contact->n_values
						      : CONTACT_VALUES;
	for (unsigned i = 0; i < r->n; i++) {
		const struct facts *f = &in->values[i];
		struct standing *s = &r->at[i];
		bool expired = f->not_after < policy->now;

		s->same = span_equal(span_bytes(&in->contact->values[i]),
		    span_bytes(&in->harvest->certificate));
		s->ours = mark_owns(in->contact, policy->site_key, f->sha256,
		    in->harvest->address);
		s->live = !f->malformed && !expired && f->can_receive;
		s->goes = s->ours && !f->malformed && expired && !s->same;
	}
}

static bool
holds_same(const struct refresh *r)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->at[i].same)
			return true;
	return false;
}

static bool
holds_same_of_ours(const struct refresh *r)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->at[i].same && r->at[i].ours)
			return true;
	return false;
}

static bool
same_issuer(const struct facts *a, const struct facts *b)
{
	return memcmp(a->issuer_sha256, b->issuer_sha256, DIGEST_LEN) == 0;
}

/*
 * Within one issuer the latest notBefore is the newest, and of two with the
 * same one that which is there stays: else two mails would take turns.
 * Another issuer's certificate must at least live longer.
 */
static bool
is_older(const struct facts *new, const struct facts *old)
{
	if (same_issuer(new, old))
		return new->not_before <= old->not_before;
	return new->not_after <= old->not_after;
}

static bool
is_rsa(const struct facts *f)
{
	return f->key == KEY_RSA;
}

/* Whether by the setting the one takes the other's place at any age. */
static bool
is_better_kind(
    const struct refresh *r, const struct facts *new, const struct facts *old)
{
	return r->in->policy->prefer_rsa && is_rsa(new) && !is_rsa(old);
}

static enum outcome
check_age(const struct refresh *r, struct reason *why)
{
	const struct facts *new = r->in->certificate;
	enum outcome o;

	for (unsigned i = 0; i < r->n; i++) {
		const struct facts *old = &r->in->values[i];

		if (!r->at[i].live || !same_issuer(new, old) ||
		    !is_older(new, old) || is_better_kind(r, new, old))
			continue;
		o = plan_rival_older(r->in, why);
		if (o != NOTHING)
			return o;
		return reason_set(why, REASON_OLDER,
		    "%s holds one of the same issuer that is not older: "
		    "serial %s",
		    r->in->contact->dn, old->serial);
	}
	return DONE;
}

/* Of two issuers, when the one may take over: it must last longer. */
static enum outcome
check_issuer(const struct refresh *r, struct reason *why)
{
	const struct facts *new = r->in->certificate;
	enum outcome o;

	o = plan_key_change_may(r->in, why);
	if (o != DONE || r->in->approved)
		return o;
	for (unsigned i = 0; i < r->n; i++) {
		const struct facts *old = &r->in->values[i];

		if (r->at[i].live && !same_issuer(new, old) &&
		    is_older(new, old) && !is_better_kind(r, new, old))
			return reason_set(why, REASON_OLDER,
			    "%s holds one of another issuer that lives longer",
			    r->in->contact->dn);
	}
	return DONE;
}

static unsigned
count_live(const struct refresh *r, bool ours)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->n; i++)
		n += r->at[i].live && !r->at[i].goes && r->at[i].ours == ours;
	return n;
}

/* Whether a goes before b: by the setting EC before RSA, then by age. */
static bool
goes_first(
    const struct refresh *r, const struct facts *a, const struct facts *b)
{
	if (r->in->policy->prefer_rsa && is_rsa(a) != is_rsa(b))
		return !is_rsa(a);
	return a->not_before < b->not_before;
}

/* The oldest of ours that is live and stays so far. */
static struct standing *
oldest_of_ours(struct refresh *r)
{
	unsigned oldest = r->n;

	for (unsigned i = 0; i < r->n; i++) {
		if (!r->at[i].live || !r->at[i].ours || r->at[i].goes)
			continue;
		if (oldest == r->n ||
		    goes_first(r, &r->in->values[i], &r->in->values[oldest]))
			oldest = i;
	}
	return &r->at[oldest];
}

/* Make room for one more live certificate by taking out ours. */
static enum outcome
make_room(struct refresh *r, struct reason *why)
{
	unsigned keep = r->in->pinned ? 1 : r->in->policy->certificates;
	unsigned foreign = count_live(r, false);

	if (keep == 0)
		keep = 1;
	if (foreign >= keep)
		return reason_set(why, REASON_FOREIGN_VALUE,
		    "%s holds a live certificate that we did not write",
		    r->in->contact->dn);
	for (unsigned n = count_live(r, true); n + foreign >= keep; n--)
		oldest_of_ours(r)->goes = true;
	return DONE;
}

/*
 * A partner with an RSA and an EC certificate sends now the one, now the other:
 * by setting the RSA one stays, as old Outlooks cannot encrypt to the other.
 */
static enum outcome
check_kind(const struct refresh *r, struct reason *why)
{
	unsigned i;

	if (!r->in->policy->prefer_rsa || r->in->pinned ||
	    is_rsa(r->in->certificate))
		return DONE;
	for (i = 0; i < r->n; i++)
		if (r->at[i].goes && r->at[i].live && is_rsa(&r->in->values[i]))
			return reason_set(why, REASON_RSA_PREFERRED,
			    "%s holds an RSA certificate, serial %s",
			    r->in->contact->dn, r->in->values[i].serial);
	return DONE;
}

/* What has expired is nobody's place. */
static bool
takes_a_place(const struct refresh *r)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->at[i].live && r->at[i].goes)
			return true;
	return false;
}

static enum outcome
check_size(const struct refresh *r, struct reason *why)
{
	const struct contact *c = r->in->contact;
	size_t bytes = r->in->harvest->certificate.len;
	unsigned n = 1;

	for (unsigned i = 0; i < r->n; i++) {
		if (r->at[i].goes)
			continue;
		bytes += c->values[i].len;
		n++;
	}
	if (n > LIMIT_VALUES || bytes > CONTACT_BYTES_WRITTEN)
		return reason_set(why, REASON_TOO_MANY_VALUES,
		    "%s would hold %u certificates, %zu bytes", c->dn, n,
		    bytes);
	return DONE;
}

/*
 * Whether the certificate of a mark of ours will be gone after this change:
 * then the mark goes too.
 */
static bool
is_stale(const struct refresh *r, const uint8_t sha256[DIGEST_LEN])
{
	if (r->adds && digest_equal(r->in->certificate->sha256, sha256))
		return false;
	for (unsigned i = 0; i < r->n; i++)
		if (!r->at[i].goes &&
		    memcmp(r->in->values[i].sha256, sha256, DIGEST_LEN) == 0)
			return false;
	return true;
}

static enum outcome
write_removals(const struct refresh *r, struct change *out, struct reason *why)
{
	const struct contact *c = r->in->contact;
	uint8_t sha256[DIGEST_LEN];
	enum outcome o = DONE;

	for (unsigned i = 0; i < r->n && o == DONE; i++)
		if (r->at[i].goes)
			o = change_append(
			    out, CHANGE_REMOVE, span_bytes(&c->values[i]), why);
	for (unsigned i = 0; i < c->n_marks && o == DONE; i++)
		if (mark_verify(c->marks[i], r->in->policy->site_key,
			r->in->harvest->address, sha256) &&
		    is_stale(r, sha256))
			o = change_append(out, CHANGE_REMOVE_MARK,
			    span_str(c->marks[i]), why);
	return o;
}

static enum outcome
write_addition(const struct refresh *r, struct change *out, struct reason *why)
{
	const struct harvest *h = r->in->harvest;
	char mark[CONTACT_MARK];
	enum outcome o;

	mark_make(r->in->policy->site_key, r->in->certificate->sha256,
	    h->address, mark);
	o = change_append(out, CHANGE_ADD, span_bytes(&h->certificate), why);
	/* Of a value that was taken out, the mark may be there still. */
	if (o == DONE &&
	    !mark_owns(r->in->contact, r->in->policy->site_key,
		r->in->certificate->sha256, h->address))
		o = change_append(out, CHANGE_ADD_MARK, span_str(mark), why);
	return o;
}

/* The certificate is there: at most expired ones of ours are taken out. */
static enum outcome
tidy(const struct refresh *r, struct change *out, struct reason *why)
{
	enum outcome o = write_removals(r, out, why);

	/* Where the certificate is not ours, its shadows are neither. */
	if (o == DONE && holds_same_of_ours(r))
		o = plan_shadows(r->in, out, why);
	if (o == DONE && out->n_remove == 0 && out->n_remove_shadows == 0)
		return reason_set(why, REASON_UNCHANGED,
		    "%s holds the certificate already", r->in->contact->dn);
	return o;
}

static enum outcome
replace(struct refresh *r, struct change *out, struct reason *why)
{
	enum outcome o = DONE;

	r->adds = true;
	/* A pin is a human's answer to what these two would ask. */
	if (!r->in->pinned)
		o = check_age(r, why);
	if (o == DONE && !r->in->pinned)
		o = check_issuer(r, why);
	if (o == DONE)
		o = make_room(r, why);
	if (o == DONE)
		o = check_kind(r, why);
	if (o == DONE && takes_a_place(r))
		o = plan_rival_stood(r->in, why);
	if (o == DONE)
		o = check_size(r, why);
	if (o == DONE)
		o = write_removals(r, out, why);
	if (o == DONE)
		o = write_addition(r, out, why);
	if (o == DONE)
		o = plan_shadows(r->in, out, why);
	return o;
}

enum outcome
plan_refresh(
    const struct plan_input *in, struct change *out, struct reason *why)
{
	struct refresh r = {.in = in};

	survey(&r);
	out->kind = CHANGE_MODIFY;
	snprintf(out->id, sizeof out->id, "%s", in->contact->id);
	snprintf(out->dn, sizeof out->dn, "%s", in->contact->dn);
	snprintf(out->address, sizeof out->address, "%s", in->harvest->address);
	return holds_same(&r) ? tidy(&r, out, why) : replace(&r, out, why);
}
