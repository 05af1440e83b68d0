#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/mark.h"
#include "directory/plan.h"
#include "publisher/publish.h"
#include "publisher/walk_plan.h"

/*
 * What the store knew before it was lost, as far as marks tell it: which
 * certificate of ours stands where and for whom, and what was taken over.
 * Nothing is written to the directory.
 */

/* Whether the name is the one that a contact of the address is made with. */
static bool
is_made(const struct contact *c, const char *address)
{
	char cn[LIMIT_CN + 1], first[LIMIT_CN + 8];

	plan_cn(address, cn);
	snprintf(first, sizeof first, "CN=%s,", cn);
	return strncasecmp(c->dn, first, strlen(first)) == 0;
}

static bool
is_known(const struct walk_view *v, const char *address, const char *hex)
{
	const struct store_past *past = v->past;
	unsigned i;

	for (i = 0; i < past->n_publications; i++)
		if (strcmp(past->publications[i].address, address) == 0 &&
		    strcmp(past->publications[i].certificate, hex) == 0)
			return true;
	for (i = 0; i < past->n_adopted; i++)
		if (strcmp(past->adopted[i].address, address) == 0 &&
		    strcmp(past->adopted[i].certificate, hex) == 0)
			return true;
	return false;
}

/* Whether it is the one of several that the store remembers. */
static bool
is_newest(const struct walk_view *v, unsigned at, const char *address)
{
	const struct facts *mine = &v->values[at].facts, *f;
	const char *whose;
	unsigned i;

	for (i = 0; i < v->contact->n_values; i++) {
		f = &v->values[i].facts;
		if (i == at || f->malformed ||
		    walk_owner(v, f->sha256, &whose) != WALK_OURS ||
		    strcmp(whose, address) != 0)
			continue;
		if (f->not_before > mine->not_before ||
		    (f->not_before == mine->not_before && i < at))
			return false;
	}
	return true;
}

static enum outcome
restore(const struct walk_view *v, unsigned at, const char *address,
    struct walk_plan *out, struct reason *why)
{
	const struct contact *c = v->contact;
	struct store_restored *r;
	struct store_line *l;

	if (out->restored == NULL)
		out->restored = calloc(CONTACT_VALUES, sizeof *out->restored);
	l = walk_line(out, v, &v->values[at], STORE_LINE_RESTORED);
	if (out->restored == NULL || l == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	r = &out->restored[at];
	publish_record(
	    c, &v->values[at].facts, address, "", v->now, &r->publication);
	r->publication.shadowed = c->shadowed;
	r->made = is_made(c, address);
	snprintf(l->address, sizeof l->address, "%s", address);
	l->restored = r;
	if (r->made)
		walk_line_find(l, "made");
	walk_line_say(l, "published, by its mark");
	return DONE;
}

static enum outcome
look_at(const struct walk_view *v, unsigned at, struct walk_plan *out,
    struct reason *why)
{
	const struct walk_value *value = &v->values[at];
	char hex[DIGEST_HEX];
	enum walk_owner owner;
	struct store_line *l;
	const char *address;

	owner = walk_owner(v, value->facts.sha256, &address);
	bytes_hex((struct span){value->facts.sha256, DIGEST_LEN}, hex);
	if (owner == WALK_FOREIGN || is_known(v, address, hex))
		return DONE;
	if (owner == WALK_OURS && !value->facts.malformed)
		return is_newest(v, at, address)
		    ? restore(v, at, address, out, why)
		    : DONE;
	l = walk_line(out, v, value,
	    owner == WALK_ADOPTED ? STORE_LINE_ADOPTED : STORE_LINE_LEFT);
	if (l == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	snprintf(l->address, sizeof l->address, "%s", address);
	walk_line_find(l, owner == WALK_ADOPTED ? "adopted" : "garbage");
	if (owner == WALK_ADOPTED)
		walk_line_say(l, "taken over once, by its mark");
	return DONE;
}

/* A mark that is nobody's word: of another site key, or copied here. */
static enum outcome
tell_of_marks(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	uint8_t sha256[DIGEST_LEN];
	const char *address;
	struct store_line *l;
	unsigned i;

	for (i = 0; i < v->contact->n_marks; i++) {
		if (walk_mark_verify(v, v->contact->marks[i], sha256, &address))
			continue;
		l = walk_line(out, v, NULL, STORE_LINE_LEFT);
		if (l == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
		walk_line_find(l, "unverified-mark");
		walk_line_say(l, "%s", v->contact->marks[i]);
	}
	return DONE;
}

enum outcome
walk_plan_rebuild(
    const struct walk_view *v, struct walk_plan *out, struct reason *why)
{
	const struct contact *c = v->contact;
	enum outcome o = DONE;
	struct store_line *l;
	unsigned i;

	if (c->kind != CONTACT_ONE)
		return DONE;
	if (c->overfull || (c->conflict && c->n_marks > 0)) {
		l = walk_line(out, v, NULL, STORE_LINE_LEFT);
		if (l == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
		walk_line_find(l, c->overfull ? "too-many-values" : "conflict");
		return DONE;
	}
	for (i = 0; i < c->n_values && o == DONE; i++)
		o = look_at(v, i, out, why);
	return o == DONE ? tell_of_marks(v, out, why) : o;
}
