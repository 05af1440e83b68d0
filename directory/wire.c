#include <string.h>

#include "base/judge_wire.h"
#include "directory/wire.h"

static void
put_bytes_list(struct buffer *b, const struct bytes *list, unsigned n)
{
	wire_put_u32(b, n);
	for (unsigned i = 0; i < n; i++)
		wire_put_span(b, span_bytes(&list[i]));
}

static void
put_marks(struct buffer *b, char (*const list)[CONTACT_MARK], unsigned n)
{
	wire_put_u32(b, n);
	for (unsigned i = 0; i < n; i++)
		wire_put_str(b, list[i]);
}

static void
put_contact(struct buffer *b, const struct contact *c)
{
	wire_put_u32(b, c->kind);
	wire_put_str(b, c->id);
	wire_put_str(b, c->dn);
	wire_put_str(b, c->primary);
	wire_put_u32(b, c->inside);
	wire_put_u32(b, c->shadowed);
	wire_put_u32(b, c->name_taken);
	wire_put_u32(b, c->overfull);
	wire_put_u32(b, c->managed);
	wire_put_u32(b, c->conflict);
	wire_put_u32(b, c->elsewhere);
	wire_put_u32(b, c->stamped);
	wire_put_str(b, c->others);
	wire_put_str(b, c->server);
	put_bytes_list(b, c->values, c->n_values);
	put_marks(b, c->marks, c->n_marks);
	put_bytes_list(b, c->shadows, c->n_shadows);
}

static void
get_values(struct wire *w, struct contact *out)
{
	unsigned n = wire_get_max(w, CONTACT_VALUES);

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		struct span s = wire_get_span(w, CONTACT_BYTES);

		if (contact_add_value(out, s, NULL) != DONE)
			w->bad = true;
	}
}

static void
get_marks(struct wire *w, struct contact *out)
{
	unsigned n = wire_get_max(w, CONTACT_VALUES);

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		struct span s = wire_get_span(w, CONTACT_MARK - 1);

		if (contact_add_mark(out, s, NULL) != DONE)
			w->bad = true;
	}
}

static void
get_shadows(struct wire *w, struct contact *out)
{
	unsigned n = wire_get_max(w, CONTACT_SHADOWS);

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		struct span s = wire_get_span(w, CONTACT_BYTES);

		if (contact_add_shadow(out, s, NULL) != DONE)
			w->bad = true;
	}
}

static void
get_contact(struct wire *w, struct contact *out)
{
	bool overfull;

	out->kind = (enum contact_kind)wire_get_max(w, CONTACT_OTHER);
	wire_get_str(w, out->id, sizeof out->id);
	wire_get_str(w, out->dn, sizeof out->dn);
	wire_get_str(w, out->primary, sizeof out->primary);
	out->inside = wire_get_max(w, 1) == 1;
	out->shadowed = wire_get_max(w, 1) == 1;
	out->name_taken = wire_get_max(w, 1) == 1;
	overfull = wire_get_max(w, 1) == 1;
	out->managed = wire_get_max(w, 1) == 1;
	out->conflict = wire_get_max(w, 1) == 1;
	out->elsewhere = wire_get_max(w, 1) == 1;
	out->stamped = wire_get_max(w, 1) == 1;
	wire_get_str(w, out->others, sizeof out->others);
	wire_get_str(w, out->server, sizeof out->server);
	get_values(w, out);
	get_marks(w, out);
	get_shadows(w, out);
	if (overfull && out->n_values > 0)
		w->bad = true;
	out->overfull |= overfull;
}

static void
put_change(struct buffer *b, const struct change *c)
{
	wire_put_u32(b, c->kind);
	wire_put_str(b, c->id);
	wire_put_str(b, c->dn);
	wire_put_str(b, c->address);
	wire_put_str(b, c->cn);
	wire_put_str(b, c->name);
	put_bytes_list(b, c->add, c->n_add);
	put_bytes_list(b, c->remove, c->n_remove);
	put_marks(b, c->add_marks, c->n_add_marks);
	put_marks(b, c->remove_marks, c->n_remove_marks);
	put_bytes_list(b, c->remove_shadows, c->n_remove_shadows);
	put_bytes_list(b, c->add_shadows, c->n_add_shadows);
	wire_put_u32(b, c->n_attributes);
	for (unsigned i = 0; i < c->n_attributes; i++) {
		wire_put_str(b, c->attributes[i].name);
		wire_put_span(b, span_bytes(&c->attributes[i].value));
	}
}

static void
get_list(struct wire *w, struct change *out, enum change_list list)
{
	/* what is to go was read, and may be as long as that */
	bool removes = list == CHANGE_REMOVE || list == CHANGE_REMOVE_SHADOW;
	unsigned n = wire_get_max(w, CONTACT_VALUES);

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		struct span s =
		    wire_get_span(w, removes ? CONTACT_BYTES : LIMIT_VALUE);

		if (change_append(out, list, s, NULL) != DONE)
			w->bad = true;
	}
}

static void
get_attributes(struct wire *w, struct change *out)
{
	unsigned n = wire_get_max(w, CHANGE_ATTRIBUTES);
	char name[CHANGE_ATTRIBUTE_NAME];

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		struct span s;

		wire_get_str(w, name, sizeof name);
		s = wire_get_span(w, CHANGE_ATTRIBUTE_BYTES);
		if (wire_ok(w) &&
		    change_add_attribute(out, name, s, NULL) != DONE)
			w->bad = true;
	}
}

static void
get_change(struct wire *w, struct change *out)
{
	out->kind = (enum change_kind)wire_get_max(w, CHANGE_MODIFY);
	wire_get_str(w, out->id, sizeof out->id);
	wire_get_str(w, out->dn, sizeof out->dn);
	wire_get_str(w, out->address, sizeof out->address);
	wire_get_str(w, out->cn, sizeof out->cn);
	wire_get_str(w, out->name, sizeof out->name);
	get_list(w, out, CHANGE_ADD);
	get_list(w, out, CHANGE_REMOVE);
	get_list(w, out, CHANGE_ADD_MARK);
	get_list(w, out, CHANGE_REMOVE_MARK);
	get_list(w, out, CHANGE_REMOVE_SHADOW);
	get_list(w, out, CHANGE_ADD_SHADOW);
	get_attributes(w, out);
}

static void
put_page(struct buffer *b, const struct contact_page *p)
{
	wire_put_u32(b, p->n);
	for (unsigned i = 0; i < p->n; i++)
		wire_put_str(b, p->ids[i]);
	wire_put_u32(b, p->more);
}

static void
get_page(struct wire *w, struct contact_page *out)
{
	unsigned n = wire_get_max(w, CONTACT_PAGE);
	char id[CONTACT_ID];

	for (unsigned i = 0; i < n && wire_ok(w); i++) {
		wire_get_str(w, id, sizeof id);
		if (wire_ok(w) && contact_page_add(out, id, NULL) != DONE)
			w->bad = true;
	}
	out->more = wire_get_max(w, 1) == 1;
}

/* Version, kind and id, as they start every frame. */
static void
put_start(struct buffer *b, enum directory_kind kind, uint32_t id)
{
	wire_put_u32(b, DIRECTORY_PROTOCOL);
	wire_put_u32(b, kind);
	wire_put_u32(b, id);
}

static enum directory_kind
get_start(struct wire *w, uint32_t *id)
{
	uint32_t kind;

	if (wire_get_u32(w) != DIRECTORY_PROTOCOL)
		w->bad = true;
	kind = wire_get_max(w, DIRECTORY_EXAMINE);
	if (kind < DIRECTORY_FIND)
		w->bad = true;
	*id = wire_get_u32(w);
	return (enum directory_kind)kind;
}

static enum outcome
check_put(const struct buffer *b, struct reason *why)
{
	if (!wire_complete(b))
		return reason_set(
		    why, REASON_MEMORY, "a directory frame grew too large");
	return DONE;
}

static enum outcome
check_end(const struct wire *w, struct reason *why)
{
	if (!wire_end(w))
		return reason_set(
		    why, REASON_PROTOCOL, "a directory frame cannot be read");
	return DONE;
}

enum outcome
directory_put_question(
    struct buffer *b, const struct directory_question *q, struct reason *why)
{
	put_start(b, q->kind, q->id);
	switch (q->kind) {
	case DIRECTORY_FIND:
		wire_put_str(b, q->address);
		wire_put_str(b, q->name);
		break;
	case DIRECTORY_APPLY:
		put_change(b, &q->change);
		break;
	case DIRECTORY_GET:
		wire_put_str(b, q->object);
		break;
	case DIRECTORY_LIST:
		wire_put_u32(b, q->anew);
		break;
	case DIRECTORY_GO:
	case DIRECTORY_EXAMINE:
		break;
	}
	return check_put(b, why);
}

static void
get_asked(struct wire *w, struct directory_question *q)
{
	switch (q->kind) {
	case DIRECTORY_FIND:
		wire_get_str(w, q->address, sizeof q->address);
		wire_get_str(w, q->name, sizeof q->name);
		break;
	case DIRECTORY_APPLY:
		get_change(w, &q->change);
		break;
	case DIRECTORY_GET:
		wire_get_str(w, q->object, sizeof q->object);
		break;
	case DIRECTORY_LIST:
		q->anew = wire_get_max(w, 1) == 1;
		break;
	case DIRECTORY_GO:
	case DIRECTORY_EXAMINE:
		break;
	}
}

enum outcome
directory_get_question(
    struct span frame, struct directory_question *out, struct reason *why)
{
	struct directory_question q = {.kind = DIRECTORY_FIND};
	struct wire w;
	enum outcome o;

	wire_init(&w, frame);
	q.kind = get_start(&w, &q.id);
	if (wire_ok(&w))
		get_asked(&w, &q);
	o = check_end(&w, why);
	if (o == DONE)
		*out = q;
	else
		directory_question_clear(&q);
	return o;
}

void
directory_question_clear(struct directory_question *q)
{
	change_clear(&q->change);
}

enum outcome
directory_put_answer(
    struct buffer *b, const struct directory_answer *a, struct reason *why)
{
	put_start(b, a->kind, a->id);
	wire_put_u32(b, a->us);
	wire_put_reason(b, &a->why);
	if (reason_outcome(a->why.code) != DONE)
		return check_put(b, why);
	if (a->kind == DIRECTORY_LIST)
		put_page(b, &a->page);
	else if (a->kind == DIRECTORY_EXAMINE)
		findings_put(b, a->findings);
	else
		put_contact(b, &a->contact);
	return check_put(b, why);
}

enum outcome
directory_get_answer(
    struct span frame, struct directory_answer *out, struct reason *why)
{
	struct directory_answer a = {.kind = DIRECTORY_FIND};
	struct wire w;
	enum outcome o;

	wire_init(&w, frame);
	a.kind = get_start(&w, &a.id);
	a.us = wire_get_u32(&w);
	wire_get_reason(&w, &a.why);
	if (wire_ok(&w) && reason_outcome(a.why.code) == DONE) {
		if (a.kind == DIRECTORY_LIST)
			get_page(&w, &a.page);
		else if (a.kind == DIRECTORY_EXAMINE)
			a.findings = findings_get(&w);
		else
			get_contact(&w, &a.contact);
	}
	o = check_end(&w, why);
	if (o == DONE)
		*out = a;
	else
		directory_answer_clear(&a);
	return o;
}

void
directory_answer_clear(struct directory_answer *a)
{
	contact_clear(&a->contact);
	contact_page_clear(&a->page);
	findings_free(a->findings);
	a->findings = NULL;
}
