#include "store/authority.h"

#include <string.h>

#include "store/inside.h"

#define OF_DOMAIN 20
#define IN_ALL 1000
#define USERS 1000

static const char *const names[STORE_AUTHORITY_STATES] = {
    [STORE_AUTHORITY_SEEN] = "seen",
    [STORE_AUTHORITY_APPROVED] = "approved",
    [STORE_AUTHORITY_REJECTED] = "rejected",
};

const char *
store_authority_state_name(enum store_authority_state state)
{
	return names[state];
}

static enum outcome
trim(struct store *s, const struct store_authority_seen *a, const char *domain,
    struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_AUTHORITY_TRIM_DOMAIN,
	    VALUES(TEXT(domain), NUMBER(OF_DOMAIN)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_AUTHORITY_TRIM, VALUES(NUMBER(IN_ALL)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(s, STATEMENT_AUTHORITY_TRIM_USE,
		    VALUES(TEXT(a->fingerprint), NUMBER(USERS)), why);
	return o == NOTHING ? DONE : o;
}

static enum outcome
note(struct store *s, const struct store_authority_seen *a, int64_t now,
    struct reason *why)
{
	const char *domain = address_peek_domain(a->address);
	enum outcome o;

	o = statement_run(s, STATEMENT_AUTHORITY_ADD,
	    VALUES(TEXT(a->fingerprint), TEXT(a->kind), TEXT(a->name),
		BLOB(a->der), TEXT(domain), NUMBER(a->vouched), NUMBER(now)),
	    why);
	if (o == DONE)
		o = statement_run(s, STATEMENT_AUTHORITY_USE,
		    VALUES(TEXT(a->fingerprint), TEXT(a->address), TEXT(domain),
			NUMBER(now)),
		    why);
	if (o == DONE)
		o = trim(s, a, domain, why);
	/* It may have been trimmed at once: then the harvest has none. */
	if (o == DONE)
		o = statement_run(s, STATEMENT_AUTHORITY_OF_HARVEST,
		    VALUES(TEXT(a->id), TEXT(a->fingerprint)), why);
	return o;
}

enum outcome
store_authority_note(struct store *s, const struct store_authority_seen *a,
    int64_t now, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = note(s, a, now, why);
	return store_end(s, o, why);
}

enum outcome
store_authority_add(struct store *s, const struct store_authority *a,
    struct span der, struct reason *why)
{
	struct store_authority there;
	enum outcome o;

	o = store_authority_get(s, a->fingerprint, &there, why);
	if (o == DONE)
		return NOTHING;
	if (o == NOTHING)
		o = statement_run(s, STATEMENT_AUTHORITY_ADD,
		    VALUES(TEXT(a->fingerprint), TEXT(a->kind), TEXT(a->name),
			BLOB(der), TEXT(""), NUMBER(1), NUMBER(a->first_seen)),
		    why);
	return o;
}

static enum store_authority_state
state_read(sqlite3_stmt *stmt, int column)
{
	char state[16];
	unsigned i;

	column_text(stmt, column, state, sizeof state);
	for (i = 0; i < STORE_AUTHORITY_STATES; i++)
		if (strcmp(names[i], state) == 0)
			return (enum store_authority_state)i;
	return STORE_AUTHORITY_SEEN;
}

static void
authority_read(sqlite3_stmt *stmt, struct store_authority *out)
{
	column_text(stmt, 0, out->fingerprint, sizeof out->fingerprint);
	column_text(stmt, 1, out->kind, sizeof out->kind);
	column_text(stmt, 2, out->name, sizeof out->name);
	out->state = state_read(stmt, 3);
	column_text(stmt, 4, out->scope, sizeof out->scope);
	out->first_seen = sqlite3_column_int64(stmt, 5);
	out->last_seen = sqlite3_column_int64(stmt, 6);
	out->seen = sqlite3_column_int64(stmt, 7);
	out->vouched = sqlite3_column_int(stmt, 8) != 0;
	out->decided = sqlite3_column_int64(stmt, 9);
	out->by.uid = sqlite3_column_int64(stmt, 10);
	column_text(stmt, 11, out->by.name, sizeof out->by.name);
	column_text(stmt, 12, out->note, sizeof out->note);
	out->addresses = sqlite3_column_int64(stmt, 13);
	out->domains = sqlite3_column_int64(stmt, 14);
	out->held = sqlite3_column_int64(stmt, 15);
}

enum outcome
store_authority_get(struct store *s, const char *fingerprint,
    struct store_authority *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_AUTHORITY_GET, VALUES(TEXT(fingerprint)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		authority_read(stmt, out);
	statement_end(stmt);
	return o;
}

enum outcome
store_authority_state(struct store *s, const char *fingerprint,
    enum store_authority_state *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_AUTHORITY_STATE,
	    VALUES(TEXT(fingerprint)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		*out = state_read(stmt, 0);
	statement_end(stmt);
	return o;
}

enum outcome
store_authority_der(struct store *s, const char *fingerprint, struct bytes *out,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_AUTHORITY_DER, VALUES(TEXT(fingerprint)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE)
		o = column_bytes(stmt, 0, out, why);
	statement_end(stmt);
	return o;
}

enum outcome
store_authorities(struct store *s, enum store_authority_state state,
    unsigned limit, void (*visit)(void *arg, const struct store_authority *a),
    void *arg, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_authority a;
	enum outcome o;

	o = statement_start(s, STATEMENT_AUTHORITIES,
	    VALUES(TEXT(names[state]), NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		authority_read(stmt, &a);
		visit(arg, &a);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_authorities_rejected(struct store *s, unsigned limit,
    void (*visit)(void *arg, const char *fingerprint, struct span ca),
    void *arg, struct reason *why)
{
	char fingerprint[DIGEST_HEX];
	sqlite3_stmt *stmt = NULL;
	struct span ca;
	enum outcome o;

	o = statement_start(s, STATEMENT_AUTHORITIES_REJECTED,
	    VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, fingerprint, sizeof fingerprint);
		ca.data = sqlite3_column_blob(stmt, 1);
		ca.len = (size_t)sqlite3_column_bytes(stmt, 1);
		visit(arg, fingerprint, ca);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_authority_users(struct store *s, const char *fingerprint, unsigned limit,
    void (*visit)(void *arg, const struct store_authority_user *u), void *arg,
    struct reason *why)
{
	struct store_authority_user u;
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_AUTHORITY_USERS,
	    VALUES(TEXT(fingerprint), NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		column_text(stmt, 0, u.address, sizeof u.address);
		u.seen = sqlite3_column_int64(stmt, 1);
		u.last_seen = sqlite3_column_int64(stmt, 2);
		visit(arg, &u);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_anchors(struct store *s,
    void (*visit)(void *arg, const struct store_anchor *a), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_anchor a;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_ANCHORS, VALUES(NUMBER(STORE_ANCHORS)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		a.der.data = sqlite3_column_blob(stmt, 0);
		a.der.len = (size_t)sqlite3_column_bytes(stmt, 0);
		column_text(stmt, 1, a.scope, sizeof a.scope);
		column_text(stmt, 2, a.who, sizeof a.who);
		a.decided = sqlite3_column_int64(stmt, 3);
		visit(arg, &a);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}
