#include "publisher/recover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "directory/mark.h"
#include "publisher/publish.h"

#define ROWS 64 /* of one address, looked at for the message-id */

struct recovery {
	struct setup *setup;
	struct store *store;
	int64_t now;
	enum outcome outcome;
	struct reason *why;
};

/* One intent, and what is found out about it. */
struct case_file {
	const struct store_intent *intent;
	struct contact contact;
	struct facts *values;
	char message_id[256];
};

/* The value that was meant to be written and is ours; NULL: none. */
static const struct facts *
find_ours(const struct recovery *r, const struct case_file *c)
{
	char sha256[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < c->contact.n_values; i++) {
		bytes_hex(
		    (struct span){c->values[i].sha256, DIGEST_LEN}, sha256);
		if (strcmp(sha256, c->intent->certificate) == 0 &&
		    mark_owns(&c->contact, r->setup->planning.site_key,
			c->values[i].sha256, c->intent->address))
			return &c->values[i];
	}
	return NULL;
}

static void
note_message_id(void *arg, const struct store_row *row)
{
	struct case_file *c = arg;

	if (strcmp(row->id, c->intent->id) == 0)
		snprintf(
		    c->message_id, sizeof c->message_id, "%s", row->message_id);
}

static enum outcome
settle(const struct recovery *r, struct case_file *c, const struct facts *ours)
{
	struct store_publication publication, before;
	char key_change[PUBLISH_KEY_CHANGE];
	struct reason reason;
	enum outcome o;

	o = store_remembered(r->store, c->intent->address, &before, r->why);
	if (o == NOTHING)
		memset(&before, 0, sizeof before);
	else if (o != DONE)
		return o;
	o = store_show(
	    r->store, c->intent->address, ROWS, note_message_id, c, r->why);
	if (o != DONE)
		return o;
	publish_record(&c->contact, ours, c->intent->address, c->message_id,
	    r->now, &publication);
	publication.lost = before.lost;
	publication.lost_at = before.lost_at;
	publication.shadowed = before.shadowed;
	(void)!publish_found(&before, &publication, key_change, &reason);
	o = store_settle(r->store, c->intent->id, DONE, &reason, &publication,
	    r->now, r->why);
	if (o == DONE)
		publish_tell_key_change(&publication, key_change);
	return o;
}

static enum outcome
put_back(const struct recovery *r, const struct case_file *c)
{
	struct reason reason;

	reason_set(&reason, REASON_DIRECTORY_SLOW,
	    "cut off before the directory was changed");
	return store_put_off(
	    r->store, c->intent->id, r->now, &reason, r->now, r->why);
}

static enum outcome
look(const struct recovery *r, struct case_file *c)
{
	const struct facts *ours;
	enum outcome o;

	o = directory_child_find(
	    r->setup->directory, c->intent->address, NULL, &c->contact, r->why);
	/* That this address cannot even be asked for is its harvest's. */
	if (o == REFUSED || o == HELD || o == NOTHING)
		return put_back(r, c);
	if (o == DONE)
		o = publish_values(
		    r->setup, &c->contact, r->now, &c->values, r->why);
	if (o == REFUSED)
		return put_back(r, c);
	if (o != DONE)
		return o;
	ours = find_ours(r, c);
	CRASH_POINT("recover-found");
	o = ours != NULL ? settle(r, c, ours) : put_back(r, c);
	if (o == DONE)
		LOG_EVENT(INTENT_SETTLED,
		    LOG_STR("address", c->intent->address),
		    LOG_STR("outcome", ours != NULL ? "done" : "due"),
		    LOG_STR("certificate", c->intent->certificate),
		    LOG_STR("plan", c->intent->plan));
	return o;
}

static void
visit(void *arg, const struct store_intent *intent)
{
	struct recovery *r = arg;
	struct case_file c = {.intent = intent};
	enum outcome o;

	if (r->outcome != DONE)
		return;
	o = look(r, &c);
	CRASH_POINT("recover-settled");
	/* NOTHING: the store has it settled already. */
	r->outcome = o == NOTHING ? DONE : o;
	contact_clear(&c.contact);
	free(c.values);
}

enum outcome
recover(struct setup *s, struct store *store, struct reason *why)
{
	struct recovery r = {s, store, clock_now(), DONE, why};
	enum outcome o;

	o = store_intents(store, visit, &r, why);
	return o == DONE ? r.outcome : o;
}
