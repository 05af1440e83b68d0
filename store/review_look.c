#include "store/review.h"

#include "store/inside.h"

enum outcome
store_review_harvest(
    struct store *s, const char *id, struct harvest **out, struct reason *why)
{
	struct store_due_harvest one;
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_REVIEW_HARVEST, VALUES(TEXT(id)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		o = due_load(s, stmt, &one, why);
	statement_end(stmt);
	if (o == DONE)
		*out = one.harvest;
	return o;
}

enum outcome
store_certificate(
    struct store *s, const char *sha256, struct bytes *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_CERTIFICATE, VALUES(TEXT(sha256)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		o = column_bytes(stmt, 0, out, why);
	statement_end(stmt);
	return o;
}
