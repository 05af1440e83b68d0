#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "directory/mark.h"
#include "publisher/walk_plan.h"

static enum outcome
no_memory(struct reason *why)
{
	return reason_set(why, REASON_MEMORY, "out of memory");
}

static struct store_line *
named_line(struct walk_plan *out, const struct walk_view *v,
    enum store_line_kind kind, const char *address, const char *certificate)
{
	struct store_line *l = walk_line(out, v, NULL, kind);

	if (l == NULL)
		return NULL;
	snprintf(l->address, sizeof l->address, "%s", address);
	snprintf(l->certificate, sizeof l->certificate, "%s", certificate);
	return l;
}

/* The value of the contact with that fingerprint, or NULL. */
static const struct walk_value *
value_of(const struct walk_view *v, const char *certificate)
{
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < v->contact->n_values; i++) {
		bytes_hex(
		    (struct span){v->values[i].facts.sha256, DIGEST_LEN}, hex);
		if (strcmp(hex, certificate) == 0)
			return &v->values[i];
	}
	return NULL;
}

static enum outcome
take_values(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct contact *c = v->contact;
	const char *address;
	struct store_line *l;
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < c->n_values && o == DONE; i++) {
		if (walk_owner(v, v->values[i].facts.sha256, &address) !=
		    WALK_OURS)
			continue;
		l = walk_line(out, v, &v->values[i], STORE_LINE_REMOVED);
		if (l == NULL)
			return no_memory(why);
		snprintf(l->address, sizeof l->address, "%s", address);
		walk_change(out, v);
		o = change_append(&out->change, CHANGE_REMOVE,
		    span_bytes(&c->values[i]), why);
	}
	return o;
}

/* A mark that goes without a value that goes. */
static enum outcome
tell_of_mark(const struct walk_view *v, const char *mark,
    const uint8_t sha256[DIGEST_LEN], const char *address,
    struct walk_plan *out, struct reason *why)
{
	char hex[DIGEST_HEX];
	struct store_line *l;
	bool there;

	bytes_hex((struct span){sha256, DIGEST_LEN}, hex);
	there = value_of(v, hex) != NULL;
	if (there && !mark_is_adopted(mark))
		return DONE;
	l = named_line(out, v, STORE_LINE_UNMARKED, address, hex);
	if (l == NULL)
		return no_memory(why);
	walk_line_find(l, there ? "adopted" : "mark-alone");
	if (there)
		walk_line_say(l, "taken over once, and left where it is");
	return DONE;
}

static enum outcome
take_marks(const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct contact *c = v->contact;
	uint8_t sha256[DIGEST_LEN];
	const char *address;
	struct store_line *l;
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < c->n_marks && o == DONE; i++) {
		if (!walk_mark_verify(v, c->marks[i], sha256, &address)) {
			l = walk_line(out, v, NULL, STORE_LINE_LEFT);
			if (l == NULL)
				return no_memory(why);
			walk_line_find(l, "unverified-mark");
			walk_line_say(l, "%s", c->marks[i]);
			continue;
		}
		o = tell_of_mark(v, c->marks[i], sha256, address, out, why);
		walk_change(out, v);
		if (o == DONE)
			o = change_append(&out->change, CHANGE_REMOVE_MARK,
			    span_str(c->marks[i]), why);
	}
	return o;
}

/* What we published and is not there as ours any more. */
static enum outcome
tell_of_publications(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct store_publication *p;
	const struct walk_value *value;
	const char *address;
	struct store_line *l;
	unsigned i;

	for (i = 0; i < v->past->n_publications; i++) {
		p = &v->past->publications[i];
		value = value_of(v, p->certificate);
		if (value != NULL &&
		    walk_owner(v, value->facts.sha256, &address) == WALK_OURS)
			continue;
		l = named_line(
		    out, v, STORE_LINE_GONE, p->address, p->certificate);
		if (l == NULL)
			return no_memory(why);
		snprintf(l->dn, sizeof l->dn, "%s",
		    v->contact->dn[0] != '\0' ? v->contact->dn : p->dn);
		walk_line_find(l,
		    v->contact->kind == CONTACT_NONE ? "contact-deleted"
						     : "not-ours");
	}
	return DONE;
}

/* The difference that we leave. */
static enum outcome
tell_of_adopted(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct store_adopted *a;
	char text[CLOCK_TEXT];
	struct store_line *l;
	unsigned i;

	for (i = 0; i < v->past->n_adopted; i++) {
		a = &v->past->adopted[i];
		if (value_of(v, a->certificate) != NULL)
			continue;
		l = named_line(
		    out, v, STORE_LINE_SEEN, a->address, a->certificate);
		if (l == NULL)
			return no_memory(why);
		clock_format(a->since, text);
		walk_line_find(l, "adopted");
		walk_line_find(l, "gone");
		walk_line_say(l, "taken over at %s, and replaced since", text);
	}
	return DONE;
}

static enum outcome
tell_of_contact(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	struct store_line *l;

	if (!v->past->made || v->contact->kind != CONTACT_ONE)
		return DONE;
	l = walk_line(out, v, NULL, STORE_LINE_MADE);
	if (l == NULL)
		return no_memory(why);
	walk_line_say(l, "made by certharvest: an administrator may delete it");
	return DONE;
}

/* Ours, and in hands that must not be touched. */
static enum outcome
leave(const struct walk_view *v, const char *off, struct walk_plan *out,
    struct reason *why)
{
	struct store_line *l;

	if (v->contact->n_marks == 0 && v->past->n_publications == 0 &&
	    !v->contact->overfull)
		return DONE;
	l = walk_line(out, v, NULL, STORE_LINE_LEFT);
	if (l == NULL)
		return no_memory(why);
	if (l->address[0] == '\0' && v->past->n_publications > 0)
		snprintf(l->address, sizeof l->address, "%s",
		    v->past->publications[0].address);
	walk_line_find(l, off);
	return DONE;
}

enum outcome
walk_plan_rollback(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const char *off = walk_hands_off(v->contact);
	enum outcome o;

	if (off != NULL && v->contact->kind != CONTACT_NONE)
		return leave(v, off, out, why);
	o = take_values(v, out, why);
	if (o == DONE)
		o = take_marks(v, out, why);
	if (o == DONE)
		o = tell_of_publications(v, out, why);
	if (o == DONE)
		o = tell_of_adopted(v, out, why);
	if (o == DONE)
		o = tell_of_contact(v, out, why);
	return o;
}
