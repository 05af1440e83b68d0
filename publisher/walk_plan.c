#include "publisher/walk_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "directory/mark.h"

/* Values, marks, publications and adoptions of one contact, each with a line
 * at most. */
#define LINES (2 * CONTACT_VALUES + 2 * STORE_PAST + 4)

void
walk_plan_clear(struct walk_plan *p)
{
	change_clear(&p->change);
	free(p->lines);
	free(p->restored);
	*p = (struct walk_plan){.n = 0};
}

struct store_line *
walk_line(struct walk_plan *p, const struct walk_view *v,
    const struct walk_value *value, enum store_line_kind kind)
{
	struct store_line *l;

	if (p->lines == NULL)
		p->lines = calloc(LINES, sizeof *p->lines);
	if (p->lines == NULL || p->n == LINES)
		return NULL;
	l = &p->lines[p->n++];
	memset(l, 0, sizeof *l);
	l->kind = kind;
	snprintf(l->object, sizeof l->object, "%s", v->contact->id);
	snprintf(l->dn, sizeof l->dn, "%s", v->contact->dn);
	snprintf(l->address, sizeof l->address, "%s", v->contact->primary);
	if (value == NULL)
		return l;
	bytes_hex(
	    (struct span){value->facts.sha256, DIGEST_LEN}, l->certificate);
	if (value->facts.malformed)
		return l;
	snprintf(l->issuer, sizeof l->issuer, "%s", value->facts.issuer);
	l->until = value->facts.not_after;
	return l;
}

void
walk_line_find(struct store_line *l, const char *word)
{
	size_t used = strlen(l->findings);

	if (used + 1 + strlen(word) < sizeof l->findings)
		snprintf(l->findings + used, sizeof l->findings - used, "%s%s",
		    used == 0 ? "" : ",", word);
}

void
walk_line_say(struct store_line *l, const char *format, ...)
{
	char text[2 * REASON_TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	text_show(span_str(text), l->text, sizeof l->text);
}

bool
walk_mark_verify(const struct walk_view *v, const char *mark,
    uint8_t sha256[DIGEST_LEN], const char **address)
{
	const struct store_past *past = v->past;
	const char *one;
	unsigned i;

	*address = v->contact->primary;
	if (mark_verify(mark, v->site_key, *address, sha256))
		return true;
	for (i = 0; i < past->n_publications + past->n_adopted; i++) {
		one = i < past->n_publications
		    ? past->publications[i].address
		    : past->adopted[i - past->n_publications].address;
		*address = one;
		if (mark_verify(mark, v->site_key, one, sha256))
			return true;
	}
	return false;
}

enum walk_owner
walk_owner(const struct walk_view *v, const uint8_t sha256[DIGEST_LEN],
    const char **address)
{
	const struct contact *c = v->contact;
	enum walk_owner owner = WALK_FOREIGN;
	uint8_t named[DIGEST_LEN];
	const char *whose;
	unsigned i;

	*address = c->primary;
	for (i = 0; i < c->n_marks && owner != WALK_OURS; i++) {
		if (!walk_mark_verify(v, c->marks[i], named, &whose) ||
		    !digest_equal(named, sha256))
			continue;
		owner = mark_is_adopted(c->marks[i]) ? WALK_ADOPTED : WALK_OURS;
		*address = whose;
	}
	return owner;
}

void
walk_change(struct walk_plan *p, const struct walk_view *v)
{
	struct change *change = &p->change;

	if (change->kind != CHANGE_NONE)
		return;
	change->kind = CHANGE_MODIFY;
	snprintf(change->id, sizeof change->id, "%s", v->contact->id);
	snprintf(change->dn, sizeof change->dn, "%s", v->contact->dn);
	snprintf(
	    change->address, sizeof change->address, "%s", v->contact->primary);
}

const char *
walk_hands_off(const struct contact *c)
{
	if (c->kind != CONTACT_ONE)
		return "no-contact";
	if (!c->inside)
		return "outside";
	if (c->managed)
		return "managed";
	if (c->overfull)
		return "too-many-values";
	return NULL;
}
