#include "publisher/walk_settle.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "directory/mark.h"

static bool
has_value(const struct contact *c, const char *certificate)
{
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->n_values; i++) {
		digest_sha256_hex(span_bytes(&c->values[i]), hex);
		if (strcmp(hex, certificate) == 0)
			return true;
	}
	return false;
}

static bool
has_mark(const struct contact *c, struct span site_key, const char *address,
    const char *certificate)
{
	uint8_t named[DIGEST_LEN];
	char hex[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->n_marks; i++) {
		if (!mark_verify(c->marks[i], site_key, address, named))
			continue;
		bytes_hex((struct span){named, DIGEST_LEN}, hex);
		if (strcmp(hex, certificate) == 0)
			return true;
	}
	return false;
}

bool
walk_line_is_true(
    const struct contact *c, struct span site_key, const struct store_line *l)
{
	switch (l->kind) {
	case STORE_LINE_REMOVED:
		/* of an overfull one no value is known */
		return !c->overfull && !has_value(c, l->certificate);
	case STORE_LINE_ADOPTED:
		return has_mark(c, site_key, l->address, l->certificate);
	case STORE_LINE_UNMARKED:
		return !has_mark(c, site_key, l->address, l->certificate);
	default:
		return true;
	}
}

/* Whether all of its lines are; it is one write. */
static enum outcome
ask_lines(struct setup *s, struct store *store, int64_t walk,
    const struct contact *c, bool *wrote, struct reason *why)
{
	struct store_line l = {.id = 0};
	enum outcome o;

	*wrote = true;
	while (
	    (o = store_walk_pending(store, walk, c->id, l.id, &l, why)) == DONE)
		*wrote =
		    *wrote && walk_line_is_true(c, s->planning.site_key, &l);
	return o == NOTHING ? DONE : o;
}

enum outcome
walk_settle(struct setup *s, struct store *store, int64_t walk,
    const struct store_walk_object *object, bool *wrote, struct reason *why)
{
	struct contact c;
	enum outcome o;

	memset(&c, 0, sizeof c);
	o = directory_child_get(s->directory, object->object, &c, why);
	memcpy(c.id, object->object, sizeof c.id); /* of one that is gone */
	if (o == DONE)
		o = ask_lines(s, store, walk, &c, wrote, why);
	if (o == DONE)
		o = *wrote
		    ? store_walk_wrote(
			  store, walk, object->object, clock_now(), why)
		    : store_walk_again(store, walk, object->object, false, why);
	if (o == DONE)
		LOG_EVENT(INTENT_SETTLED, LOG_STR("address", c.primary),
		    LOG_STR("outcome", *wrote ? "done" : "due"),
		    LOG_STR("plan", object->plan));
	contact_clear(&c);
	return o;
}
