#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "directory/mark.h"
#include "publisher/walk_plan.h"

/* One value, and what there is to say of it. */
struct look {
	const struct walk_view *view;
	const struct walk_value *value;
	enum walk_owner owner;
	const char *address; /* for which the mark is, or the primary one */
	unsigned live;	     /* values of the contact one may encrypt to */
};

static bool
is_expired(const struct look *l)
{
	return l->value->facts.not_after < l->view->now;
}

static bool
names_mailbox(const struct walk_view *v, const struct facts *f)
{
	return v->contact->primary[0] != '\0' &&
	    facts_names_address(f, v->contact->primary, v->subject_address);
}

/* The findings: each is a row. */

static bool
is_garbage(const struct look *l)
{
	return l->value->facts.malformed;
}

static bool
is_read(const struct look *l)
{
	return !l->value->facts.malformed;
}

static bool
find_expired(const struct look *l)
{
	return is_read(l) && is_expired(l);
}

static bool
find_not_yet(const struct look *l)
{
	return is_read(l) && l->value->facts.not_before > l->view->now;
}

static bool
find_secondary(const struct look *l)
{
	return is_read(l) && !names_mailbox(l->view, &l->value->facts) &&
	    l->value->secondary;
}

static bool
find_other_mailbox(const struct look *l)
{
	return is_read(l) && !names_mailbox(l->view, &l->value->facts) &&
	    !l->value->secondary;
}

static bool
find_no_encryption(const struct look *l)
{
	return is_read(l) && !l->value->facts.can_receive;
}

static bool
find_untrusted(const struct look *l)
{
	return is_read(l) && l->value->chain.code != REASON_OK;
}

/* Another value has the same key: a renewal that was put beside it. */
static bool
find_same_key(const struct look *l)
{
	const struct walk_view *v = l->view;
	unsigned i;

	for (i = 0; i < v->contact->n_values && is_read(l); i++)
		if (&v->values[i] != l->value &&
		    !v->values[i].facts.malformed &&
		    digest_equal(v->values[i].facts.key_sha256,
			l->value->facts.key_sha256))
			return true;
	return false;
}

static bool
find_several_live(const struct look *l)
{
	return is_read(l) && l->live > 1 && !is_expired(l) &&
	    l->value->facts.can_receive;
}

static bool
find_shadowed(const struct look *l)
{
	return l->view->contact->shadowed;
}

static bool
find_managed(const struct look *l)
{
	return l->view->contact->managed;
}

static bool
find_conflict(const struct look *l)
{
	return l->view->contact->conflict;
}

static bool
find_duplicate(const struct look *l)
{
	return l->view->several;
}

static bool
find_ours(const struct look *l)
{
	return l->owner == WALK_OURS;
}

static bool
find_adopted(const struct look *l)
{
	return l->owner == WALK_ADOPTED;
}

static const struct {
	const char *word;
	bool (*find)(const struct look *l);
} findings[] = {
    {"ours", find_ours},
    {"adopted", find_adopted},
    {"garbage", is_garbage},
    {"expired", find_expired},
    {"not-yet-valid", find_not_yet},
    {"other-mailbox", find_other_mailbox},
    {"secondary-address", find_secondary},
    {"no-encryption", find_no_encryption},
    {"untrusted", find_untrusted},
    {"same-key", find_same_key},
    {"several-live", find_several_live},
    {"shadowed", find_shadowed},
    {"duplicate-contact", find_duplicate},
    {"conflict", find_conflict},
    {"managed", find_managed},
};

/* What we have, or would have, of the same issuer and newer. */
static bool
is_superseded(const struct look *l)
{
	const struct facts *f = &l->value->facts, *ours = l->view->waiting;
	const struct walk_view *v = l->view;
	const char *address;
	unsigned i;

	if (ours != NULL &&
	    digest_equal(ours->issuer_sha256, f->issuer_sha256) &&
	    ours->not_before > f->not_before)
		return true;
	for (i = 0; i < v->contact->n_values; i++) {
		ours = &v->values[i].facts;
		if (!ours->malformed &&
		    walk_owner(v, ours->sha256, &address) == WALK_OURS &&
		    digest_equal(ours->issuer_sha256, f->issuer_sha256) &&
		    ours->not_before > f->not_before)
			return true;
	}
	return false;
}

/* Why a value must be left where and as it is; NULL: it may be taken over. */
static const char *
objection(const struct look *l)
{
	const struct walk_view *v = l->view;
	const char *off = walk_hands_off(v->contact);

	if (off != NULL)
		return off;
	if (v->contact->conflict || v->several)
		return "not the only contact of the address";
	if (!is_read(l) || !names_mailbox(v, &l->value->facts))
		return "not for this mailbox";
	if (v->aloof.code != REASON_OK)
		return v->aloof.text;
	return NULL;
}

/* Why it is taken over by the settings; NULL: it is not. */
static const char *
ground(const struct look *l)
{
	enum walk_adopt level = l->view->adopt;

	if (level == WALK_REPORT || l->owner != WALK_FOREIGN ||
	    objection(l) != NULL)
		return NULL;
	if (is_expired(l))
		return "expired";
	if (level == WALK_SAME_ISSUER && is_superseded(l))
		return "older than ours, of the same issuer";
	return NULL;
}

static enum outcome
take_over(const struct look *l, struct walk_plan *out, struct reason *why)
{
	char mark[CONTACT_MARK];

	walk_change(out, l->view);
	mark_make_adopted(l->view->site_key, l->value->facts.sha256,
	    l->view->contact->primary, mark);
	return change_append(
	    &out->change, CHANGE_ADD_MARK, span_str(mark), why);
}

static enum outcome
look_at(const struct look *l, struct walk_plan *out, struct reason *why)
{
	const char *taken = ground(l);
	struct store_line *line;
	unsigned i;

	line = walk_line(out, l->view, l->value,
	    taken != NULL ? STORE_LINE_ADOPTED : STORE_LINE_SEEN);
	if (line == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; i < sizeof findings / sizeof findings[0]; i++)
		if (findings[i].find(l))
			walk_line_find(line, findings[i].word);
	if (taken != NULL)
		walk_line_say(line, "taken over: %s", taken);
	else if (find_untrusted(l))
		walk_line_say(line, "%s: %s", reason_name(l->value->chain.code),
		    l->value->chain.text);
	return taken != NULL ? take_over(l, out, why) : DONE;
}

/* Nothing to show but the contact itself. */
static enum outcome
look_at_contact(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct walk_value none = {.secondary = false};
	struct look l = {.view = v, .value = &none, .owner = WALK_FOREIGN};
	struct store_line *line = walk_line(out, v, NULL, STORE_LINE_SEEN);

	if (line == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (v->contact->overfull)
		walk_line_find(line, "too-many-values");
	if (v->contact->n_marks > 0)
		walk_line_find(line, "mark-alone");
	if (find_shadowed(&l))
		walk_line_find(line, "shadowed");
	if (find_managed(&l))
		walk_line_find(line, "managed");
	if (find_duplicate(&l))
		walk_line_find(line, "duplicate-contact");
	if (find_conflict(&l))
		walk_line_find(line, "conflict");
	return DONE;
}

enum outcome
walk_plan_adopt(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct contact *c = v->contact;
	struct look l = {.view = v};
	enum outcome o = DONE;
	unsigned i;

	/* Gone since it was listed: nothing is there to be told of. */
	if (c->kind != CONTACT_ONE)
		return DONE;
	if (c->n_values == 0)
		return look_at_contact(v, out, why);
	for (i = 0; i < c->n_values; i++) {
		l.value = &v->values[i];
		l.live += is_read(&l) && !is_expired(&l) &&
		    l.value->facts.can_receive &&
		    names_mailbox(v, &l.value->facts);
	}
	for (i = 0; i < c->n_values && o == DONE; i++) {
		l.value = &v->values[i];
		l.owner = walk_owner(v, l.value->facts.sha256, &l.address);
		o = look_at(&l, out, why);
	}
	return o;
}
