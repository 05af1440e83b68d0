#include "store/inside.h"

#include <string.h>

/* The certificates of a harvest, by role: 0 certificate, 1 signer, 2 others. */
static enum outcome
certificates_load(
    struct store *s, int64_t row, struct harvest *h, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct bytes *to;
	enum outcome o;
	int role;

	o = statement_start(
	    s, STATEMENT_NEXT_CERTIFICATES, VALUES(NUMBER(row)), &stmt, why);
	if (o != DONE)
		return o;
	for (;;) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		role = sqlite3_column_int(stmt, 0);
		if (role == 2 && h->n_others == LIMIT_CERTIFICATES)
			continue;
		to = role == 0	? &h->certificate
		    : role == 1 ? &h->signer
				: &h->others[h->n_others];
		bytes_clear(to);
		o = column_bytes(stmt, 1, to, why);
		if (o != DONE)
			break;
		h->n_others += role == 2;
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static enum outcome
row_load(sqlite3_stmt *stmt, struct harvest *h, struct reason *why)
{
	char bulk[16];

	column_text(stmt, 2, h->address, sizeof h->address);
	column_text(stmt, 3, h->name, sizeof h->name);
	column_reason(stmt, 5, &h->chain);
	column_text(stmt, 7, h->message_id, sizeof h->message_id);
	column_text(stmt, 8, h->queue_id, sizeof h->queue_id);
	h->received = sqlite3_column_int64(stmt, 9);
	h->signing_time = sqlite3_column_int64(stmt, 10);
	column_text(stmt, 12, h->phrase, sizeof h->phrase);
	column_authentication(stmt, 13, &h->authentication);
	column_text(stmt, 16, bulk, sizeof bulk);
	/* a word of another version: better none than one too many */
	if (!bulk_parse(span_str(bulk), &h->bulk))
		h->bulk = BULK_AUTO;
	if (sqlite3_column_bytes(stmt, 4) == 0)
		return DONE;
	return column_bytes(stmt, 4, &h->capabilities, why);
}

enum outcome
due_load(struct store *s, sqlite3_stmt *stmt, struct store_due_harvest *out,
    struct reason *why)
{
	struct harvest *h = harvest_new();
	enum outcome o;

	if (h == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = row_load(stmt, h, why);
	if (o == DONE)
		o = certificates_load(s, sqlite3_column_int64(stmt, 0), h, why);
	if (o == DONE) {
		column_text(stmt, 1, out->id, sizeof out->id);
		out->tries = (unsigned)sqlite3_column_int(stmt, 11);
		out->place.row = sqlite3_column_int64(stmt, 0);
		out->place.due = sqlite3_column_int64(stmt, 17);
		out->approved = sqlite3_column_int64(stmt, 18) != 0;
		out->harvest = h;
		h = NULL; /* the caller owns it now */
	}
	harvest_free(h);
	return o;
}

enum outcome
store_next_group(struct store *s, int64_t now, const struct store_place *place,
    unsigned max, struct store_due_harvest *out, unsigned *n,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	unsigned k = 0;
	enum outcome o;

	o = statement_start(s, STATEMENT_NEXT,
	    VALUES(NUMBER(now), NUMBER(max), NUMBER(place->due),
		NUMBER(place->row)),
	    &stmt, why);
	while (o == DONE && k < max) {
		o = statement_step(s, stmt, why);
		if (o == DONE)
			o = due_load(s, stmt, &out[k], why);
		k += o == DONE;
	}
	statement_end(stmt);
	if (o == NOTHING && k > 0)
		o = DONE;
	if (o == DONE)
		*n = k;
	else
		while (k > 0)
			harvest_free(out[--k].harvest);
	return o;
}

enum outcome
store_next(struct store *s, int64_t now, struct harvest **out,
    char id[STORE_ID], unsigned *tries, struct reason *why)
{
	const struct store_place start = {0, 0};
	struct store_due_harvest one;
	enum outcome o;
	unsigned n;

	o = store_next_group(s, now, &start, 1, &one, &n, why);
	if (o != DONE)
		return o;
	*out = one.harvest;
	memcpy(id, one.id, STORE_ID);
	*tries = one.tries;
	return DONE;
}

enum outcome
store_due(struct store *s, int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_DUE, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}
