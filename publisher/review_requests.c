#include "publisher/review_requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "publisher/request_parts.h"
#include "publisher/reviewing.h"
#include "store/review.h"

#define AT_ONCE 10000 /* of a request by filter */

static struct store_word
word_of(const struct control_peer *peer, const json_t *request)
{
	struct store_word w = {.at = clock_now(), .by = parts_asker(peer)};

	parts_note(request, w.note, sizeof w.note);
	return w;
}

/* A member that is not of its kind must not widen what is meant: a filter that
 * is left out matches all, and 1 or "true" is no dry run. */
static enum outcome
check_members(const json_t *request, struct reason *why)
{
	static const char *const words[] = {"id", "reason", "domain", "issuer"};
	const json_t *dry = json_object_get(request, "dry_run");
	const json_t *one;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		one = json_object_get(request, words[i]);
		if (one != NULL && !json_is_string(one))
			return reason_set(
			    why, REASON_USAGE, "%s is a string", words[i]);
	}
	if (dry != NULL && !json_is_boolean(dry))
		return reason_set(
		    why, REASON_USAGE, "dry_run is true or false");
	if (json_is_true(dry) && json_object_get(request, "id") != NULL)
		return reason_set(
		    why, REASON_USAGE, "dry_run is for a filter alone");
	return DONE;
}

/* What was rejected can always be had back: it is decided on again. */
static bool
is_approvable(enum reason_code code)
{
	return code == REASON_REJECTED || reviewing_may_approve(code);
}

/* One, by its number. */

typedef enum outcome say(struct store *s, const struct store_review *r,
    const struct store_word *word, struct reason *why);

static enum outcome
read_one(struct store *s, const json_t *request, struct store_review *out,
    struct reason *why)
{
	const char *id = parts_peek(request, "id");
	enum outcome o;

	o = store_review_find(s, id, out, why);
	if (o == NOTHING)
		o = reason_set(
		    why, REASON_USAGE, "%s: nothing waits of that number", id);
	return o;
}

static enum outcome
may_approve(const struct store_review *r, struct reason *why)
{
	enum reason_code code = r->row.reason.code;

	if (is_approvable(code))
		return DONE;
	return reason_set(why, REASON_USAGE,
	    "%s is held as %s, which a yes does not change.  %s",
	    r->row.address, reason_name(code), reason_advice(code));
}

/* All that the filter matches. */

struct picked {
	char id[STORE_ID];
	char address[ADDRESS_SIZE];
	char certificate[DIGEST_HEX];
	enum reason_code code;
};

struct pick {
	struct picked *at;
	unsigned n;
	bool approve;	  /* leave out what a yes does not change */
	unsigned skipped; /* so many */
};

static void
pick_add(void *arg, const struct store_review *r)
{
	struct pick *p = arg;
	struct picked *one = &p->at[p->n];

	if (p->approve && !is_approvable(r->row.reason.code)) {
		p->skipped++;
		return;
	}
	memcpy(one->id, r->row.id, sizeof one->id);
	memcpy(one->address, r->row.address, sizeof one->address);
	memcpy(one->certificate, r->row.certificate, sizeof one->certificate);
	one->code = r->row.reason.code;
	p->n++;
}

static enum outcome
read_filter(
    const json_t *request, struct store_review_filter *f, struct reason *why)
{
	const char *domain = parts_peek(request, "domain");
	enum reason_code code;
	enum outcome o = DONE;

	memset(f, 0, sizeof *f);
	snprintf(
	    f->reason, sizeof f->reason, "%s", parts_peek(request, "reason"));
	snprintf(
	    f->issuer, sizeof f->issuer, "%s", parts_peek(request, "issuer"));
	if (f->reason[0] != '\0' && reason_parse(f->reason, &code) != DONE)
		return reason_set(why, REASON_USAGE,
		    "there is no such reason code; certharvest review prints "
		    "those of what waits");
	if (domain[0] != '\0')
		o = address_domain(span_str(domain), f->domain, NULL);
	if (o != DONE)
		return reason_set(why, REASON_USAGE, "no such domain");
	if (f->reason[0] == '\0' && f->domain[0] == '\0' &&
	    f->issuer[0] == '\0')
		return reason_set(
		    why, REASON_USAGE, "say of which reason, domain or issuer");
	return DONE;
}

/* One certificate may have come with several mails: the first word is about
 * all of them. */
static enum outcome
say_all(struct store *s, const struct pick *p, say *what,
    const struct store_word *word, unsigned *n, struct reason *why)
{
	struct store_review *r = calloc(1, sizeof *r);
	enum outcome o, end;
	struct reason its;

	if (r == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = store_group_begin(s, why);
	if (o != DONE)
		goto out;
	for (unsigned i = 0; i < p->n && (o == DONE || o == NOTHING); i++) {
		memcpy(r->row.id, p->at[i].id, sizeof r->row.id);
		memcpy(r->row.address, p->at[i].address, sizeof r->row.address);
		memcpy(r->row.certificate, p->at[i].certificate,
		    sizeof r->row.certificate);
		r->row.reason.code = p->at[i].code;
		o = what(s, r, word, why);
		*n += o == DONE;
	}
	end = store_group_end(s, &its);
	if (end != DONE) {
		*why = its;
		o = end;
	}
out:
	free(r);
	return o == NOTHING ? DONE : o;
}

static json_t *
count_answer(const struct pick *p, unsigned n, bool dry)
{
	const char *word = p->approve ? "approved" : "rejected";
	char text[256], more[128] = "";

	if (p->skipped > 0)
		(void)snprintf(more, sizeof more,
		    "; %u more are held for what a yes does not change",
		    p->skipped);
	(void)snprintf(text, sizeof text, "%u %s %s%s%s", dry ? p->n : n,
	    dry ? "would be" : "certificates", word,
	    !dry && p->approve && n > 0 ? " and decided on again now" : "",
	    more);
	return json_pack("{s:b, s:b, s:i, s:i, s:s}", "ok", 1, "fresh",
	    !dry && n > 0, "count", (int)(dry ? p->n : n), "skipped",
	    (int)p->skipped, "text", text);
}

static json_t *
by_filter(struct publisher *p, const struct store_word *word,
    const json_t *request, bool approve)
{
	bool dry = json_is_true(json_object_get(request, "dry_run"));
	struct pick pick = {.approve = approve};
	struct store_review_filter filter;
	struct reason why;
	unsigned n = 0;
	json_t *answer;
	enum outcome o;

	pick.at = calloc(AT_ONCE, sizeof *pick.at);
	o = pick.at == NULL ? reason_set(&why, REASON_MEMORY, "out of memory")
			    : read_filter(request, &filter, &why);
	if (o == DONE)
		o = store_review_held(
		    p->store, &filter, AT_ONCE, pick_add, &pick, &why);
	if (o == DONE && !dry)
		o = say_all(p->store, &pick,
		    approve ? store_review_approve : store_review_reject, word,
		    &n, &why);
	answer = o == DONE ? count_answer(&pick, n, dry) : parts_refuse(&why);
	free(pick.at);
	return answer;
}

json_t *
review_requests_approve(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_word word = word_of(peer, request);
	struct store_review r = {.row.address = ""};
	struct reason why;
	enum outcome o;

	if (check_members(request, &why) != DONE)
		return parts_refuse(&why);
	if (json_object_get(request, "id") == NULL)
		return by_filter(p, &word, request, true);
	o = read_one(p->store, request, &r, &why);
	if (o == DONE)
		o = may_approve(&r, &why);
	if (o == DONE)
		o = store_review_approve(p->store, &r, &word, &why);
	return parts_conclude(o, &why, "approved; it is decided on again now",
	    "nothing waits any more", r.row.address);
}

json_t *
review_requests_reject(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_word word = word_of(peer, request);
	struct store_review r = {.row.address = ""};
	struct reason why;
	enum outcome o;

	if (check_members(request, &why) != DONE)
		return parts_refuse(&why);
	if (json_object_get(request, "id") == NULL)
		return by_filter(p, &word, request, false);
	o = read_one(p->store, request, &r, &why);
	if (o == DONE)
		o = store_review_reject(p->store, &r, &word, &why);
	return parts_conclude(o, &why,
	    "rejected; the certificate does not come to the review again",
	    "nothing waits any more", r.row.address);
}
