#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "cli/confined.h"
#include "cli/review.h"
#include "publisher/reviewing.h"

/*
 * One that waits, side by side with what is published for the address.  The
 * certificates are strangers' and are read by a confined worker.
 */
enum { WAITS, SIGNER, PUBLISHED, CERTIFICATES };

struct sight {
	struct store_review review;
	struct harvest *harvest;
	bool published; /* then there is: */
	struct store_publication publication;
	struct facts at[CERTIFICATES]; /* malformed: there is none */
	struct bytes der;	       /* of what is published */
};

static void
published_facts(struct sight *s)
{
	const struct store_publication *p = &s->publication;
	struct facts *f = &s->at[PUBLISHED];

	/* Without its bytes (a store that was rebuilt), what is recorded. */
	if (!f->malformed)
		return;
	(void)bytes_unhex(p->certificate, f->sha256, DIGEST_LEN);
	snprintf(f->subject, sizeof f->subject, "%s", p->subject);
	snprintf(f->issuer, sizeof f->issuer, "%s", p->issuer);
	f->not_before = p->not_before;
	f->not_after = p->not_after;
}

static enum outcome
facts_read(const struct settings *settings, struct sight *s, struct reason *why)
{
	struct span der[CERTIFICATES];
	unsigned which[CERTIFICATES], n = 0, i;
	struct facts *facts = NULL;
	enum outcome o;

	for (i = 0; i < CERTIFICATES; i++) {
		s->at[i].malformed = true;
		der[n] = i == WAITS ? span_bytes(&s->harvest->certificate)
		    : i == SIGNER   ? span_bytes(&s->harvest->signer)
				    : span_bytes(&s->der);
		which[n] = i;
		n += der[n].len > 0;
	}
	o = confined_facts(settings, der, n, &facts, why);
	for (i = 0; o == DONE && i < n; i++)
		s->at[which[i]] = facts[i];
	free(facts);
	if (o == DONE && s->published)
		published_facts(s);
	return o;
}

static enum outcome
sight_read(struct report *r, struct sight *s, struct reason *why)
{
	const struct review *v = r->options->own;
	struct store_publication *p = &s->publication;
	enum outcome o;

	o = store_review_find(r->store, v->number, &s->review, why);
	if (o == DONE)
		o = store_review_harvest(
		    r->store, s->review.row.id, &s->harvest, why);
	if (o == NOTHING)
		return reason_set(why, REASON_USAGE,
		    "%s: nothing waits of that number", v->number);
	if (o == DONE)
		o = store_published(r->store, s->review.row.address, p, why);
	s->published = o == DONE;
	if (s->published)
		o = store_certificate(r->store, p->certificate, &s->der, why);
	if (o == DONE || o == NOTHING)
		o = facts_read(r->settings, s, why);
	return o;
}

static void
sight_clear(struct sight *s)
{
	harvest_free(s->harvest);
	bytes_clear(&s->der);
}

/* What is compared, as text; in one of four buffers. */

static const char *
show_key(const struct facts *f)
{
	static char text[4][64];
	static unsigned next;
	char *out = text[next++ % 4];

	if (f->bits == 0)
		return "-";
	snprintf(out, sizeof text[0], "%s, %u bits", algorithm_key_name(f->key),
	    f->bits);
	return out;
}

static const char *
show_digest(const uint8_t digest[DIGEST_LEN])
{
	static char text[4][DIGEST_HEX];
	static unsigned next;
	char *out = text[next++ % 4];

	bytes_hex((struct span){digest, DIGEST_LEN}, out);
	return out;
}

static const char *
show_subject(const struct facts *f)
{
	return report_quote(f->subject);
}

static const char *
show_issuer(const struct facts *f)
{
	return report_quote(f->issuer);
}

static const char *
show_from(const struct facts *f)
{
	return report_time(f->not_before);
}

static const char *
show_until(const struct facts *f)
{
	return report_time(f->not_after);
}

static const char *
show_fingerprint(const struct facts *f)
{
	return show_digest(f->sha256);
}

static const char *
show_serial(const struct facts *f)
{
	return f->serial[0] == '\0' ? "-" : report_quote(f->serial);
}

static const struct {
	const char *name;
	const char *(*show)(const struct facts *f);
} lines[] = {
    {"subject", show_subject},
    {"issuer", show_issuer},
    {"serial", show_serial},
    {"key", show_key},
    {"valid from", show_from},
    {"valid until", show_until},
    {"sha256", show_fingerprint},
};

#define LINES (sizeof lines / sizeof lines[0])

static bool
differs(const struct sight *s, size_t line)
{
	return s->published &&
	    strcmp(lines[line].show(&s->at[WAITS]),
		lines[line].show(&s->at[PUBLISHED])) != 0;
}

/* What a yes does. */
static const char *
effect(const struct sight *s)
{
	enum reason_code code = s->review.row.reason.code;

	if (code == REASON_REJECTED)
		return "takes the rejection back, and publishes it as a yes "
		       "would have, when nothing else is against it";
	if (!reviewing_may_approve(code))
		return "changes nothing: that is no rule of the site";
	if (s->published)
		return "publishes it in the place of what is published now, "
		       "when nothing else is against it";
	return "publishes it, when nothing else is against it";
}

static void
compare_text(const struct sight *s)
{
	size_t i;

	printf("%s\n",
	    s->published ? "what waits (above) and what is published (below), "
			   "* where they differ:"
			 : "what waits; nothing is published for the address:");
	for (i = 0; i < LINES; i++) {
		printf("  %c %-12s %s\n", differs(s, i) ? '*' : ' ',
		    lines[i].name, lines[i].show(&s->at[WAITS]));
		if (s->published)
			printf("    %-12s %s\n", "",
			    lines[i].show(&s->at[PUBLISHED]));
	}
	if (s->published)
		printf("    published    %s, from mail %s\n",
		    report_time(s->publication.published),
		    report_quote(s->publication.message_id));
	if (memcmp(s->at[SIGNER].sha256, s->at[WAITS].sha256, DIGEST_LEN) != 0)
		printf("    signed by    %s, sha256 %s\n",
		    report_quote(s->at[SIGNER].subject),
		    show_digest(s->at[SIGNER].sha256));
}

static void
sight_text(const struct sight *s)
{
	const struct store_review *v = &s->review;
	const struct store_row *row = &v->row;

	printf("%.*s  %s\n", STORE_SHORT, row->id, report_quote(row->address));
	printf("    %-12s since %s, %s\n", row->state,
	    report_time(v->held != 0 ? v->held : row->changed),
	    reason_name(row->reason.code));
	printf("    why          %s\n", report_quote(row->reason.text));
	printf("    what to do   %s\n", reason_advice(row->reason.code));
	if (v->authority[0] != '\0' && row->reason.code == REASON_CHAIN_UNKNOWN)
		printf("    the CA       %s, see certharvest trust "
		       "candidates\n",
		    v->authority);
	printf("    a yes        %s\n", effect(s));
	printf("    from mail    %s", report_quote(row->message_id));
	printf(", queue id %s, received %s\n", report_quote(row->queue_id),
	    report_time(row->received));
	printf("    seen         in %" PRId64 " mail%s, last %s\n", v->seen,
	    v->seen == 1 ? "" : "s", report_time(row->last_seen));
	printf("    From: says   %s\n", report_quote(s->harvest->phrase));
	printf("    mail server  %s\n",
	    report_quote(report_authentication(&row->authentication)));
	compare_text(s);
}

static json_t *
facts_json(const struct facts *f)
{
	json_t *o = json_object();

	if (o != NULL && report_set(o, "sha256", show_digest(f->sha256)) &&
	    report_set(o, "subject", f->subject) &&
	    report_set(o, "issuer", f->issuer) &&
	    report_set(o, "serial", f->serial) &&
	    report_set(
		o, "key", f->bits == 0 ? "" : algorithm_key_name(f->key)) &&
	    json_object_set_new(o, "bits", json_integer(f->bits)) == 0 &&
	    report_set_time(o, "not_before", f->not_before) &&
	    report_set_time(o, "not_after", f->not_after))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
differences_json(const struct sight *s)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LINES; i++)
		if (differs(s, i))
			(void)json_array_append_new(
			    list, json_string(lines[i].name));
	return list;
}

static json_t *
sight_json(const struct sight *s)
{
	json_t *o = review_row(&s->review);

	if (o == NULL || !report_set(o, "phrase", s->harvest->phrase) ||
	    !report_set(o, "yes", effect(s)) ||
	    !report_set(
		o, "advice", reason_advice(s->review.row.reason.code)) ||
	    json_object_set_new(o, "waits", facts_json(&s->at[WAITS])) != 0 ||
	    json_object_set_new(o, "signer", facts_json(&s->at[SIGNER])) != 0 ||
	    json_object_set_new(o, "published",
		s->published ? facts_json(&s->at[PUBLISHED]) : json_null()) !=
		0 ||
	    json_object_set_new(o, "differs", differences_json(s)) != 0) {
		json_decref(o);
		o = NULL;
	}
	return o;
}

enum outcome
review_show(struct report *r, struct reason *why)
{
	struct sight *s = calloc(1, sizeof *s);
	enum outcome o;

	if (s == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = sight_read(r, s, why);
	if (o == DONE && r->options->json)
		report_row_print(r, sight_json(s));
	else if (o == DONE)
		sight_text(s);
	sight_clear(s);
	free(s);
	return o;
}
