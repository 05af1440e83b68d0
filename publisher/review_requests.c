#include "publisher/review_requests.h"

#include "base/clock.h"
#include "publisher/request_parts.h"
#include "publisher/reviewing.h"
#include "store/review.h"

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

static struct store_word
word_of(const struct control_peer *peer, const json_t *request)
{
	struct store_word w = {.at = clock_now(), .by = parts_asker(peer)};

	parts_note(request, w.note, sizeof w.note);
	return w;
}

/* What was rejected can always be had back: it is decided on again. */
static enum outcome
may_approve(const struct store_review *r, struct reason *why)
{
	enum reason_code code = r->row.reason.code;

	if (code == REASON_REJECTED || reviewing_may_approve(code))
		return DONE;
	return reason_set(why, REASON_USAGE,
	    "%s is held as %s, which a yes does not change.  %s",
	    r->row.address, reason_name(code), reason_advice(code));
}

json_t *
review_requests_approve(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_word word = word_of(peer, request);
	struct store_review r = {.row.address = ""};
	struct reason why;
	enum outcome o;

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

	o = read_one(p->store, request, &r, &why);
	if (o == DONE)
		o = store_review_reject(p->store, &r, &word, &why);
	return parts_conclude(o, &why,
	    "rejected; the certificate does not come to the review again",
	    "nothing waits any more", r.row.address);
}
