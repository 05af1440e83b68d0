#include "store/review.h"

#include <stdio.h>

#include "store/inside.h"

static enum outcome
count(struct store *s, enum statement which, const struct value *values,
    int64_t *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, which, values, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	return o;
}

/* The domain that has to make room; NOTHING: none. */
static enum outcome
find_domain(struct store *s, const char *domain, unsigned in_domain,
    unsigned in_all, char out[ADDRESS_SIZE], struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n = 0;
	enum outcome o;

	o = count(
	    s, STATEMENT_REVIEW_COUNT_DOMAIN, VALUES(TEXT(domain)), &n, why);
	if (o == DONE && n > in_domain) {
		snprintf(out, ADDRESS_SIZE, "%s", domain);
		return DONE;
	}
	if (o == DONE)
		o = count(s, STATEMENT_REVIEW_COUNT, NULL, &n, why);
	if (o != DONE || n <= in_all)
		return o == DONE ? NOTHING : o;
	o = statement_start(s, STATEMENT_REVIEW_LARGEST, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		column_text(stmt, 0, out, ADDRESS_SIZE);
	statement_end(stmt);
	return o;
}

static enum outcome
oldest(struct store *s, const char *domain, struct store_evicted *out,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;
	char held[64];

	o = statement_start(
	    s, STATEMENT_REVIEW_OLDEST, VALUES(TEXT(domain)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		column_text(stmt, 0, out->id, sizeof out->id);
		column_text(stmt, 1, out->address, sizeof out->address);
		column_text(stmt, 2, held, sizeof held);
		(void)!reason_set(
		    &out->why, REASON_REVIEW_FULL, "it was held as %s", held);
	}
	statement_end(stmt);
	return o;
}

static enum outcome
evict(struct store *s, const char *domain, unsigned in_domain, unsigned in_all,
    int64_t now, struct store_evicted *out, struct reason *why)
{
	char from[ADDRESS_SIZE], words[REASON_TEXT_MAX + 64];
	enum outcome o;

	o = find_domain(s, domain, in_domain, in_all, from, why);
	if (o == DONE)
		o = oldest(s, from, out, why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_REVIEW_EVICT,
		    VALUES(TEXT(out->id), NUMBER(now), TEXT(out->why.text)),
		    why);
	if (o != DONE)
		return o;
	snprintf(words, sizeof words, "%s: %s", reason_name(out->why.code),
	    out->why.text);
	return journal_add(
	    s, now, out->address, out->id, "refused", words, why);
}

enum outcome
store_review_trim(struct store *s, const char *domain, unsigned in_domain,
    unsigned in_all, int64_t now, struct store_evicted *out, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = evict(s, domain, in_domain, in_all, now, out, why);
	return store_end(s, o, why);
}
