#include "store/digest.h"

#include "store/inside.h"

static void
digest_read(sqlite3_stmt *stmt, struct store_digest_row *out)
{
	column_text(stmt, 0, out->address, sizeof out->address);
	column_text(stmt, 1, out->certificate, sizeof out->certificate);
	column_text(stmt, 2, out->issuer, sizeof out->issuer);
	column_text(stmt, 3, out->subject, sizeof out->subject);
	out->not_after = sqlite3_column_int64(stmt, 4);
	out->published = sqlite3_column_int64(stmt, 5);
	column_text(stmt, 6, out->message_id, sizeof out->message_id);
	out->last_seen = sqlite3_column_int64(stmt, 7);
	out->total = sqlite3_column_int64(stmt, 8);
}

enum outcome
store_digest(struct store *s, enum store_digest what, int64_t from, int64_t to,
    unsigned limit,
    void (*visit)(void *arg, const struct store_digest_row *row), void *arg,
    struct reason *why)
{
	static const enum statement statements[STORE_DIGESTS] = {
	    [STORE_DIGEST_PUBLISHED] = STATEMENT_DIGEST_PUBLISHED,
	    [STORE_DIGEST_EXPIRING] = STATEMENT_DIGEST_EXPIRING,
	    [STORE_DIGEST_SHADOWED] = STATEMENT_DIGEST_SHADOWED,
	    [STORE_DIGEST_CHANGED] = STATEMENT_DIGEST_TOLD,
	};
	struct store_digest_row row;
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, statements[what],
	    VALUES(NUMBER(from), NUMBER(to), NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		digest_read(stmt, &row);
		visit(arg, &row);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_signing_domains(struct store *s, int64_t since, struct store_signing *out,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_SIGNING_DOMAINS, VALUES(NUMBER(since)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->good = sqlite3_column_int64(stmt, 0);
		out->changed = sqlite3_column_int64(stmt, 1);
	}
	statement_end(stmt);
	return o;
}
