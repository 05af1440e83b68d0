#include "store/inside.h"
#include "store/seen.h"

#include <string.h>

/*
 * A harvest that was decided on and is seen again much later is decided on
 * again: an anchor may have come, a contact gone.  A mail that is only
 * delivered twice is not.
 */
#define AGAIN_AFTER 3600
#define AGAIN_AFTER_DONE 86400

/* Notes are what any stranger can make us write. */
#define NOTES_ADDRESS 16
#define NOTES_ALL 20000
#define NOTES_TRIM_EVERY 256

struct known {
	int64_t id;
	char state[16];
	int64_t changed;
};

static enum outcome
known_find(
    struct store *s, const char *id, struct known *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_FIND, VALUES(TEXT(id)), &stmt, why);
	if (o != DONE)
		return o;
	o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->id = sqlite3_column_int64(stmt, 0);
		column_text(stmt, 1, out->state, sizeof out->state);
		out->changed = sqlite3_column_int64(stmt, 2);
	}
	statement_end(stmt);
	return o;
}

static bool
is_due_again(const struct known *k, int64_t now)
{
	/* A decision of the future was made while the clock was wrong: it
	 * must not stand until then. */
	int64_t age = now < k->changed ? k->changed - now : now - k->changed;

	if (strcmp(k->state, "due") == 0 || strcmp(k->state, "note") == 0)
		return false;
	return age >=
	    (strcmp(k->state, "done") == 0 ? AGAIN_AFTER_DONE : AGAIN_AFTER);
}

static enum outcome
take_again(struct store *s, const struct known *k, const struct harvest *h,
    int64_t received, int64_t now, struct reason *why)
{
	enum outcome o;

	o = statement_run(
	    s, STATEMENT_SEEN, VALUES(NUMBER(k->id), NUMBER(received)), why);
	if (o != DONE)
		return o;
	if (!is_due_again(k, now))
		return NOTHING;
	o = statement_run(s, STATEMENT_AGAIN,
	    VALUES(NUMBER(k->id), NUMBER(received), NUMBER(h->signing_time),
		TEXT(h->message_id), TEXT(h->queue_id), NUMBER(now)),
	    why);
	if (o == DONE)
		o = line_form(s, h->address, why);
	return o;
}

static enum outcome
certificate_add(struct store *s, const char *id, int role, unsigned position,
    const struct bytes *der, struct reason *why)
{
	char sha256[DIGEST_HEX];
	enum outcome o;

	digest_sha256_hex(span_bytes(der), sha256);
	o = statement_run(s, STATEMENT_ADD_CERTIFICATE,
	    VALUES(TEXT(sha256), BLOB(span_bytes(der))), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(s, STATEMENT_ADD_LINK,
		    VALUES(
			TEXT(id), NUMBER(role), NUMBER(position), TEXT(sha256)),
		    why);
	return o;
}

static enum outcome
certificates_add(struct store *s, const char *id, const struct harvest *h,
    struct reason *why)
{
	enum outcome o;
	unsigned i;

	o = certificate_add(s, id, 0, 0, &h->certificate, why);
	if (o == DONE)
		o = certificate_add(s, id, 1, 0, &h->signer, why);
	for (i = 0; o == DONE && i < h->n_others; i++)
		o = certificate_add(s, id, 2, i, &h->others[i], why);
	return o;
}

static enum outcome
notes_trim(struct store *s, const char *address, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_TRIM_ADDRESS,
	    VALUES(TEXT(address), NUMBER(NOTES_ADDRESS)), why);
	if ((o == DONE || o == NOTHING) &&
	    sqlite3_last_insert_rowid(s->db) % NOTES_TRIM_EVERY == 0)
		o = statement_run(
		    s, STATEMENT_TRIM_NOTES, VALUES(NUMBER(NOTES_ALL)), why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
take_new(struct store *s, const char *id, const struct harvest *h,
    int64_t received, int64_t now, struct reason *why)
{
	bool note = harvest_is_note(h);
	enum outcome o;

	o = statement_run(s, STATEMENT_ADD,
	    VALUES(TEXT(id), TEXT(h->address),
		TEXT(address_peek_domain(h->address)),
		TEXT(note ? "note" : "due"), TEXT(reason_name(h->why.code)),
		TEXT(h->why.text), TEXT(h->name),
		BLOB(span_bytes(&h->capabilities)),
		TEXT(reason_name(h->chain.code)), TEXT(h->chain.text),
		TEXT(h->message_id), TEXT(h->queue_id), NUMBER(received),
		NUMBER(h->signing_time), NUMBER(now), TEXT(h->phrase),
		TEXT(authentication_name(h->authentication.dmarc)),
		TEXT(authentication_name(h->authentication.dkim)),
		TEXT(h->authentication.dkim_domain), TEXT(bulk_name(h->bulk))),
	    why);
	if (o != DONE)
		return o;
	if (note)
		return notes_trim(s, h->address, why);
	o = certificates_add(s, id, h, why);
	if (o == DONE)
		o = line_form(s, h->address, why);
	if (o == DONE)
		o = journal_add(
		    s, now, h->address, id, "taken", h->message_id, why);
	return o;
}

/* Who wrote with what: also of a mail that changes nothing. */
static enum outcome
take_sight(struct store *s, const struct harvest *h, int64_t received,
    enum outcome taken, struct reason *why)
{
	enum outcome o = seen_note(s, h, received, why);

	return o == DONE ? taken : o;
}

/* All that a note of encrypted mail is for. */
static bool
is_encrypted(const struct harvest *h)
{
	return harvest_is_note(h) && h->why.code == REASON_ENCRYPTED;
}

enum outcome
store_take(
    struct store *s, const struct harvest *h, int64_t now, struct reason *why)
{
	/* A relay's clock may be ahead: nothing was received in the future. */
	int64_t received = h->received < now ? h->received : now;
	char id[STORE_ID];
	struct known k;
	enum outcome o;

	if (is_encrypted(h)) {
		o = seen_encrypted(s, h->address, received, why);
		return o == DONE ? NOTHING : o;
	}
	harvest_digest(h, id);
	o = store_begin(s, why);
	if (o != DONE)
		return o;
	o = known_find(s, id, &k, why);
	if (o == DONE)
		o = take_again(s, &k, h, received, now, why);
	else if (o == NOTHING)
		o = take_new(s, id, h, received, now, why);
	if (o == DONE || o == NOTHING)
		o = take_sight(s, h, received, o, why);
	return store_end(s, o, why);
}
