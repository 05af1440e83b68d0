#include "cli/review.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "publisher/reviewing.h"

/*
 * What waits for a human.  Looking is done without the publisher; a yes or a
 * no goes to it, which alone writes the store.
 */
json_t *
review_row(const struct store_review *r)
{
	json_t *o = report_row(&r->row);

	if (o != NULL && report_set_time(o, "held", r->held) &&
	    report_set(o, "subject", r->subject) &&
	    report_set(o, "issuer", r->issuer) &&
	    report_set(o, "authority", r->authority) &&
	    json_object_set_new(o, "seen", json_integer(r->seen)) == 0 &&
	    json_object_set_new(o, "approvable",
		json_boolean(reviewing_may_approve(r->row.reason.code))) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static void
row_visit(void *arg, const struct store_review *r)
{
	struct report *p = arg;

	if (p->options->json) {
		report_row_print(p, review_row(r));
		return;
	}
	printf("%.*s  %s  %s  %s\n", STORE_SHORT, r->row.id,
	    report_time(r->held != 0 ? r->held : r->row.changed),
	    report_quote(r->row.address), reason_name(r->row.reason.code));
	if (r->issuer[0] != '\0') {
		printf("    %s", report_quote(r->subject));
		printf(" of %s\n", report_quote(r->issuer));
	}
	if (r->row.reason.text[0] != '\0')
		printf("    %s\n", report_quote(r->row.reason.text));
}

static enum outcome
list_report(struct report *r, struct reason *why)
{
	const struct review *v = r->options->own;

	if (v->rejected)
		return store_review_rejected(
		    r->store, &v->filter, r->options->limit, row_visit, r, why);
	return store_review_held(
	    r->store, &v->filter, r->options->limit, row_visit, r, why);
}

static json_t *
members_of(const struct review *v)
{
	if (v->number != NULL)
		return json_pack(
		    "{s:s, s:s}", "id", v->number, "note", v->note);
	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "reason",
	    v->filter.reason, "domain", v->filter.domain, "issuer",
	    v->filter.issuer, "note", v->note, "dry_run", (int)v->dry_run);
}

static int
say(const struct cli *cli, const char *request, const struct review *v)
{
	json_t *answer = NULL;
	struct reason words;
	const char *text;
	int status;

	status = ask_publisher_give(cli, request, members_of(v), &answer);
	if (status != EX_OK)
		return status;
	text = json_string_value(json_object_get(answer, "text"));
	/* As cli/rules.c: who answers is not root. */
	(void)!reason_set(
	    &words, REASON_OK, "%s", text != NULL ? text : "done");
	puts(words.text);
	json_decref(answer);
	return EX_OK;
}

/* A value for the filter; false: it is longer than any, or empty, which would
 * match all. */
static bool
take(char *out, size_t size)
{
	return optarg[0] != '\0' &&
	    (size_t)snprintf(out, size, "%s", optarg) < size;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, struct review *v, struct report_options *o)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"rejected", no_argument, NULL, 'R'},
	    {"dry-run", no_argument, NULL, 'y'},
	    {"limit", required_argument, NULL, 'l'},
	    {"note", required_argument, NULL, 'n'},
	    {"reason", required_argument, NULL, 'r'},
	    {"domain", required_argument, NULL, 'd'},
	    {"issuer", required_argument, NULL, 'i'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	bool fits = true;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j')
			o->json = true;
		else if (c == 'R')
			v->rejected = v->lists = true;
		else if (c == 'y')
			v->dry_run = true;
		else if (c == 'l') {
			v->lists = true;
			fits = fits && report_limit(optarg, &o->limit);
		} else if (c == 'n')
			v->note = optarg;
		else if (c == 'r')
			fits = fits &&
			    take(v->filter.reason, sizeof v->filter.reason);
		else if (c == 'd')
			fits = fits &&
			    address_domain(span_str(optarg), v->filter.domain,
				NULL) == DONE;
		else if (c == 'i')
			fits = fits &&
			    take(v->filter.issuer, sizeof v->filter.issuer);
		else {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	return fits ? EX_OK : cli_usage(argv[0], false);
}

static bool
is_filtered(const struct review *v)
{
	return v->filter.reason[0] != '\0' || v->filter.domain[0] != '\0' ||
	    v->filter.issuer[0] != '\0';
}

int
verb_review(const struct cli *cli, int argc, char **argv)
{
	struct review v = {.note = ""};
	struct report_options o = {.limit = 100, .own = &v};
	int status = options_read(argc, argv, &v, &o);
	const char *what;

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	if (argc == optind)
		return report_run(cli, &o, list_report);
	if (argc - optind > 2)
		return cli_usage(argv[0], false);
	what = argv[optind];
	v.number = argc - optind == 2 ? argv[optind + 1] : NULL;
	if (strcmp(what, "show") == 0 && v.number != NULL)
		return report_run(cli, &o, review_show);
	/* One, or what the filter matches; nothing that was said is left out,
	 * as more would be decided than was meant. */
	if ((v.number != NULL) == is_filtered(&v) || v.lists ||
	    (v.number != NULL && v.dry_run))
		return cli_usage(argv[0], false);
	if (strcmp(what, "approve") == 0)
		return say(cli, "review-approve", &v);
	if (strcmp(what, "reject") == 0)
		return say(cli, "review-reject", &v);
	return cli_usage(argv[0], false);
}
