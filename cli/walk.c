#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/follow.h"

/* The verbs that have the publisher walk through the directory. */

#define WAIT_MAX 604800 /* seconds */

enum walk_options { WALK_PLAIN, WALK_ALL /* --all must be there */ };

struct walk_wish {
	struct follow follow;
	bool dry, all;
};

static bool
wait_read(const char *s, int64_t *out)
{
	char *end = NULL;
	long n = strtol(s, &end, 10);

	if (end == s || *end != '\0' || n < 0 || n > WAIT_MAX)
		return false;
	*out = n;
	return true;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, struct walk_wish *w)
{
	static const struct option options[] = {{"all", no_argument, NULL, 'a'},
	    {"csv", no_argument, NULL, 'c'},
	    {"dry-run", no_argument, NULL, 'd'},
	    {"json", no_argument, NULL, 'j'},
	    {"wait", required_argument, NULL, 'w'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'a') {
			w->all = true;
		} else if (c == 'd') {
			w->dry = true;
		} else if (c == 'c' || c == 'j') {
			w->follow.form = c == 'c' ? FOLLOW_CSV : FOLLOW_JSON;
		} else if (c != 'w' || !wait_read(optarg, &w->follow.wait)) {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	return optind == argc ? EX_OK : cli_usage(argv[0], false);
}

/* Begin it, and follow what it finds. */
static int
walk(const struct cli *cli, const char *request, int argc, char **argv,
    enum walk_options kind)
{
	struct walk_wish wish = {.follow = {.wait = -1}};
	json_t *answer = NULL;
	int status = options_read(argc, argv, &wish);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	if (wish.all != (kind == WALK_ALL))
		return cli_usage(argv[0], false);
	status = ask_publisher_give(
	    cli, request, json_pack("{s:b}", "dry_run", wish.dry), &answer);
	if (status != EX_OK)
		return status;
	wish.follow.walk = json_integer_value(json_object_get(answer, "walk"));
	json_decref(answer);
	fprintf(stderr,
	    "certharvest: walk %lld; it goes on when this command is ended, "
	    "see certharvest walks\n",
	    (long long)wish.follow.walk);
	return follow_walk(cli, &wish.follow);
}

int
follow_request(
    const struct cli *cli, const char *request, int argc, char **argv)
{
	return walk(cli, request, argc, argv, WALK_PLAIN);
}

int
verb_adopt(const struct cli *cli, int argc, char **argv)
{
	return walk(cli, argv[0], argc, argv, WALK_PLAIN);
}

int
verb_rollback(const struct cli *cli, int argc, char **argv)
{
	return walk(cli, argv[0], argc, argv, WALK_ALL);
}

int
verb_sweep(const struct cli *cli, int argc, char **argv)
{
	return walk(cli, argv[0], argc, argv, WALK_PLAIN);
}
