#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/report.h"
#include "store/seen.h"

/*
 * Exchange builds its offline address book every 8 hours and Outlook
 * fetches it once a day: by then everybody sees it.
 */
#define OFFLINE_BOOK (int64_t)(32 * 3600)

struct show {
	bool json;
	bool failed;
	json_t *rows; /* with json */
	unsigned n;
};

static void
row_text(const struct store_row *row)
{
	bool due = strcmp(row->state, "due") == 0;

	printf("  %s  %s, %s\n", report_time(row->last_seen),
	    due ? "waits" : row->state, reason_name(row->reason.code));
	if (row->reason.text[0] != '\0')
		printf("    why          %s\n", report_quote(row->reason.text));
	if (row->reason.code != REASON_OK)
		printf(
		    "    what to do   %s\n", reason_advice(row->reason.code));
	if (due)
		printf("    tried        %u times, next not before %s\n",
		    row->tries, report_time(row->due));
	if (row->authentication.dmarc != AUTHENTICATION_UNSAID ||
	    row->authentication.dkim != AUTHENTICATION_UNSAID)
		printf("    mail server  %s\n",
		    report_quote(report_authentication(&row->authentication)));
	printf("    from mail    %s", report_quote(row->message_id));
	printf(", queue id %s\n", report_quote(row->queue_id));
	if (row->certificate[0] != '\0')
		printf("    certificate  sha256 %s\n", row->certificate);
}

static void
row_visit(void *arg, const struct store_row *row)
{
	struct show *s = arg;

	s->n++;
	if (s->json)
		s->failed = s->failed ||
		    json_array_append_new(s->rows, report_row(row)) != 0;
	else
		row_text(row);
}

static void
publication_text(const struct store_publication *p)
{
	printf("published since %s\n", report_time(p->published));
	printf("    certificate  sha256 %s\n", p->certificate);
	printf("    subject      %s\n", report_quote(p->subject));
	printf("    issuer       %s\n", report_quote(p->issuer));
	printf("    valid        %s to %s\n", report_time(p->not_before),
	    report_time(p->not_after));
	printf("    contact      %s\n", report_quote(p->dn));
	printf("    from mail    %s\n", report_quote(p->message_id));
	if (p->shadowed) {
		puts("    hidden       an old userSMIMECertificate of the "
		     "contact hides it from Outlook;");
		printf("                 %s\n", reason_advice(REASON_SHADOWED));
		return;
	}
	printf("    visible      at once in online address lists, in offline "
	       "ones by %s\n",
	    report_time(p->published + OFFLINE_BOOK));
}

/* Whoever signs inside and encrypts outside sends us no certificate to see. */
static void
seen_text(const struct store_seen *s)
{
	printf("    last seen    %s\n", report_time(s->last));
	if (s->encrypted == 0)
		return;
	printf("    encrypts     to us since %s, sends us no renewals since "
	       "then (nobody\n"
	       "                 verified that): %" PRId64
	       " times, the last time %s\n",
	    report_time(s->encrypted_since), s->encrypted,
	    report_time(s->encrypted_last));
}

static json_t *
publication_json(const struct store_publication *p, const struct store_seen *s)
{
	json_t *o = json_object();

	if (o != NULL && report_set_time(o, "published", p->published) &&
	    report_set(o, "certificate.sha256", p->certificate) &&
	    report_set(o, "subject", p->subject) &&
	    report_set(o, "issuer", p->issuer) &&
	    report_set_time(o, "not_before", p->not_before) &&
	    report_set_time(o, "not_after", p->not_after) &&
	    report_set(o, "dn", p->dn) && report_set(o, "object", p->object) &&
	    report_set(o, "message_id", p->message_id) &&
	    report_set_time(o, "offline_by", p->published + OFFLINE_BOOK) &&
	    report_set_time(o, "last_seen", s->last) &&
	    json_object_set_new(
		o, "encrypted", json_integer((json_int_t)s->encrypted)) == 0 &&
	    report_set_time(o, "encrypted_since", s->encrypted_since) &&
	    report_set_time(o, "encrypted_last", s->encrypted_last) &&
	    json_object_set_new(o, "shadowed", json_boolean(p->shadowed)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static enum outcome
published_read(struct store *store, const char *address,
    struct store_publication *p, struct store_seen *seen, struct reason *why)
{
	enum outcome o;

	memset(seen, 0, sizeof *seen);
	o = store_published(store, address, p, why);
	if (o == DONE)
		o = store_seen(store, address, seen, why);
	return o;
}

static enum outcome
show_text(struct store *store, const char *address, unsigned limit,
    struct reason *why)
{
	struct store_publication p;
	struct show s = {.json = false};
	struct store_seen seen;
	enum outcome o;

	printf("%s: ", report_quote(address));
	o = published_read(store, address, &p, &seen, why);
	if (o == DONE) {
		publication_text(&p);
		seen_text(&seen);
	} else if (o == NOTHING)
		puts("not published");
	else
		return o;
	puts("mails, the newest first:");
	o = store_show(store, address, limit, row_visit, &s, why);
	if (o == DONE && s.n == 0)
		puts("  none that was signed was seen from this address");
	return o;
}

static enum outcome
show_json(struct report *r, const char *address, struct reason *why)
{
	struct store *store = r->store;
	struct show s = {.json = true, .rows = json_array()};
	json_t *root = json_object(), *published = NULL;
	struct store_publication p;
	struct store_seen seen;
	enum outcome o;

	o = published_read(store, address, &p, &seen, why);
	if (o == DONE)
		published = publication_json(&p, &seen);
	else if (o == NOTHING)
		published = json_null();
	if (o == DONE || o == NOTHING)
		o = store_show(
		    store, address, r->options->limit, row_visit, &s, why);
	if (s.failed || !report_set(root, "address", address) ||
	    json_object_set(root, "publication", published) != 0 ||
	    json_object_set(root, "mails", s.rows) != 0) {
		json_decref(root);
		root = NULL;
	}
	json_decref(published);
	json_decref(s.rows);
	if (o == DONE)
		report_row_print(r, root);
	else
		json_decref(root);
	return o;
}

static enum outcome
show_report(struct report *r, struct reason *why)
{
	char address[ADDRESS_SIZE];
	enum outcome o;

	o = address_canonical(span_str(r->options->argument), address, why);
	if (o != DONE)
		return o;
	if (r->options->json)
		return show_json(r, address, why);
	return show_text(r->store, address, r->options->limit, why);
}

int
verb_show(const struct cli *cli, int argc, char **argv)
{
	char address[ADDRESS_SIZE];
	struct report_options options;
	struct reason why;
	int status = report_options(argc, argv, REPORT_ARGUMENT, &options);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	/* before anything is opened */
	if (address_canonical(span_str(options.argument), address, &why) !=
	    DONE) {
		fprintf(stderr, "certharvest: %s: %s\n",
		    report_quote(options.argument), why.text);
		return EX_USAGE;
	}
	return report_run(cli, &options, show_report);
}
