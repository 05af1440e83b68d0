#include "publisher/rule_requests.h"

#include <string.h>

#include "base/clock.h"
#include "publisher/request_parts.h"
#include "spool/json.h"

#define RULES 2000 /* told of at once */

/* An '@' makes it an address. */
static enum outcome
read_subject(const json_t *request, char out[STORE_SUBJECT], struct reason *why)
{
	const char *text =
	    json_string_value(json_object_get(request, "subject"));

	if (text != NULL && strchr(text, '@') != NULL)
		return parts_address(request, "subject", out, why);
	return parts_fingerprint(request, "subject", out, why);
}

static struct store_rule
start_rule(enum store_rule_kind kind, const struct control_peer *peer,
    const json_t *request)
{
	struct store_rule r = {
	    .kind = kind, .since = clock_now(), .by = parts_asker(peer)};

	parts_note(request, r.note, sizeof r.note);
	return r;
}

json_t *
rule_requests_allow(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_ALLOWED, peer, request);
	struct reason why;
	enum outcome o;

	o = parts_address(request, "address", r.subject, &why);
	if (o != DONE)
		return parts_refuse(&why);
	o = store_rule_allow(p->store, &r, &why);
	return parts_conclude(o, &why,
	    "may be published again; mails that were held are decided on now",
	    "there is no veto, nothing to lift", r.subject);
}

json_t *
rule_requests_pin(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_PIN, peer, request);
	char certificate[STORE_SUBJECT];
	struct reason why;
	enum outcome o;

	o = parts_address(request, "address", r.subject, &why);
	if (o == DONE)
		o = parts_fingerprint(
		    request, "certificate", certificate, &why);
	if (o != DONE)
		return parts_refuse(&why);
	memcpy(r.certificate, certificate, sizeof r.certificate);
	o = store_rule_set(p->store, &r, &why);
	return parts_conclude(o, &why,
	    "only that certificate is published from now on",
	    "that certificate is pinned already", r.subject);
}

json_t *
rule_requests_unpin(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_PIN, peer, request);
	struct reason why;
	enum outcome o;

	o = parts_address(request, "address", r.subject, &why);
	if (o != DONE)
		return parts_refuse(&why);
	o = store_rule_lift(p->store, &r, &why);
	return parts_conclude(o, &why,
	    "may have other certificates again; mails that were held are "
	    "decided on now",
	    "no certificate is pinned", r.subject);
}

json_t *
rule_requests_ban(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_BAN, peer, request);
	struct reason why;
	enum outcome o;

	o = read_subject(request, r.subject, &why);
	if (o != DONE)
		return parts_refuse(&why);
	o = store_rule_set(p->store, &r, &why);
	return parts_conclude(o, &why,
	    "is not published from now on; what is published stays until "
	    "certharvest withdraw",
	    "is banned already", r.subject);
}

json_t *
rule_requests_unban(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_BAN, peer, request);
	struct reason why;
	enum outcome o;

	o = read_subject(request, r.subject, &why);
	if (o != DONE)
		return parts_refuse(&why);
	o = store_rule_lift(p->store, &r, &why);
	return parts_conclude(o, &why,
	    "may be published again; mails that were refused are decided on "
	    "now",
	    "is not banned", r.subject);
}

static void
add_rule(void *arg, const struct store_rule *r)
{
	char since[CLOCK_TEXT];

	clock_format(r->since, since);
	(void)json_array_append_new(arg,
	    json_pack("{s:s, s:o, s:s, s:o, s:s, s:I, s:o}", "rule",
		store_rule_name(r->kind), "subject", json_words(r->subject),
		"certificate", r->certificate, "note", json_words(r->note),
		"since", since, "uid", (json_int_t)r->by.uid, "who",
		json_words(r->by.name)));
}

json_t *
rule_requests_list(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	json_t *all = json_array();
	struct reason why;
	enum outcome o;

	(void)peer;
	(void)request;
	o = store_rules_visit(p->store, RULES, add_rule, all, &why);
	if (o != DONE) {
		json_decref(all);
		return parts_refuse(&why);
	}
	return json_pack("{s:b, s:o}", "ok", 1, "rules", all);
}
