#include <getopt.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/ask.h"
#include "cli/report.h"

#define TEXT_MAX 1024

/* The string of that name, quoted for a terminal; "" when there is none. */
static const char *
words(const json_t *o, const char *name)
{
	static char text[4][TEXT_MAX];
	static unsigned next;
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : log_quote(s, text[next++ % 4], TEXT_MAX);
}

static long long
number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* What keeps a part of it waiting, and until when. */
static void
gate_text(const char *what, const json_t *gate, bool halted)
{
	const char *name = json_string_value(json_object_get(gate, "reason"));
	enum reason_code code;

	if (halted) {
		printf("%s halted by an administrator; "
		       "certharvest resume lets it go on\n",
		    what);
		return;
	}
	if (name == NULL) {
		printf("%s works\n", what);
		return;
	}
	/* Only the words of the table need no quotes. */
	printf("%s %s: %s, next try in %lld s\n", what, words(gate, "state"),
	    reason_parse(name, &code) == DONE ? name : words(gate, "reason"),
	    number(gate, "next_seconds"));
	printf("             %s\n", words(gate, "text"));
	printf("             %s\n", words(gate, "advice"));
}

static void
status_text(const json_t *a)
{
	const json_t *n = json_object_get(a, "harvests"), *spool;
	size_t i;

	printf("publisher    %s, process %lld, since %s\n", words(a, "version"),
	    number(a, "pid"), words(a, "started"));
	printf("mode         %s\n", words(a, "mode"));
	if (json_is_false(json_object_get(a, "confined")))
		printf("confinement  OFF: judge.confine is false\n");
	gate_text("publishing  ", json_object_get(a, "publishing"),
	    json_is_true(json_object_get(a, "halted")));
	gate_text("store       ", json_object_get(a, "store"), false);
	printf("harvests     %lld due, %lld held, %lld published\n",
	    number(n, "due"), number(n, "held"), number(n, "published"));
	if (number(n, "shadowed") > 0)
		printf("shadowed     %lld of them: an old userSMIMECertificate "
		       "hides them from Outlook\n",
		    number(n, "shadowed"));
	json_array_foreach(json_object_get(a, "spools"), i, spool)
	    printf("spool        %s %s %s\n", words(spool, "path"),
		words(spool, "reason"), words(spool, "text"));
}

int
verb_status(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	json_t *answer = NULL;
	bool json = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j')
			return cli_usage(argv[0], c == 'h');
		json = true;
	}
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = ask_publisher(cli, argv[0], &answer);
	if (status != EX_OK)
		return status;
	if (json) {
		status = report_print(answer);
	} else {
		status_text(answer);
		json_decref(answer);
	}
	return status;
}
