#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "cli/ask.h"

#define WAIT 60	      /* seconds, unless --wait says otherwise */
#define WAIT_MAX 3600 /* seconds */
#define PAUSE 250     /* milliseconds between two questions */

/* What became of it, cleaned: who answers is not root. */
static void
tell(const char *what, const json_t *state)
{
	const char *text = json_string_value(json_object_get(state, "text"));
	struct reason words;

	(void)!reason_set(&words, REASON_OK, "%s", text != NULL ? text : "");
	if (words.text[0] == '\0')
		puts(what);
	else
		printf("%s: %s\n", what, words.text);
}

/* NOTHING: nothing of ours stood there, which is as good. */
static int
tell_end(const json_t *state)
{
	const char *name = json_string_value(json_object_get(state, "reason"));
	const char *text = json_string_value(json_object_get(state, "text"));
	enum reason_code code = REASON_PROTOCOL;
	struct reason why;
	enum outcome o;
	int status;

	if (name == NULL || reason_parse(name, &code) != DONE)
		code = REASON_PROTOCOL;
	o = reason_set(&why, code, "%s", text != NULL ? text : "");
	if (o == DONE || code == REASON_UNCHANGED) {
		tell("withdrawn", state);
		return EX_OK;
	}
	/* What was only observed, too, is not what was asked for. */
	status = cli_fail(o, &why);
	return status == EX_OK ? EX_NOPERM : status;
}

/* Ask until it has ended, or for so many seconds. */
static int
wait_for(const struct cli *cli, json_int_t order, int64_t seconds)
{
	const struct timespec pause = {.tv_nsec = PAUSE * 1000000L};
	int64_t until = clock_ms() + 1000 * seconds;
	json_t *state = NULL;
	int status;

	for (;;) {
		status = ask_publisher_give(
		    cli, "order", json_pack("{s:I}", "order", order), &state);
		if (status != EX_OK)
			return status;
		if (json_is_true(json_object_get(state, "ended"))) {
			status = tell_end(state);
			break;
		}
		if (clock_ms() >= until) {
			tell("not yet: it stays to be done and is tried on; "
			     "nothing is published for the address meanwhile",
			    state);
			status = EX_TEMPFAIL;
			break;
		}
		json_decref(state);
		state = NULL;
		(void)nanosleep(&pause, NULL);
	}
	json_decref(state);
	return status;
}

int
verb_withdraw(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"note", required_argument, NULL, 'n'},
	    {"wait", required_argument, NULL, 'w'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	json_t *answer = NULL;
	const char *note = "";
	int64_t seconds = WAIT;
	char *end = NULL;
	json_int_t order;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'w')
			seconds = strtol(optarg, &end, 10);
		else if (c == 'n')
			note = optarg;
		else
			return cli_usage(argv[0], c == 'h');
		if (c == 'w' &&
		    (*end != '\0' || end == optarg || seconds < 0 ||
			seconds > WAIT_MAX))
			return cli_usage(argv[0], false);
	}
	if (optind != argc - 1)
		return cli_usage(argv[0], false);
	status = ask_publisher_give(cli, argv[0],
	    json_pack("{s:s, s:s}", "note", note, "address", argv[optind]),
	    &answer);
	if (status != EX_OK)
		return status;
	order = json_integer_value(json_object_get(answer, "order"));
	json_decref(answer);
	return wait_for(cli, order, seconds);
}
