#include "store/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

#define AT_ONCE 256 /* addresses in one transaction */

/* One line that tells who said it and why. */
static enum outcome
journal_anchor(struct store *s, const char *fingerprint,
    enum store_authority_state state, const char *scope,
    const struct store_word *w, struct reason *why)
{
	char words[2048], what[32];

	snprintf(what, sizeof what, "ca-%s",
	    state == STORE_AUTHORITY_SEEN ? "revoked"
					  : store_authority_state_name(state));
	snprintf(words, sizeof words, "by uid %lld \"%s\"%s%.1400s%s%s",
	    (long long)w->by.uid, w->by.name, scope[0] == '\0' ? "" : " for ",
	    scope, w->note[0] == '\0' ? "" : ": ", w->note);
	return journal_add(s, w->at, fingerprint, "", what, words, why);
}

/* One that could not be believed must not look approved. */
static enum outcome
have_room(struct store *s, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n = 0;
	enum outcome o;

	o = statement_start(s, STATEMENT_ANCHORS_COUNT, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		n = sqlite3_column_int64(stmt, 0);
	statement_end(stmt);
	if (o == DONE && n >= STORE_ANCHORS)
		o = reason_set(why, REASON_USAGE,
		    "%d CAs are approved, and there cannot be more: revoke "
		    "some, or lay files down (trust.scoped_anchors)",
		    STORE_ANCHORS);
	return o;
}

enum outcome
store_authority_decide(struct store *s, const char *fingerprint,
    enum store_authority_state state, const char *scope,
    const struct store_word *w, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	if (state == STORE_AUTHORITY_APPROVED)
		o = have_room(s, why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_AUTHORITY_DECIDE,
		    VALUES(TEXT(fingerprint),
			TEXT(store_authority_state_name(state)), TEXT(scope),
			NUMBER(w->at), NUMBER(w->by.uid), TEXT(w->by.name),
			TEXT(w->note)),
		    why);
	if (o == DONE)
		o = journal_anchor(s, fingerprint, state, scope, w, why);
	return store_end(s, o, why);
}

enum outcome
store_anchor_uses(struct store *s,
    void (*visit)(void *arg, const char *fingerprint, int64_t n), void *arg,
    struct reason *why)
{
	char fingerprint[DIGEST_HEX];
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_ANCHOR_USES, NULL, &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, fingerprint, sizeof fingerprint);
		visit(arg, fingerprint, sqlite3_column_int64(stmt, 1));
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_note_anchor(struct store *s, const char *address, const char *fingerprint,
    struct reason *why)
{
	return statement_run(s, STATEMENT_ANCHOR_OF,
	    VALUES(TEXT(address), TEXT(fingerprint)), why);
}

/* Some of those that the statement finds; NOTHING: it finds none. */
static enum outcome
release_some(struct store *s, enum statement which, int64_t now, unsigned *n,
    struct reason *why)
{
	char(*addresses)[ADDRESS_SIZE] = calloc(AT_ONCE, sizeof *addresses);
	sqlite3_stmt *stmt = NULL;
	unsigned k = 0, i;
	enum outcome o;

	if (addresses == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = statement_start(s, which, VALUES(NUMBER(AT_ONCE)), &stmt, why);
	while (o == DONE && k < AT_ONCE) {
		o = statement_step(s, stmt, why);
		if (o == DONE)
			column_text(stmt, 0, addresses[k++], ADDRESS_SIZE);
	}
	statement_end(stmt);
	if (o == NOTHING && k > 0)
		o = DONE;
	for (i = 0; o == DONE && i < k; i++) {
		o = statement_run(s, STATEMENT_RELEASE,
		    VALUES(TEXT(addresses[i]), NUMBER(now)), why);
		if (o == DONE)
			o = line_form(s, addresses[i], why);
	}
	*n += o == DONE ? k : 0;
	free(addresses);
	return o;
}

/* All that it finds, some in a transaction. */
static enum outcome
release_each(struct store *s, enum statement which, int64_t now, unsigned *n,
    struct reason *why)
{
	enum outcome o = DONE;

	while (o == DONE) {
		o = store_begin(s, why);
		if (o != DONE)
			return o;
		o = release_some(s, which, now, n, why);
		o = store_end(s, o, why);
	}
	return o == NOTHING ? DONE : o;
}

/* Whether the files are others than when this was called last. */
static enum outcome
stamp_differs(
    struct store *s, const char *stamp, bool *differs, struct reason *why)
{
	char before[DIGEST_HEX] = "";
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_MEMO, VALUES(TEXT("trust")), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		column_text(stmt, 0, before, sizeof before);
	statement_end(stmt);
	*differs = strcmp(before, stamp) != 0;
	return o == NOTHING ? DONE : o;
}

static enum outcome
pending(struct store *s, bool *any, bool *approved, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_RELEASE_PENDING, NULL, &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		*any = sqlite3_column_int64(stmt, 0) > 0;
		*approved = sqlite3_column_int64(stmt, 1) > 0;
	}
	statement_end(stmt);
	return o;
}

enum outcome
store_release(struct store *s, const char *stamp, bool all, int64_t now,
    unsigned *n, struct reason *why)
{
	bool other = false, any = false, approved = false;
	enum outcome o;

	*n = 0;
	o = stamp_differs(s, stamp, &other, why);
	if (o == DONE)
		o = pending(s, &any, &approved, why);
	/* What waits for another CA may chain to a new one, too, which may have
	 * issued that. */
	all = all || other || approved;
	if (o == DONE && all)
		o = release_each(s, STATEMENT_RELEASE_ALL, now, n, why);
	if (o == DONE && any)
		o = release_each(s, STATEMENT_RELEASE_DECIDED, now, n, why);
	if (o == DONE && all)
		o = release_each(s, STATEMENT_RELEASE_SCOPED, now, n, why);
	/* Last, so that a crash before has it all done again. */
	if (o == DONE && any)
		o = statement_run(s, STATEMENT_RELEASED, NULL, why);
	if ((o == DONE || o == NOTHING) && other)
		o = statement_run(s, STATEMENT_MEMO_SET,
		    VALUES(TEXT("trust"), TEXT(stamp)), why);
	return o == NOTHING ? DONE : o;
}
