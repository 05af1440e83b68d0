#include "store/seen.h"

#include <stdio.h>

#include "store/inside.h"

#define DAY 86400
#define KEPT_DAYS 120
#define KEPT_ROWS 64 /* of an address, a certificate and a day each */
#define KEPT_STOOD 8 /* certificates of an address */

static bool
is_authenticated(const struct harvest *h)
{
	return h->authentication.dmarc == AUTHENTICATION_PASS ||
	    h->authentication.dkim == AUTHENTICATION_PASS;
}

/* Several statements, of which each may have nothing to do. */
struct run {
	enum statement which;
	const struct value *values;
};

static enum outcome
run_all(struct store *s, const struct run *runs, size_t n, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; (o == DONE || o == NOTHING) && i < n; i++)
		o = statement_run(s, runs[i].which, runs[i].values, why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
note(struct store *s, const struct harvest *h, const char *certificate,
    int64_t received, struct reason *why)
{
	/* Anybody can make a certificate for any address.  That which is
	 * published is proven, also where a relay does not know its CA. */
	bool chained = h->chain.code == REASON_OK;
	int64_t day = received / DAY;
	const struct run runs[] = {
	    {STATEMENT_SEEN_LAST,
		VALUES(TEXT(h->address), TEXT(certificate), NUMBER(received),
		    NUMBER(chained))},
	    {STATEMENT_SIGHTING_ADD,
		VALUES(TEXT(h->address), TEXT(certificate), NUMBER(day),
		    NUMBER(is_authenticated(h)), NUMBER(chained))},
	    {STATEMENT_SIGHTING_TRIM,
		VALUES(TEXT(h->address), NUMBER(day - KEPT_DAYS),
		    NUMBER(KEPT_ROWS))},
	};
	return run_all(s, runs, sizeof runs / sizeof runs[0], why);
}

enum outcome
seen_note(struct store *s, const struct harvest *h, int64_t received,
    struct reason *why)
{
	char certificate[DIGEST_HEX];

	if (harvest_is_note(h))
		return DONE;
	digest_sha256_hex(span_bytes(&h->certificate), certificate);
	return note(s, h, certificate, received, why);
}

enum outcome
seen_encrypted(
    struct store *s, const char *address, int64_t received, struct reason *why)
{
	return statement_run(s, STATEMENT_SEEN_ENCRYPTED,
	    VALUES(TEXT(address), NUMBER(received)), why);
}

enum outcome
seen_published(struct store *s, const char *id,
    const struct store_publication *p, struct reason *why)
{
	const struct run runs[] = {
	    {STATEMENT_SEEN_PUBLISHED, VALUES(TEXT(p->address), TEXT(id))},
	    {STATEMENT_STOOD_ADD,
		VALUES(TEXT(p->address), TEXT(p->certificate),
		    NUMBER(p->published))},
	    {STATEMENT_STOOD_TRIM,
		VALUES(TEXT(p->address), NUMBER(KEPT_STOOD))},
	    {STATEMENT_APPROVED_FORGET, VALUES(TEXT(p->address))},
	    {STATEMENT_PUBLISHED_DUE,
		VALUES(TEXT(p->address), TEXT(p->certificate),
		    NUMBER(p->published))},
	};
	return run_all(s, runs, sizeof runs / sizeof runs[0], why);
}

enum outcome
seen_forget(struct store *s, const char *address, struct reason *why)
{
	enum outcome o;

	o = statement_run(
	    s, STATEMENT_STOOD_FORGET, VALUES(TEXT(address)), why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_seen(struct store *s, const char *address, struct store_seen *out,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_SEEN_OF, VALUES(TEXT(address)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->last = sqlite3_column_int64(stmt, 0);
		out->encrypted = sqlite3_column_int64(stmt, 1);
		out->encrypted_since = sqlite3_column_int64(stmt, 2);
		out->encrypted_last = sqlite3_column_int64(stmt, 3);
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_rivals(struct store *s, const struct store_publication *standing,
    const char *certificate, struct store_rivals *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_RIVALS,
	    VALUES(TEXT(standing->address), TEXT(standing->certificate),
		TEXT(certificate), NUMBER(standing->published / DAY)),
	    &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->stood = sqlite3_column_int(stmt, 0) != 0;
		out->after = (unsigned)sqlite3_column_int64(stmt, 1);
		out->days = sqlite3_column_int64(stmt, 2);
		out->between = (unsigned)sqlite3_column_int64(stmt, 3);
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_partners(struct store *s, unsigned limit,
    void (*visit)(void *arg, const char *address), void *arg,
    struct reason *why)
{
	char address[ADDRESS_SIZE];
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_PARTNERS, VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, address, sizeof address);
		visit(arg, address);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
