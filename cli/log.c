#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/report.h"
#include "store/writes.h"

/*
 * The journal, the newest entry last: what was decided and done, when, by
 * whom, and what of it was written to the directory.
 */
#define ENTRIES 100 /* unless --limit says otherwise */
#define ENTRIES_MAX 1000000

static void
change_text(const struct store_change *c)
{
	if (c->op == STORE_HAD)
		return;
	printf("        %-8s %-11s %s\n", store_op_name(c->op),
	    store_part_name(c->part), report_quote(c->value));
}

static void
entry_text(const struct store_entry *e, const struct store_write *w)
{
	printf("%" PRId64 "  %s  %s  %s\n", e->id, report_time(e->at), e->what,
	    report_quote(e->address));
	if (e->text[0] != '\0')
		printf("        %s\n", report_quote(e->text));
	if (w == NULL)
		return;
	printf("        %s %s\n", w->created ? "made    " : "at      ",
	    report_quote(w->dn));
	if (w->server[0] != '\0')
		printf("        server   %s\n", report_quote(w->server));
	for (unsigned i = 0; i < w->n; i++)
		change_text(&w->changes[i]);
}

static json_t *
changes_json(const struct store_write *w, enum store_op op)
{
	json_t *all = json_array(), *one;

	for (unsigned i = 0; i < w->n; i++) {
		const struct store_change *c = &w->changes[i];

		if (c->op != op)
			continue;
		one = json_object();
		if (one == NULL ||
		    !report_set(one, store_part_name(c->part), c->value) ||
		    json_array_append(all, one) != 0) {
			json_decref(one);
			json_decref(all);
			return NULL;
		}
		json_decref(one);
	}
	return all;
}

static json_t *
write_json(const struct store_write *w)
{
	json_t *o = json_object();

	if (o != NULL && report_set(o, "object", w->object) &&
	    report_set(o, "dn", w->dn) && report_set(o, "server", w->server) &&
	    json_object_set_new(o, "created", json_boolean(w->created)) == 0 &&
	    json_object_set_new(o, "undoes",
		w->undoes == 0 ? json_null() : json_integer(w->undoes)) == 0 &&
	    json_object_set_new(o, "had", changes_json(w, STORE_HAD)) == 0 &&
	    json_object_set_new(o, "removed", changes_json(w, STORE_REMOVED)) ==
		0 &&
	    json_object_set_new(o, "added", changes_json(w, STORE_ADDED)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
entry_json(const struct store_entry *e, const struct store_write *w)
{
	json_t *o = json_object();

	if (o != NULL &&
	    json_object_set_new(o, "entry", json_integer(e->id)) == 0 &&
	    report_set_time(o, "time", e->at) &&
	    report_set(o, "what", e->what) &&
	    report_set(o, "address", e->address) &&
	    report_set(o, "harvest", e->harvest) &&
	    report_set(o, "text", e->text) &&
	    json_object_set_new(
		o, "write", w == NULL ? json_null() : write_json(w)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static void
entry_visit(void *arg, const struct store_entry *e, const struct store_write *w)
{
	struct report *r = arg;

	if (r->options->json)
		report_row_print(r, entry_json(e, w));
	else
		entry_text(e, w);
}

static enum outcome
log_report(struct report *r, struct reason *why)
{
	return store_log(r->store, r->options->own, entry_visit, r, why);
}

static bool
number_read(const char *s, unsigned *out)
{
	char *end = NULL;
	long n = strtol(s, &end, 10);

	if (end == s || *end != '\0' || n < 1 || n > ENTRIES_MAX)
		return false;
	*out = (unsigned)n;
	return true;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(
    int argc, char **argv, struct report_options *r, struct store_log_query *q)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"limit", required_argument, NULL, 'l'},
	    {"since", required_argument, NULL, 's'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j') {
			r->json = true;
		} else if (c == 's' && clock_parse(optarg, &q->since) != DONE) {
			fprintf(stderr,
			    "certharvest: --since %s: not a time as in "
			    "2026-11-23T21:05:00Z\n",
			    report_quote(optarg));
			return EX_USAGE;
		} else if (c != 's' &&
		    (c != 'l' || !number_read(optarg, &q->limit))) {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	return argc - optind <= 1 ? EX_OK : cli_usage(argv[0], false);
}

int
verb_log(const struct cli *cli, int argc, char **argv)
{
	struct store_log_query query = {.limit = ENTRIES};
	struct report_options report = {.own = &query};
	char address[ADDRESS_SIZE];
	struct reason why;
	int status = options_read(argc, argv, &report, &query);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	if (optind < argc) {
		if (address_canonical(span_str(argv[optind]), address, &why) !=
		    DONE) {
			fprintf(stderr, "certharvest: %s: %s\n",
			    report_quote(argv[optind]), why.text);
			return EX_USAGE;
		}
		query.address = address;
	}
	return report_run(cli, &report, log_report);
}
