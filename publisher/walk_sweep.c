#include "publisher/walk_sweep.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "directory/mark.h"

/*
 * The sweep: whether what we published still stands as we left it, and may.
 * What is lost is not decided here: its harvest is decided on again, which
 * writes it once more, or finds a veto, or waits for replication, as any mail
 * would have it.
 */

struct store_line *
sweep_tell(const struct sweep *s, const struct walk_value *value,
    enum store_line_kind kind, const char *finding)
{
	struct store_line *l = walk_line(s->out, s->view, value, kind);

	if (l != NULL)
		walk_line_find(l, finding);
	else
		(void)!reason_set(s->why, REASON_MEMORY, "out of memory");
	return l;
}

static bool
stands(const struct sweep *s, const char *certificate)
{
	const struct walk_view *v = s->view;
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < v->contact->n_values; i++) {
		bytes_hex(
		    (struct span){v->values[i].facts.sha256, DIGEST_LEN}, hex);
		if (strcmp(hex, certificate) == 0)
			return true;
	}
	return false;
}

/* Whether anything here is, or should be, of ours. */
static bool
concerns_us(const struct sweep *s)
{
	const struct contact *c = s->view->contact;
	uint8_t sha256[DIGEST_LEN];
	const char *address;
	unsigned i;

	if (s->view->past->n_publications > 0 || s->view->past->made)
		return true;
	for (i = 0; i < c->n_marks; i++)
		if (walk_mark_verify(s->view, c->marks[i], sha256, &address))
			return true;
	return false;
}

/* The rows.  A new one is a function; each tells what it finds. */

/* Another publisher under our site key put a newer one in its place. */
static bool
is_superseded(const struct sweep *s, const struct store_publication *p)
{
	const struct walk_view *v = s->view;
	const char *address;
	unsigned i;

	for (i = 0; i < v->contact->n_values; i++)
		if (!v->values[i].facts.malformed &&
		    v->values[i].facts.not_before >= p->not_before &&
		    walk_owner(v, v->values[i].facts.sha256, &address) ==
			WALK_OURS &&
		    strcmp(address, p->address) == 0)
			return true;
	return false;
}

/* What is to be said of a publication that does not stand; NULL: it is lost. */
static const char *
no_loss(const struct sweep *s, const struct store_publication *p)
{
	if (is_superseded(s, p))
		return "another publisher has put a newer one there";
	if (p->not_after < s->view->now)
		return "expired, and taken out by somebody else";
	return NULL;
}

static enum outcome
find_lost(const struct sweep *s)
{
	const struct store_past *past = s->view->past;
	const struct store_publication *p;
	struct store_line *l;
	const char *words;
	unsigned i;

	for (i = 0; i < past->n_publications; i++) {
		p = &past->publications[i];
		if (stands(s, p->certificate))
			continue;
		words = no_loss(s, p);
		l = sweep_tell(s, NULL,
		    words != NULL ? STORE_LINE_GONE : STORE_LINE_AGAIN,
		    s->view->contact->kind == CONTACT_NONE ? "contact-deleted"
			: words != NULL			   ? "replaced"
							   : "lost");
		if (l == NULL)
			return LATER;
		snprintf(l->address, sizeof l->address, "%s", p->address);
		snprintf(l->certificate, sizeof l->certificate, "%s",
		    p->certificate);
		if (l->dn[0] == '\0')
			snprintf(l->dn, sizeof l->dn, "%s", p->dn);
		walk_line_say(l, "%s",
		    words != NULL ? words
				  : "its harvest is decided on again; "
				    "certharvest show tells how");
	}
	return DONE;
}

static enum outcome
take_out(const struct sweep *s, unsigned i)
{
	const struct contact *c = s->view->contact;
	const uint8_t *sha256 = s->view->values[i].facts.sha256;
	uint8_t named[DIGEST_LEN];
	const char *address;
	enum outcome o;
	unsigned m;

	walk_change(s->out, s->view);
	o = change_append(
	    &s->out->change, CHANGE_REMOVE, span_bytes(&c->values[i]), s->why);
	for (m = 0; m < c->n_marks && o == DONE; m++)
		if (walk_mark_verify(s->view, c->marks[m], named, &address) &&
		    digest_equal(named, sha256))
			o = change_append(&s->out->change, CHANGE_REMOVE_MARK,
			    span_str(c->marks[m]), s->why);
	return o;
}

/* Whether it is of no use to anybody, or harm; the word for that, else NULL. */
static const char *
must_go(const struct sweep *s, const struct walk_value *value)
{
	const struct facts *f = &value->facts;

	if (f->malformed)
		return NULL;
	if (f->not_after < s->view->now)
		return "expired";
	/* Only where a CRL says so: not to know is no reason. */
	if (value->chain.code == REASON_REVOKED)
		return "revoked";
	/* Of what another publisher wrote we have no mail that brought the
	 * issuers. */
	if ((value->chain.code == REASON_CHAIN_UNKNOWN && value->whole) ||
	    value->chain.code == REASON_CHAIN_DISTRUSTED ||
	    value->chain.code == REASON_CA_REJECTED ||
	    value->chain.code == REASON_CHAIN_DOMAIN)
		return "untrusted";
	return NULL;
}

/* Of ours; what was taken over goes with its renewal and not before. */
static enum outcome
find_useless(const struct sweep *s)
{
	const struct walk_view *v = s->view;
	const char *address, *word;
	struct store_line *l;
	enum outcome o = DONE;
	unsigned i;
	bool stays;

	for (i = 0; i < v->contact->n_values && o == DONE; i++) {
		word = must_go(s, &v->values[i]);
		if (word == NULL ||
		    walk_owner(v, v->values[i].facts.sha256, &address) !=
			WALK_OURS)
			continue;
		stays = strcmp(word, "untrusted") == 0 && !v->distrust;
		l = sweep_tell(s, &v->values[i],
		    stays		 ? STORE_LINE_SEEN
			: s->off == NULL ? STORE_LINE_REMOVED
					 : STORE_LINE_LEFT,
		    word);
		if (l == NULL)
			return LATER;
		snprintf(l->address, sizeof l->address, "%s", address);
		if (v->values[i].chain.code != REASON_OK)
			walk_line_say(l, "%s", v->values[i].chain.text);
		if (!stays && s->off == NULL)
			o = take_out(s, i);
		else if (!stays)
			walk_line_find(l, s->off);
	}
	return o;
}

/* Mending these would delete an object, or write where we must not. */
static enum outcome
find_place(const struct sweep *s)
{
	const struct contact *c = s->view->contact;
	const struct store_past *past = s->view->past;
	const struct {
		bool found;
		const char *word, *text;
	} places[] = {
	    {c->conflict, "conflict",
		"lost a replication conflict: delete it when the other one "
		"has all that is needed"},
	    {s->view->several, "duplicate-contact",
		"another object has the address too: delete one of them"},
	    {s->off != NULL, s->off, "nothing is written here any more"},
	    {past->n_publications > 0 &&
		    strcmp(past->publications[0].address, c->primary) != 0,
		"not-primary", "the contact has another address now"},
	};
	struct store_line *l;
	size_t i;

	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (!places[i].found)
			continue;
		l = sweep_tell(s, NULL, STORE_LINE_LEFT, places[i].word);
		if (l == NULL)
			return LATER;
		walk_line_say(l, "%s", places[i].text);
	}
	return DONE;
}

/* Whether each shadow holds what is published, too: then it hides nothing. */
static bool
shadows_are_current(const struct walk_view *v)
{
	const struct store_past *past = v->past;
	unsigned i, k, p;
	char hex[DIGEST_HEX];
	bool current = v->contact->n_shadows > 0 && v->shadows != NULL &&
	    past->n_publications > 0;

	for (i = 0; i < v->contact->n_shadows && current; i++) {
		current = false;
		for (k = 0; k < v->shadows[i].n && !current; k++) {
			bytes_hex((struct span){v->shadows[i].facts[k].sha256,
				      DIGEST_LEN},
			    hex);
			for (p = 0; p < past->n_publications && !current; p++)
				current =
				    strcmp(hex,
					past->publications[p].certificate) == 0;
		}
	}
	return current;
}

static enum outcome
find_shadow(const struct sweep *s)
{
	struct store_line *l;

	if (!s->view->contact->shadowed ||
	    (s->view->past->n_publications == 0 &&
		s->view->contact->n_marks == 0) ||
	    shadows_are_current(s->view))
		return DONE;
	l = sweep_tell(s, NULL, STORE_LINE_LEFT, "shadowed");
	if (l == NULL)
		return LATER;
	walk_line_say(l, "a userSMIMECertificate hides what we published");
	return DONE;
}

static const struct row {
	enum outcome (*find)(const struct sweep *s);
	bool there; /* only where the contact is */
} rows[] = {
    {find_lost, false},
    {find_useless, true},
    {find_place, true},
    {find_shadow, true},
    {sweep_find_expiring, true},
    {sweep_find_changed, true},
    {sweep_find_idle, true},
    {sweep_find_empty, true},
};

enum outcome
walk_plan_sweep(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct sweep s = {.view = v,
	    .out = out,
	    .why = why,
	    .off = walk_hands_off(v->contact)};
	bool there = v->contact->kind != CONTACT_NONE;
	enum outcome o = DONE;
	size_t i;

	if (!concerns_us(&s))
		return DONE;
	for (i = 0; i < sizeof rows / sizeof rows[0] && o == DONE; i++)
		if (there || !rows[i].there)
			o = rows[i].find(&s);
	return o;
}
