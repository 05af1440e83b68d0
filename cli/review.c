#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/report.h"
#include "publisher/reviewing.h"
#include "store/review.h"

/*
 * What waits for a human.  Looking is done without the publisher; a yes or a
 * no goes to it, which alone writes the store.
 */
struct review {
	bool rejected;
	struct store_review_filter filter;
	const char *note;
};

static json_t *
row_json(const struct store_review *r)
{
	json_t *o = report_row(&r->row);

	if (o != NULL && report_set_time(o, "held", r->held) &&
	    report_set(o, "subject", r->subject) &&
	    report_set(o, "issuer", r->issuer) &&
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
		report_row_print(p, row_json(r));
		return;
	}
	printf("%.*s  %s  %s  %s\n", STORE_SHORT, r->row.id,
	    report_time(r->held != 0 ? r->held : r->row.changed),
	    report_quote(r->row.address), reason_name(r->row.reason.code));
	if (r->subject[0] != '\0') {
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

static int
say(const struct cli *cli, const char *request, const char *id,
    const char *note)
{
	json_t *answer = NULL;
	struct reason words;
	const char *text;
	int status;

	status = ask_publisher_give(cli, request,
	    json_pack("{s:s, s:s}", "id", id, "note", note), &answer);
	if (status != EX_OK)
		return status;
	text = json_string_value(json_object_get(answer, "text"));
	(void)!reason_set(
	    &words, REASON_OK, "%s", text != NULL ? text : "done");
	puts(words.text);
	json_decref(answer);
	return EX_OK;
}

int
verb_review(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"rejected", no_argument, NULL, 'r'},
	    {"note", required_argument, NULL, 'n'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct review v = {.note = ""};
	struct report_options o = {.limit = 100, .own = &v};
	const char *what;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j')
			o.json = true;
		else if (c == 'r')
			v.rejected = true;
		else if (c == 'n')
			v.note = optarg;
		else
			return cli_usage(argv[0], c == 'h');
	}
	if (argc == optind)
		return report_run(cli, &o, list_report);
	what = argv[optind];
	if (argc - optind == 2 && strcmp(what, "approve") == 0)
		return say(cli, "review-approve", argv[optind + 1], v.note);
	if (argc - optind == 2 && strcmp(what, "reject") == 0)
		return say(cli, "review-reject", argv[optind + 1], v.note);
	return cli_usage(argv[0], false);
}
