#include "publisher/undo_plan.h"

#include <stdio.h>
#include <string.h>

#include "directory/mark.h"

/* So much of a fingerprint, or of a mark, is told. */
#define TOLD 16

/* Whether the value was there in that state of the contact. */
static bool
was_there(const struct store_write *w, enum undo_state state,
    enum store_part part, const char *value)
{
	bool there = false;
	unsigned i;

	for (i = 0; i < w->n; i++) {
		const struct store_change *c = &w->changes[i];

		if (c->part != part || strcmp(c->value, value) != 0)
			continue;
		if (c->op == STORE_HAD)
			there = true;
		else if (state == UNDO_AFTER)
			there = c->op == STORE_ADDED;
	}
	return there;
}

static bool
has_value(const struct contact *c, const char *value)
{
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->n_values; i++) {
		digest_sha256_hex(span_bytes(&c->values[i]), hex);
		if (strcmp(hex, value) == 0)
			return true;
	}
	return false;
}

static bool
has_mark(const struct contact *c, const char *value)
{
	unsigned i;

	for (i = 0; i < c->n_marks; i++)
		if (strcmp(c->marks[i], value) == 0)
			return true;
	return false;
}

bool
undo_has_shadow(const struct contact *c, const char *value)
{
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->n_shadows; i++) {
		digest_sha256_hex(span_bytes(&c->shadows[i]), hex);
		if (strcmp(hex, value) == 0)
			return true;
	}
	return false;
}

static enum outcome
differs(const struct contact *c, const char *what, const char *value,
    const char *how, struct reason *why)
{
	size_t skip = strncmp(value, "certharvest:", 12) == 0 ? 14 : 0;

	return reason_set(why, REASON_UNDO_CHANGED, "%s: the %s %.*s... %s",
	    c->dn, what, TOLD, value + skip, how);
}

/* What stands there, and should not. */
static enum outcome
find_more(const struct contact *c, const struct store_write *w,
    enum undo_state state, struct reason *why)
{
	static const char how[] = "was put there by somebody since";
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->n_values; i++) {
		digest_sha256_hex(span_bytes(&c->values[i]), hex);
		if (!was_there(w, state, STORE_CERTIFICATE, hex))
			return differs(c, "certificate", hex, how, why);
	}
	for (i = 0; i < c->n_marks; i++)
		if (!was_there(w, state, STORE_MARK, c->marks[i]))
			return differs(c, "mark of", c->marks[i], how, why);
	return DONE;
}

/* What should stand there, and does not. */
static enum outcome
find_less(const struct contact *c, const struct store_write *w,
    enum undo_state state, struct reason *why)
{
	static const char how[] = "was taken out by somebody since";
	unsigned i;

	for (i = 0; i < w->n; i++) {
		const struct store_change *k = &w->changes[i];

		if (!was_there(w, state, k->part, k->value))
			continue;
		if (k->part == STORE_CERTIFICATE && !has_value(c, k->value))
			return differs(c, "certificate", k->value, how, why);
		if (k->part == STORE_MARK && !has_mark(c, k->value))
			return differs(c, "mark of", k->value, how, why);
	}
	return DONE;
}

static bool
changes_shadows_alone(const struct store_write *w)
{
	bool any = false;
	unsigned i;

	for (i = 0; i < w->n; i++) {
		if (w->changes[i].op == STORE_HAD)
			continue;
		if (w->changes[i].part != STORE_SHADOW)
			return false;
		any = true;
	}
	return any;
}

/* Nothing else tells before from after, then. */
static enum outcome
compare_shadows(const struct contact *c, const struct store_write *w,
    enum undo_state state, struct reason *why)
{
	const char *value = "";
	bool before = true;
	unsigned i;

	for (i = 0; i < w->n; i++) {
		if (w->changes[i].op == STORE_HAD)
			continue;
		value = w->changes[i].value;
		before = before &&
		    undo_has_shadow(c, value) ==
			was_there(w, UNDO_BEFORE, STORE_SHADOW, value);
	}
	if (before == (state == UNDO_BEFORE))
		return DONE;
	return differs(c, "shadow", value,
	    before ? "is as it was before" : "is not as it was before", why);
}

enum outcome
undo_compare(const struct contact *c, const struct store_write *w,
    enum undo_state state, struct reason *why)
{
	enum outcome o;

	if (c->kind != CONTACT_ONE)
		return reason_set(why, REASON_UNDO_CHANGED,
		    "the contact %s is not there any more", w->dn);
	o = find_more(c, w, state, why);
	if (o == DONE)
		o = find_less(c, w, state, why);
	return o == DONE && changes_shadows_alone(w)
	    ? compare_shadows(c, w, state, why)
	    : o;
}

/* As a harvest is held for the same. */
static enum outcome
may_touch(const struct contact *c, struct reason *why)
{
	if (c->conflict)
		return reason_set(why, REASON_CONFLICT_OBJECT,
		    "%s lost a replication conflict", c->dn);
	if (c->managed)
		return reason_set(
		    why, REASON_MANAGED, "%s is managed by others", c->dn);
	if (!c->inside)
		return reason_set(why, REASON_OUTSIDE_BASE,
		    "%s is outside of the bases", c->dn);
	if (c->overfull)
		return reason_set(why, REASON_TOO_MANY_VALUES,
		    "%s holds more certificates than are read", c->dn);
	return DONE;
}

/* What the write added, as the contact has it now. */
static enum outcome
take_out(const struct contact *c, const struct store_write *w,
    struct change *out, struct reason *why)
{
	char hex[DIGEST_HEX];
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < c->n_values && o == DONE; i++) {
		digest_sha256_hex(span_bytes(&c->values[i]), hex);
		if (!was_there(w, UNDO_BEFORE, STORE_CERTIFICATE, hex))
			o = change_append(
			    out, CHANGE_REMOVE, span_bytes(&c->values[i]), why);
	}
	for (i = 0; i < c->n_marks && o == DONE; i++)
		if (!was_there(w, UNDO_BEFORE, STORE_MARK, c->marks[i]))
			o = change_append(out, CHANGE_REMOVE_MARK,
			    span_str(c->marks[i]), why);
	for (i = 0; i < c->n_shadows && o == DONE; i++) {
		digest_sha256_hex(span_bytes(&c->shadows[i]), hex);
		if (!was_there(w, UNDO_BEFORE, STORE_SHADOW, hex) &&
		    was_there(w, UNDO_AFTER, STORE_SHADOW, hex))
			o = change_append(out, CHANGE_REMOVE_SHADOW,
			    span_bytes(&c->shadows[i]), why);
	}
	return o;
}

enum outcome
undo_plan(const struct contact *c, const struct store_write *w,
    struct change *out, struct reason *why)
{
	enum outcome o = may_touch(c, why);
	unsigned i;

	if (o != DONE)
		return o;
	out->kind = CHANGE_MODIFY;
	snprintf(out->id, sizeof out->id, "%s", c->id);
	snprintf(out->dn, sizeof out->dn, "%s", c->dn);
	snprintf(out->address, sizeof out->address, "%s", w->address);
	o = take_out(c, w, out, why);
	for (i = 0; i < w->n && o == DONE; i++) {
		const struct store_change *k = &w->changes[i];

		if (k->op == STORE_REMOVED && k->part == STORE_MARK)
			o = change_append(
			    out, CHANGE_ADD_MARK, span_str(k->value), why);
	}
	return o;
}

bool
undo_is_ours(const struct store_write *w, struct span site_key,
    const char *certificate, bool *adopted)
{
	uint8_t named[DIGEST_LEN];
	char hex[DIGEST_HEX];
	bool ours = false;
	unsigned i;

	*adopted = false;
	for (i = 0; i < w->n; i++) {
		const struct store_change *k = &w->changes[i];

		if (k->op != STORE_HAD || k->part != STORE_MARK ||
		    !mark_verify(k->value, site_key, w->address, named))
			continue;
		bytes_hex((struct span){named, DIGEST_LEN}, hex);
		if (strcmp(hex, certificate) != 0)
			continue;
		/* Beside one of the first kind the second says nothing. */
		*adopted = mark_is_adopted(k->value) && (!ours || *adopted);
		ours = true;
	}
	return ours;
}

/* What an adopted mark among the changes names; "": there is none. */
static void
adopted_of(const struct store_write *w, struct span site_key, enum store_op op,
    char out[DIGEST_HEX])
{
	uint8_t named[DIGEST_LEN];
	unsigned i;

	for (i = 0; i < w->n; i++)
		if (w->changes[i].op == op &&
		    w->changes[i].part == STORE_MARK &&
		    mark_verify(
			w->changes[i].value, site_key, w->address, named) &&
		    mark_is_adopted(w->changes[i].value))
			bytes_hex((struct span){named, DIGEST_LEN}, out);
}

static unsigned
count(const struct store_write *w, enum store_op op)
{
	unsigned n = 0, i;

	for (i = 0; i < w->n; i++)
		n += w->changes[i].op == op &&
		    w->changes[i].part == STORE_CERTIFICATE;
	return n;
}

void
undo_conclude(
    const struct store_write *w, struct span site_key, struct store_undone *out)
{
	unsigned ours = 0, i;
	bool adopted;

	for (i = 0; i < w->n; i++)
		ours += w->changes[i].op == STORE_HAD &&
		    w->changes[i].part == STORE_CERTIFICATE &&
		    undo_is_ours(w, site_key, w->changes[i].value, &adopted);
	adopted_of(w, site_key, STORE_REMOVED, out->adopted);
	adopted_of(w, site_key, STORE_ADDED, out->unadopted);
	/* Marks alone: nothing that a mail brings would take out anything. */
	if (count(w, STORE_ADDED) == 0 && count(w, STORE_REMOVED) == 0)
		out->rule = STORE_UNDO_NONE;
	else if (ours == 0)
		out->rule = STORE_UNDO_VETO;
	else if (count(w, STORE_ADDED) == 0)
		out->rule = STORE_UNDO_ALLOW;
	else if (w->undoes != 0)
		out->rule = STORE_UNDO_REDO;
	/* One can be pinned, of several nobody knows which. */
	else
		out->rule = ours == 1 ? STORE_UNDO_PIN : STORE_UNDO_VETO;
}
