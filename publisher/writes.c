#include "publisher/writes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define LOGGED 1000 /* octets of a list: more is in the store alone */

struct owned {
	struct store_write write; /* the first member: freed as one */
	unsigned room;
	struct store_change changes[];
};

void
writes_free(struct store_write *w)
{
	free(w);
}

static struct store_change *
next_change(struct owned *w, enum store_op op, enum store_part part)
{
	struct store_change *c = &w->changes[w->write.n];

	if (w->write.n == w->room)
		return NULL;
	w->write.n++;
	c->op = op;
	c->part = part;
	return c;
}

static void
put_values(struct owned *w, enum store_op op, enum store_part part,
    const struct bytes *list, unsigned n)
{
	struct store_change *c;
	unsigned i;

	for (i = 0; i < n; i++) {
		c = next_change(w, op, part);
		if (c == NULL)
			return;
		digest_sha256_hex(span_bytes(&list[i]), c->value);
		if (op == STORE_REMOVED)
			c->der = span_bytes(&list[i]);
	}
}

static void
put_marks(struct owned *w, enum store_op op, char (*const list)[CONTACT_MARK],
    unsigned n)
{
	struct store_change *c;
	unsigned i;

	for (i = 0; i < n; i++) {
		c = next_change(w, op, STORE_MARK);
		if (c == NULL)
			return;
		snprintf(c->value, sizeof c->value, "%s", list[i]);
	}
}

static struct owned *
make_room(const struct contact *b, const struct change *c)
{
	unsigned n = b->n_values + b->n_marks + b->n_shadows + c->n_add +
	    c->n_remove + c->n_add_marks + c->n_remove_marks +
	    c->n_remove_shadows + c->n_add_shadows;
	struct owned *w = calloc(1, sizeof *w + n * sizeof w->changes[0]);

	if (w == NULL)
		return NULL;
	w->room = n;
	w->write.changes = w->changes;
	return w;
}

enum outcome
writes_make(const struct contact *b, const struct change *c,
    struct store_write **out, struct reason *why)
{
	struct owned *w = make_room(b, c);
	bool created = c->kind == CHANGE_CREATE;

	if (w == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	w->write.created = created;
	snprintf(w->write.address, sizeof w->write.address, "%s", c->address);
	snprintf(w->write.object, sizeof w->write.object, "%s",
	    created ? "" : b->id);
	snprintf(w->write.dn, sizeof w->write.dn, "%s", created ? "" : b->dn);
	snprintf(w->write.server, sizeof w->write.server, "%s", b->server);
	if (!created) {
		put_values(
		    w, STORE_HAD, STORE_CERTIFICATE, b->values, b->n_values);
		put_marks(w, STORE_HAD, b->marks, b->n_marks);
		put_values(
		    w, STORE_HAD, STORE_SHADOW, b->shadows, b->n_shadows);
	}
	put_values(w, STORE_REMOVED, STORE_CERTIFICATE, c->remove, c->n_remove);
	put_marks(w, STORE_REMOVED, c->remove_marks, c->n_remove_marks);
	put_values(w, STORE_REMOVED, STORE_SHADOW, c->remove_shadows,
	    c->n_remove_shadows);
	put_values(w, STORE_ADDED, STORE_CERTIFICATE, c->add, c->n_add);
	put_marks(w, STORE_ADDED, c->add_marks, c->n_add_marks);
	put_values(
	    w, STORE_ADDED, STORE_SHADOW, c->add_shadows, c->n_add_shadows);
	*out = &w->write;
	return DONE;
}

/* The fingerprints, and how many marks: "<sha256> <sha256> marks 2". */
static void
list(const struct store_write *w, enum store_op op, char out[LOGGED])
{
	unsigned marks = 0, i;
	size_t used = 0;

	out[0] = '\0';
	for (i = 0; i < w->n; i++) {
		const struct store_change *c = &w->changes[i];

		marks += c->op == op && c->part == STORE_MARK;
		if (c->op != op || c->part == STORE_MARK ||
		    used + 100 >= LOGGED)
			continue;
		used += (size_t)snprintf(out + used, LOGGED - used, "%s%s%s",
		    used == 0 ? "" : " ",
		    c->part == STORE_SHADOW ? "shadow " : "", c->value);
	}
	if (marks > 0)
		snprintf(out + used, LOGGED - used, "%smarks %u",
		    used == 0 ? "" : " ", marks);
}

void
writes_log(void *arg, const struct store_entry *e, const struct store_write *w)
{
	char had[LOGGED], removed[LOGGED], added[LOGGED], at[CLOCK_TEXT];

	(void)arg;
	clock_format(e->at, at);
	if (w == NULL) {
		LOG_EVENT(JOURNAL, LOG_NUM("entry", e->id), LOG_STR("at", at),
		    LOG_STR("what", e->what), LOG_STR("address", e->address),
		    LOG_STR("harvest", e->harvest), LOG_STR("text", e->text));
		return;
	}
	list(w, STORE_HAD, had);
	list(w, STORE_REMOVED, removed);
	list(w, STORE_ADDED, added);
	LOG_EVENT(JOURNAL, LOG_NUM("entry", e->id), LOG_STR("at", at),
	    LOG_STR("what", e->what), LOG_STR("address", e->address),
	    LOG_STR("harvest", e->harvest), LOG_STR("object", w->object),
	    LOG_STR("dn", w->dn), LOG_STR("server", w->server),
	    LOG_STR("removed", removed), LOG_STR("added", added),
	    LOG_STR("had", had), LOG_STR("text", e->text));
}
