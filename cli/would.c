#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/csv.h"
#include "cli/report.h"
#include "store/observed.h"

#define ALL 1000000 /* rows */
#define COLUMNS 7

enum form { FORM_TEXT, FORM_CSV, FORM_JSON };

struct would {
	struct report *report;
	enum form form;
	char address[ADDRESS_SIZE]; /* the last one */
	int64_t addresses, contacts;
};

static void
row_csv(const struct store_observed *o)
{
	const char *const fields[COLUMNS] = {o->address, o->dn, o->object,
	    o->certificate, o->plan, report_time(o->looked), o->message_id};
	static char text[CSV_SIZE(COLUMNS)];

	puts(csv_line(fields, COLUMNS, text, sizeof text));
}

static json_t *
row_json(const struct store_observed *o)
{
	json_t *row = json_object();

	if (row != NULL && report_set(row, "address", o->address) &&
	    report_set(row, "dn", o->dn) &&
	    report_set(row, "object", o->object) &&
	    report_set(row, "certificate.sha256", o->certificate) &&
	    report_set(row, "plan", o->plan) &&
	    report_set_time(row, "looked", o->looked) &&
	    report_set(row, "message_id", o->message_id))
		return row;
	json_decref(row);
	return NULL;
}

static void
row_text(const struct store_observed *o)
{
	printf("%s  %s\n", report_quote(o->address),
	    o->object[0] == '\0' ? "a new contact" : report_quote(o->dn));
	printf("    %s\n", report_quote(o->plan));
	printf("    looked at %s, for mail %s\n", report_time(o->looked),
	    report_quote(o->message_id));
}

static void
row_visit(void *arg, const struct store_observed *o)
{
	struct would *w = arg;

	if (strcmp(w->address, o->address) != 0) {
		memcpy(w->address, o->address, sizeof w->address);
		w->addresses++;
		w->contacts += o->object[0] == '\0';
	}
	if (w->form == FORM_JSON)
		report_row_print(w->report, row_json(o));
	else if (w->form == FORM_CSV)
		row_csv(o);
	else
		row_text(o);
}

static enum outcome
would_report(struct report *r, struct reason *why)
{
	struct would w = {
	    .report = r, .form = *(const enum form *)r->options->own};
	enum outcome o;

	if (w.form == FORM_CSV)
		puts("address,dn,object,certificate,plan,looked,message_id");
	o = store_observed_visit(
	    r->store, r->options->limit, row_visit, &w, why);
	if (o == DONE && w.form == FORM_TEXT)
		printf("%" PRId64 " addresses, %" PRId64 " of them new "
		       "contacts\n",
		    w.addresses, w.contacts);
	return o;
}

int
verb_would(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"csv", no_argument, NULL, 'c'},
	    {"json", no_argument, NULL, 'j'},
	    {"limit", required_argument, NULL, 'l'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	enum form form = FORM_TEXT;
	struct report_options report = {.limit = ALL, .own = &form};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c' && form == FORM_TEXT)
			form = FORM_CSV;
		else if (c == 'j' && form == FORM_TEXT)
			form = FORM_JSON;
		else if (c != 'l' || !report_limit(optarg, &report.limit))
			return cli_usage(argv[0], c == 'h');
	}
	if (optind < argc)
		return cli_usage(argv[0], false);
	report.json = form == FORM_JSON;
	return report_run(cli, &report, would_report);
}
