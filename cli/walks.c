#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/follow.h"

#define SHOWN 100 /* walks, of which the store keeps fewer */

static bool
number_read(const char *s, int64_t *out)
{
	char *end = NULL;
	long long n = strtoll(s, &end, 10);

	if (end == s || *end != '\0' || n < 1)
		return false;
	*out = n;
	return true;
}

static int
cancel(const struct cli *cli, int64_t id)
{
	json_t *answer = NULL;
	int status;

	status = ask_publisher_give(cli, "walk-cancel",
	    json_pack("{s:I}", "walk", (json_int_t)id), &answer);
	if (status == EX_OK)
		puts("it ends before the next contact");
	json_decref(answer);
	return status;
}

static void
walk_visit(void *arg, const struct store_walk *w)
{
	const struct report *r = arg;

	follow_tell(w, r->options->json ? FOLLOW_JSON : FOLLOW_TEXT);
}

static enum outcome
walks_report(struct report *r, struct reason *why)
{
	return store_walks_visit(r->store, SHOWN, walk_visit, r, why);
}

int
verb_walks(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"cancel", required_argument, NULL, 'x'},
	    {"csv", no_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},
	    {"lines", required_argument, NULL, 'l'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct follow follow = {.wait = 0};
	struct report_options report = {.json = false};
	int64_t cancelled = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c' || c == 'j')
			follow.form = c == 'c' ? FOLLOW_CSV : FOLLOW_JSON;
		else if ((c != 'l' || !number_read(optarg, &follow.walk)) &&
		    (c != 'x' || !number_read(optarg, &cancelled)))
			return cli_usage(argv[0], c == 'h');
	}
	if (optind != argc || (follow.walk != 0 && cancelled != 0) ||
	    (follow.form == FOLLOW_CSV && follow.walk == 0))
		return cli_usage(argv[0], false);
	if (cancelled != 0)
		return cancel(cli, cancelled);
	if (follow.walk != 0)
		return follow_walk(cli, &follow);
	report.json = follow.form == FOLLOW_JSON;
	return report_run(cli, &report, walks_report);
}
