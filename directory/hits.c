#include <stdio.h>
#include <string.h>

#include "directory/dn.h"
#include "directory/hits.h"
#include "directory/object.h"

/* Of one name: with the words around them two fit into a reason's text. */
#define SHOWN 100

struct contact *
hits_add(struct hits *h)
{
	if (h->n == HITS_MAX) {
		h->more = true;
		return NULL;
	}
	h->list[h->n] = (struct contact){.kind = CONTACT_NONE};
	return &h->list[h->n++];
}

void
hits_drop(struct hits *h)
{
	contact_clear(&h->list[--h->n]);
}

bool
hits_have(const struct hits *h, const char *id)
{
	for (unsigned i = 0; i < h->n; i++)
		if (strcmp(h->list[i].id, id) == 0)
			return true;
	return false;
}

void
hits_clear(struct hits *h)
{
	while (h->n > 0)
		hits_drop(h);
}

/* The number of the hit with that name, from 1; 0: none has it. */
static unsigned
number_of(const struct hits *h, const char *dn)
{
	for (unsigned i = 0; i < h->n; i++)
		if (dn[0] != '\0' && dn_is_same(h->list[i].dn, dn))
			return i + 1;
	return 0;
}

/* "(2) contact CN=..., which lost a replication conflict against (1)" */
static int
describe(const struct hits *h, unsigned i, char *out, size_t size)
{
	const struct contact *c = &h->list[i];
	char winner[CONTACT_DN], against[32] = "";
	unsigned number = 0;

	if (dn_is_conflict(c->dn, winner, sizeof winner))
		number = number_of(h, winner);
	if (number > 0)
		snprintf(against, sizeof against, " against (%u)", number);
	return snprintf(out, size, "%s(%u) %s %.*s%s%s", i > 0 ? ", " : "",
	    i + 1, object_kind_name(c->kind), SHOWN, c->dn,
	    c->conflict ? ", which lost a replication conflict" : "", against);
}

static void
describe_all(const struct hits *h, struct contact *out)
{
	size_t size = sizeof out->others, used = 0;

	for (unsigned i = 0; i < h->n && used < size; i++) {
		out->conflict = out->conflict || h->list[i].conflict;
		used += (size_t)describe(h, i, out->others + used, size - used);
	}
	if (h->more && used < size)
		snprintf(out->others + used, size - used, "%smore",
		    h->n > 0 ? ", and " : "");
}

void
hits_end(struct hits *h, struct contact *out)
{
	if (h->n == 1 && !h->more) {
		*out = h->list[0];
		h->n = 0;
	} else if (h->n > 0 || h->more) {
		out->kind = CONTACT_MANY;
		describe_all(h, out);
	}
	hits_clear(h);
}
