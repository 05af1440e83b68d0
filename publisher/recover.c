#include "publisher/recover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "directory/mark.h"
#include "publisher/publish.h"
#include "publisher/standing.h"

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

/* Which value was meant to be written and is ours; n_values: none. */
static unsigned
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
			break;
	}
	return i;
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
settle(const struct recovery *r, struct case_file *c, unsigned ours)
{
	const struct standing_question q = {.address = c->intent->address,
	    .der = span_bytes(&c->contact.values[ours]),
	    .now = r->now,
	    .subject_address = true};
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
	publish_record(&c->contact, &c->values[ours], c->intent->address,
	    c->message_id, r->now, &publication);
	o = standing_assurance(
	    r->setup, r->store, &q, &publication.validation, r->why);
	if (o != DONE)
		return o;
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
	enum outcome o;
	unsigned ours;
	bool written;

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
	written = ours < c->contact.n_values;
	CRASH_POINT("recover-found");
	o = written ? settle(r, c, ours) : put_back(r, c);
	if (o == DONE)
		LOG_EVENT(INTENT_SETTLED,
		    LOG_STR("address", c->intent->address),
		    LOG_STR("outcome", written ? "done" : "due"),
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
