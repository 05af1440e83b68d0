#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "publisher/inside.h"
#include "publisher/review_requests.h"
#include "publisher/rule_requests.h"
#include "publisher/order_requests.h"
#include "publisher/trust_requests.h"
#include "publisher/walk_requests.h"
#include "spool/json.h"

/*
 * The requests at the control socket.  A new one is a row and a function.
 */
struct request {
	const char *name;
	bool changes; /* something: then it is logged who asked */
	request_answer *answer;
};

static json_t *
ok(const char *text)
{
	return json_pack("{s:b, s:s}", "ok", 1, "text", text);
}

static json_t *
describe_gate(const struct gate *g)
{
	int64_t left = g->next - clock_ms();

	if (g->state == GATE_OPEN)
		return json_pack("{s:s}", "state", gate_name(g));
	/* The text may quote a server, the path below is anybody's: words that
	 * are not UTF-8 must not cost the whole answer. */
	return json_pack("{s:s, s:s, s:o, s:s, s:I}", "state", gate_name(g),
	    "reason", reason_name(g->why.code), "text", json_words(g->why.text),
	    "advice", reason_advice(g->why.code), "next_seconds",
	    (json_int_t)(left > 0 ? left / 1000 : 0));
}

static json_t *
describe_counts(struct store *s)
{
	struct store_counts counts;
	struct reason why;

	if (store_count(s, &counts, &why) != DONE)
		return json_pack("{s:s, s:o}", "reason", reason_name(why.code),
		    "text", json_words(why.text));
	return json_pack("{s:I, s:I, s:I, s:I}", "due", (json_int_t)counts.due,
	    "held", (json_int_t)counts.held, "published",
	    (json_int_t)counts.published, "shadowed",
	    (json_int_t)counts.shadowed);
}

static void
add_spool(void *list, const char *path, const struct reason *trouble)
{
	json_t *one;

	one = trouble == NULL
	    ? json_pack("{s:o}", "path", json_words(path))
	    : json_pack("{s:o, s:s, s:o}", "path", json_words(path), "reason",
		  reason_name(trouble->code), "text",
		  json_words(trouble->text));
	(void)json_array_append_new(list, one);
}

static json_t *
answer_status(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	const struct setup *s = p->work.setup;
	json_t *spools = json_array();
	char started[CLOCK_TEXT];

	(void)peer;
	(void)request;
	clock_format(p->started, started);
	intake_visit(p->intake, add_spool, spools);
	return json_pack("{s:b, s:s, s:i, s:b, s:s, s:s, s:b, s:b, s:o, s:o, "
			 "s:o, s:i, s:o}",
	    "ok", 1, "version", PACKAGE_VERSION, "pid", (int)getpid(),
	    "confined", settings_is(s->settings, "judge", "confine"), "started",
	    started, "mode", admission_mode(s->rules), "halted", p->work.halted,
	    "recovered", p->work.recovered, "publishing",
	    describe_gate(&p->work.gate), "store",
	    describe_gate(&p->work.shelf), "harvests",
	    describe_counts(p->store), "directory_pid",
	    (int)directory_child_pid(s->directory), "spools", spools);
}

static json_t *
answer_retry(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	(void)peer;
	(void)request;
	p->orders.retry = true;
	return ok("everything that waits is tried now");
}

static json_t *
answer_reload(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	(void)peer;
	(void)request;
	p->orders.reload = true;
	return ok("the settings are read again; the log tells how it went");
}

static json_t *
answer_pause(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	(void)peer;
	(void)request;
	p->work.halted = true;
	return ok("nothing is published until resume or a restart; harvests "
		  "are still taken");
}

static json_t *
answer_resume(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	(void)peer;
	(void)request;
	p->work.halted = false;
	p->orders.retry = true;
	return ok("publishing goes on");
}

static const struct request requests[] = {
    {"status", false, answer_status},
    {"retry", true, answer_retry},
    {"reload", true, answer_reload},
    {"pause", true, answer_pause},
    {"resume", true, answer_resume},
    {"adopt", true, walk_requests_adopt},
    {"rollback", true, walk_requests_rollback},
    {"sweep", true, walk_requests_sweep},
    {"rebuild", true, walk_requests_rebuild},
    {"walk-cancel", true, walk_requests_cancel},
    {"rules", false, rule_requests_list},
    {"allow", true, rule_requests_allow},
    {"pin", true, rule_requests_pin},
    {"unpin", true, rule_requests_unpin},
    {"ban", true, rule_requests_ban},
    {"unban", true, rule_requests_unban},
    {"withdraw", true, order_requests_withdraw},
    {"undo", true, order_requests_undo},
    {"forget", true, order_requests_forget},
    {"forgotten", false, order_requests_forgotten},
    {"order", false, order_requests_order},
    {"trust-approve", true, trust_requests_approve},
    {"trust-reject", true, trust_requests_reject},
    {"trust-revoke", true, trust_requests_revoke},
    {"review-approve", true, review_requests_approve},
    {"review-reject", true, review_requests_reject},
};

#define N_REQUESTS (sizeof requests / sizeof requests[0])

static json_t *
answer_unknown(void)
{
	json_t *known = json_array();
	size_t i;

	for (i = 0; i < N_REQUESTS; i++)
		(void)json_array_append_new(
		    known, json_string(requests[i].name));
	return json_pack("{s:b, s:s, s:s, s:o}", "ok", 0, "error", "unknown",
	    "text", "no such request", "known", known);
}

json_t *
requests_answer(
    void *arg, const struct control_peer *peer, const json_t *request)
{
	const char *name =
	    json_string_value(json_object_get(request, "request"));
	size_t i;

	for (i = 0; name != NULL && i < N_REQUESTS; i++)
		if (strcmp(requests[i].name, name) == 0)
			break;
	if (name == NULL || i == N_REQUESTS)
		return answer_unknown();
	if (requests[i].changes)
		LOG_EVENT(CONTROL, LOG_STR("request", name),
		    LOG_NUM("uid", peer->uid), LOG_STR("who", peer->name));
	return requests[i].answer(arg, peer, request);
}
