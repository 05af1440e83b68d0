#include "cli/order.h"

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

/* NOTHING: there was nothing to do, which is as good. */
static int
tell_end(const json_t *state, const char *done)
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
		tell(done, state);
		return EX_OK;
	}
	/* What was only observed, too, is not what was asked for. */
	status = cli_fail(o, &why);
	return status == EX_OK ? EX_NOPERM : status;
}

/* Ask until it has ended, or for so many seconds. */
static int
wait_for(
    const struct cli *cli, json_int_t order, int64_t seconds, const char *done)
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
			status = tell_end(state, done);
			break;
		}
		if (clock_ms() >= until) {
			tell("not yet: it stays to be done and is tried on",
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

/* What stands on the command line. */
struct wish {
	const char *note, *argument;
	int64_t seconds, number;
	bool option;
};

static bool
number_read(const char *s, int64_t most, int64_t *out)
{
	char *end = NULL;
	long long n = strtoll(s, &end, 10);

	if (*end != '\0' || end == s || n < 0 || n > most)
		return false;
	*out = n;
	return true;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, const struct order_verb *v, struct wish *w)
{
	const struct option options[] = {{"note", required_argument, NULL, 'n'},
	    {"wait", required_argument, NULL, 'w'},
	    {"help", no_argument, NULL, 'h'},
	    {v->option, no_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
	bool fine;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		fine = c == 'n' || c == 'o';
		if (c == 'n')
			w->note = optarg;
		else if (c == 'o')
			w->option = true;
		else if (c == 'w')
			fine = number_read(optarg, WAIT_MAX, &w->seconds);
		if (!fine) {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	if (optind != argc - 1)
		return cli_usage(argv[0], false);
	w->argument = argv[optind];
	if (v->number && !number_read(w->argument, INT64_MAX, &w->number))
		return cli_usage(argv[0], false);
	return EX_OK;
}

int
order_run(
    const struct cli *cli, int argc, char **argv, const struct order_verb *v)
{
	struct wish w = {.note = "", .seconds = WAIT};
	json_t *members, *answer = NULL;
	json_int_t order;
	int status = options_read(argc, argv, v, &w);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	members = v->number
	    ? json_pack(
		  "{s:s, s:I}", "note", w.note, "entry", (json_int_t)w.number)
	    : json_pack("{s:s, s:s}", "note", w.note, "address", w.argument);
	if (w.option)
		(void)json_object_set_new(members, v->member, json_true());
	status = ask_publisher_give(cli, argv[0], members, &answer);
	if (status != EX_OK)
		return status;
	order = json_integer_value(json_object_get(answer, "order"));
	json_decref(answer);
	return wait_for(cli, order, w.seconds, v->done);
}
