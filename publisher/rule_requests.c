#include "publisher/rule_requests.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "spool/json.h"
#include "store/orders.h"

#define RULES 2000 /* told of at once */

static json_t *
refuse(const struct reason *why)
{
	return control_error(reason_name(why->code), why->text);
}

/* Done, or already so. */
static json_t *
answer(bool fresh, const char *text, const char *subject)
{
	struct reason words;

	(void)!reason_set(&words, REASON_OK, "%s: %s", subject, text);
	return json_pack("{s:b, s:b, s:o}", "ok", 1, "fresh", fresh, "text",
	    json_words(words.text));
}

static void
read_note(const json_t *request, char *out, size_t size)
{
	const char *note = json_string_value(json_object_get(request, "note"));

	text_show(span_str(note != NULL ? note : ""), out, size);
}

static enum outcome
read_address(const json_t *request, const char *key, char out[STORE_SUBJECT],
    struct reason *why)
{
	const char *text = json_string_value(json_object_get(request, key));

	return address_canonical(span_str(text != NULL ? text : ""), out, why);
}

/* As openssl x509 -fingerprint prints it, too. */
static enum outcome
read_certificate(const json_t *request, const char *key,
    char out[STORE_SUBJECT], struct reason *why)
{
	const char *text = json_string_value(json_object_get(request, key));
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || n == DIGEST_HEX - 1)
			break;
		out[n++] = (char)tolower((unsigned char)*text);
	}
	out[n] = '\0';
	if (text == NULL || *text != '\0' || n != DIGEST_HEX - 1)
		return reason_set(why, REASON_USAGE,
		    "a certificate is named by its SHA-256 fingerprint, 64 "
		    "hexadecimal digits");
	return DONE;
}

/* An '@' makes it an address. */
static enum outcome
read_subject(const json_t *request, char out[STORE_SUBJECT], struct reason *why)
{
	const char *text =
	    json_string_value(json_object_get(request, "subject"));

	if (text != NULL && strchr(text, '@') != NULL)
		return read_address(request, "subject", out, why);
	return read_certificate(request, "subject", out, why);
}

static struct store_asker
asker(const struct control_peer *peer)
{
	struct store_asker by = {.uid = peer->uid};

	text_show(span_str(peer->name), by.name, sizeof by.name);
	return by;
}

static struct store_rule
start_rule(enum store_rule_kind kind, const struct control_peer *peer,
    const json_t *request)
{
	struct store_rule r = {
	    .kind = kind, .since = clock_now(), .by = asker(peer)};

	read_note(request, r.note, sizeof r.note);
	return r;
}

/* What the words are when it was done, and when there was nothing to do. */
static json_t *
conclude(enum outcome o, const struct reason *why, const char *done,
    const char *nothing, const char *subject)
{
	if (o == DONE)
		return answer(true, done, subject);
	if (o == NOTHING)
		return answer(false, nothing, subject);
	return refuse(why);
}

json_t *
rule_requests_allow(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_rule r = start_rule(STORE_ALLOWED, peer, request);
	struct reason why;
	enum outcome o;

	o = read_address(request, "address", r.subject, &why);
	if (o != DONE)
		return refuse(&why);
	o = store_rule_allow(p->store, &r, &why);
	return conclude(o, &why,
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

	o = read_address(request, "address", r.subject, &why);
	if (o == DONE)
		o = read_certificate(request, "certificate", certificate, &why);
	if (o != DONE)
		return refuse(&why);
	memcpy(r.certificate, certificate, sizeof r.certificate);
	o = store_rule_set(p->store, &r, &why);
	return conclude(o, &why,
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

	o = read_address(request, "address", r.subject, &why);
	if (o != DONE)
		return refuse(&why);
	o = store_rule_lift(p->store, &r, &why);
	return conclude(o, &why,
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
		return refuse(&why);
	o = store_rule_set(p->store, &r, &why);
	return conclude(o, &why,
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
		return refuse(&why);
	o = store_rule_lift(p->store, &r, &why);
	return conclude(o, &why,
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
		return refuse(&why);
	}
	return json_pack("{s:b, s:o}", "ok", 1, "rules", all);
}

json_t *
rule_requests_withdraw(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	struct store_order order = {
	    .kind = STORE_WITHDRAW, .asked = clock_now(), .by = asker(peer)};
	struct reason why;
	int64_t id = 0;
	enum outcome o;

	read_note(request, order.note, sizeof order.note);
	o = read_address(request, "address", order.subject, &why);
	if (o == DONE)
		o = store_order_put(p->store, &order, &id, &why);
	if (o != DONE)
		return refuse(&why);
	return json_pack("{s:b, s:I, s:o}", "ok", 1, "order", (json_int_t)id,
	    "text", json_words(order.subject));
}

json_t *
rule_requests_order(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	int64_t id = json_integer_value(json_object_get(request, "order"));
	struct store_order order;
	struct reason why;
	enum outcome o;

	(void)peer;
	o = store_order_get(p->store, id, &order, &why);
	if (o == NOTHING)
		o = reason_set(&why, REASON_USAGE, "there is no such order");
	if (o != DONE)
		return refuse(&why);
	return json_pack("{s:b, s:b, s:s, s:s, s:o, s:i}", "ok", 1, "ended",
	    order.ended != 0, "outcome", outcome_name(order.outcome), "reason",
	    reason_name(order.reason.code), "text",
	    json_words(order.reason.text), "tries", (int)order.tries);
}
