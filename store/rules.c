#include "store/rules.h"

#include <stdio.h>
#include <string.h>

#include "store/inside.h"
#include "store/seen.h"

/* Addresses whose harvests one certificate's ban may have ended. */
#define ADDRESSES 64

static const char *const names[STORE_RULES] = {
    [STORE_VETO] = "veto",
    [STORE_CONTESTED] = "contested",
    [STORE_ALLOWED] = "allowed",
    [STORE_PIN] = "pin",
    [STORE_BAN] = "ban",
};

const char *
store_rule_name(enum store_rule_kind kind)
{
	return names[kind];
}

/* One line that tells who did it and why. */
static enum outcome
journal_rule(struct store *s, const struct store_rule *r, const char *what,
    struct reason *why)
{
	char words[STORE_NOTE + 300], by[120] = "certharvest";

	if (r->by.uid >= 0)
		snprintf(by, sizeof by, "uid %lld \"%s\"", (long long)r->by.uid,
		    r->by.name);
	snprintf(words, sizeof words, "%s%s%s by %s%s%s", names[r->kind],
	    r->certificate[0] == '\0' ? "" : " ", r->certificate, by,
	    r->note[0] == '\0' ? "" : ": ", r->note);
	return journal_add(s, r->since, r->subject, "", what, words, why);
}

/* What was decided because of a rule is decided on again. */
static enum outcome
decide_again(struct store *s, const char *address, bool older, int64_t now,
    struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_RULED,
	    VALUES(TEXT(address), NUMBER(now), NUMBER(older)), why);
	if (o == DONE)
		o = line_form(s, address, why);
	if (o == DONE || o == NOTHING)
		o = seen_forget(s, address, why);
	return o;
}

/* The subject is an address, or a certificate that several may have. */
static enum outcome
decide_all_again(
    struct store *s, const char *subject, int64_t now, struct reason *why)
{
	char addresses[ADDRESSES][ADDRESS_SIZE];
	sqlite3_stmt *stmt = NULL;
	enum outcome o;
	unsigned n = 0, i;

	o = statement_start(s, STATEMENT_RULED_ADDRESSES,
	    VALUES(TEXT(subject), NUMBER(ADDRESSES)), &stmt, why);
	while (o == DONE && n < ADDRESSES) {
		o = statement_step(s, stmt, why);
		if (o == DONE)
			column_text(stmt, 0, addresses[n++], ADDRESS_SIZE);
	}
	statement_end(stmt);
	if (o == DONE || o == NOTHING)
		o = decide_again(s, subject, true, now, why);
	for (i = 0; o == DONE && i < n; i++)
		o = decide_again(s, addresses[i], true, now, why);
	return o;
}

enum outcome
rule_set(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_RULE_SET,
	    VALUES(TEXT(names[r->kind]), TEXT(r->subject), TEXT(r->certificate),
		TEXT(r->note), NUMBER(r->since), NUMBER(r->by.uid),
		TEXT(r->by.name)),
	    why);
	return o == DONE ? journal_rule(s, r, "rule", why) : o;
}

/* In the caller's transaction. */
enum outcome
rule_veto(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o = rule_set(s, r, why);

	if (o == DONE)
		o = statement_run(
		    s, STATEMENT_FORGET_ALLOWED, VALUES(TEXT(r->subject)), why);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_rule_set(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = rule_set(s, r, why);
	if (o == DONE && r->kind == STORE_PIN)
		o = decide_again(s, r->subject, true, r->since, why);
	return store_end(s, o, why);
}

static enum outcome
lift(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_RULE_LIFT,
	    VALUES(TEXT(r->subject), TEXT(names[r->kind])), why);
	return o == DONE ? journal_rule(s, r, "rule-lifted", why) : o;
}

enum outcome
rule_lift(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o = lift(s, r, why);

	return o == DONE ? decide_all_again(s, r->subject, r->since, why) : o;
}

enum outcome
store_rule_lift(struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	return store_end(s, rule_lift(s, r, why), why);
}

enum outcome
store_rule_allow(
    struct store *s, const struct store_rule *rule, struct reason *why)
{
	static const enum store_rule_kind lifted[] = {
	    STORE_VETO, STORE_CONTESTED};
	struct store_rule r = *rule;
	enum outcome o, all = NOTHING;
	size_t i;

	o = store_begin(s, why);
	if (o != DONE)
		return o;
	for (i = 0; i < sizeof lifted / sizeof lifted[0]; i++) {
		r.kind = lifted[i];
		o = lift(s, &r, why);
		if (o == LATER || o == BROKEN)
			return store_end(s, o, why);
		all = o == DONE ? DONE : all;
	}
	if (all != DONE)
		return store_end(s, NOTHING, why);
	r.kind = STORE_ALLOWED;
	o = rule_set(s, &r, why);
	/* Not what is older than what was taken out: it would take the place,
	 * with nothing there to be held against. */
	if (o == DONE || o == NOTHING)
		o = decide_again(s, r.subject, false, r.since, why);
	return store_end(s, o, why);
}

enum outcome
store_rule_found(
    struct store *s, const struct store_rule *r, struct reason *why)
{
	enum outcome o = store_begin(s, why);

	if (o != DONE)
		return o;
	o = statement_run(s, STATEMENT_NOTE_GONE,
	    VALUES(TEXT(r->subject), NUMBER(r->since), NUMBER(1)), why);
	if (o == DONE || o == NOTHING)
		o = rule_veto(s, r, why);
	return store_end(s, o, why);
}

static void
rule_read(sqlite3_stmt *stmt, struct store_rule *out)
{
	char kind[16];
	unsigned i;

	column_text(stmt, 0, kind, sizeof kind);
	for (i = 0; i < STORE_RULES - 1; i++)
		if (strcmp(names[i], kind) == 0)
			break;
	out->kind = (enum store_rule_kind)i;
	column_text(stmt, 1, out->subject, sizeof out->subject);
	column_text(stmt, 2, out->certificate, sizeof out->certificate);
	column_text(stmt, 3, out->note, sizeof out->note);
	out->since = sqlite3_column_int64(stmt, 4);
	out->by.uid = sqlite3_column_int64(stmt, 5);
	column_text(stmt, 6, out->by.name, sizeof out->by.name);
}

enum outcome
store_rules_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_rule *rule), void *arg,
    struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	struct store_rule r;
	enum outcome o;

	o = statement_start(
	    s, STATEMENT_RULES, VALUES(NUMBER(limit)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		rule_read(stmt, &r);
		visit(arg, &r);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

static bool
is_banned(const struct store_rules *so_far)
{
	return so_far->banned_address || so_far->banned_certificate;
}

/* The note is that of what counts first: a ban of the address, of the
 * certificate, a no of the review, then what was found. */
static bool
is_told(const struct store_rule *r, bool same, const struct store_rules *so_far)
{
	switch (r->kind) {
	case STORE_BAN:
		return same || !so_far->banned_address;
	case STORE_CONTESTED:
		return !is_banned(so_far);
	case STORE_VETO:
		return !is_banned(so_far) && !so_far->contested;
	case STORE_PIN:
	case STORE_ALLOWED:
	case STORE_RULES:
		break;
	}
	return false;
}

static void
rules_take(
    const struct store_rule *r, const char *address, struct store_rules *out)
{
	bool same = strcmp(r->subject, address) == 0;

	if (is_told(r, same, out))
		snprintf(out->note, sizeof out->note, "%s", r->note);
	switch (r->kind) {
	case STORE_VETO:
		out->veto = true;
		break;
	case STORE_CONTESTED:
		out->contested = true;
		break;
	case STORE_ALLOWED:
		out->allowed = true;
		break;
	case STORE_PIN:
		snprintf(out->pinned, sizeof out->pinned, "%s", r->certificate);
		break;
	case STORE_BAN:
		out->banned_address = out->banned_address || same;
		out->banned_certificate = out->banned_certificate || !same;
		break;
	case STORE_RULES:
		break;
	}
}

/* store/review.h */
static enum outcome
rejected_of(struct store *s, const char *address, const char *certificate,
    struct store_rules *out, struct reason *why)
{
	sqlite3_stmt *stmt = NULL;
	enum outcome o;

	o = statement_start(s, STATEMENT_REJECTED_OF,
	    VALUES(TEXT(address), TEXT(certificate)), &stmt, why);
	if (o == DONE)
		o = statement_step(s, stmt, why);
	if (o == DONE) {
		out->rejected = true;
		if (!is_banned(out))
			column_text(stmt, 0, out->note, sizeof out->note);
	}
	statement_end(stmt);
	return o == NOTHING ? DONE : o;
}

enum outcome
store_rules_of(struct store *s, const char *address, const char *certificate,
    struct store_rules *out, struct reason *why)
{
	struct store_rules all;
	sqlite3_stmt *stmt = NULL;
	struct store_rule r;
	enum outcome o;

	memset(&all, 0, sizeof all);
	o = statement_start(s, STATEMENT_RULES_OF,
	    VALUES(TEXT(address), TEXT(certificate)), &stmt, why);
	while (o == DONE) {
		o = statement_step(s, stmt, why);
		if (o != DONE)
			break;
		rule_read(stmt, &r);
		rules_take(&r, address, &all);
	}
	statement_end(stmt);
	if (o == NOTHING)
		o = rejected_of(s, address, certificate, &all, why);
	if (o == DONE)
		*out = all;
	return o;
}
