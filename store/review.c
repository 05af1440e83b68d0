#include "store/review.h"

#include <stdio.h>
#include <string.h>

#include "store/inside.h"

#define REJECTED_KEPT 100000
#define START_LEAST 4

static void
review_read(sqlite3_stmt *stmt, struct store_review *out)
{
	row_read(stmt, &out->row);
	out->held = sqlite3_column_int64(stmt, 17);
	out->approved = sqlite3_column_int64(stmt, 18);
	column_text(stmt, 19, out->subject, sizeof out->subject);
	column_text(stmt, 20, out->issuer, sizeof out->issuer);
	out->seen = sqlite3_column_int64(stmt, 21);
	column_text(stmt, 22, out->authority, sizeof out->authority);
}

static enum outcome
visit_all(struct store *s, enum statement which,
    const struct store_review_filter *filter, unsigned limit,
    void (*visit)(void *arg, const struct store_review *r), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_review r;
	enum outcome o;

	o = statement_start(s, which,
	    VALUES(NUMBER(limit), TEXT(filter->reason), TEXT(filter->domain),
		TEXT(filter->issuer)),
	    &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		review_read(stmt, &r);
		visit(arg, &r);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_review_held(struct store *s, const struct store_review_filter *filter,
    unsigned limit, void (*visit)(void *arg, const struct store_review *r),
    void *arg, struct reason *why)
{
	return visit_all(
	    s, STATEMENT_REVIEW_HELD, filter, limit, visit, arg, why);
}

enum outcome
store_review_rejected(struct store *s, const struct store_review_filter *filter,
    unsigned limit, void (*visit)(void *arg, const struct store_review *r),
    void *arg, struct reason *why)
{
	return visit_all(
	    s, STATEMENT_REVIEW_REJECTED, filter, limit, visit, arg, why);
}

enum outcome
store_review_find(struct store *s, const char *start, struct store_review *out,
    struct reason *why)
{
	size_t n = strlen(start);
	sqlite3_stmt *stmt = NULL;
	enum outcome o, more = NOTHING;

	if (n < START_LEAST || n >= STORE_ID ||
	    strspn(start, "0123456789abcdef") != n)
		return reason_set(why, REASON_USAGE,
		    "what waits is named by its number as certharvest review "
		    "prints it");
	o = statement_start(
	    s, STATEMENT_REVIEW_FIND, VALUES(TEXT(start)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		review_read(stmt, out);
		more = statement_step(s, stmt, why);
	}
	statement_end(stmt);
	if (more == DONE)
		return reason_set(why, REASON_USAGE,
		    "%s is the beginning of several numbers; give more digits",
		    start);
	return more == NOTHING ? o : more;
}

enum outcome
store_review_note(struct store *s, const char *id, const char *subject,
    const char *issuer, struct reason *why)
{
	return statement_run(s, STATEMENT_REVIEW_JUDGED,
	    VALUES(TEXT(id), TEXT(subject), TEXT(issuer)), why);
}

/* One line that tells who said it and why. */
static enum outcome
journal_word(struct store *s, const struct store_review *r, const char *what,
    const struct store_word *w, struct reason *why)
{
	char words[STORE_NOTE + DIGEST_HEX + 300];

	snprintf(words, sizeof words, "%s %s by uid %lld \"%s\"%s%s",
	    reason_name(r->row.reason.code), r->row.certificate,
	    (long long)w->by.uid, w->by.name, w->note[0] == '\0' ? "" : ": ",
	    w->note);
	return journal_add(
	    s, w->at, r->row.address, r->row.id, what, words, why);
}

enum outcome
store_review_approve(struct store *s, const struct store_review *r,
    const struct store_word *w, struct reason *why)
{
	const char *address = r->row.address;
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_REVIEW_APPROVE,
	    VALUES(TEXT(address), TEXT(r->row.certificate), NUMBER(w->at)),
	    why);
	if (o == DONE) {
		o = statement_run(s, STATEMENT_REJECTED_LIFT,
		    VALUES(TEXT(address), TEXT(r->row.certificate)), why);
		if (o == NOTHING)
			o = DONE;
		if (o == DONE)
			o = line_form(s, address, why);
		if (o == DONE)
			o = journal_word(s, r, "approved", w, why);
	}
	return store_end(s, o, why);
}

static enum outcome
rejected_add(struct store *s, const struct store_review *r,
    const struct store_word *w, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_REJECTED_ADD,
	    VALUES(TEXT(r->row.address), TEXT(r->row.certificate),
		TEXT(w->note), NUMBER(w->at), NUMBER(w->by.uid),
		TEXT(w->by.name)),
	    why);
	/* every 256th, as ids are digests */
	if (o == DONE && strncmp(r->row.id, "00", 2) == 0)
		o = statement_run(s, STATEMENT_REJECTED_TRIM,
		    VALUES(NUMBER(REJECTED_KEPT)), why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_review_reject(struct store *s, const struct store_review *r,
    const struct store_word *w, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_REVIEW_REJECT,
	    VALUES(TEXT(r->row.address), TEXT(r->row.certificate),
		NUMBER(w->at), TEXT(w->note)),
	    why);
	if (o == DONE)
		o = rejected_add(s, r, w, why);
	if (o == DONE)
		o = journal_word(s, r, "rejected", w, why);
	return store_end(s, o, why);
}
