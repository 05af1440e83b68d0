#include <getopt.h>
#include <stdio.h>

#include "cli/ask.h"

/* The verbs that have the running publisher do something at once. */

static int
order(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	json_t *answer = NULL;
	struct reason words;
	const char *text;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		return cli_usage(argv[0], c == 'h');
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = ask_publisher(cli, argv[0], &answer);
	if (status != EX_OK)
		return status;
	text = json_string_value(json_object_get(answer, "text"));
	/* Root may ask, and who answers is not root: cleaned as reasons are. */
	(void)!reason_set(
	    &words, REASON_OK, "%s", text != NULL ? text : "done");
	puts(words.text);
	json_decref(answer);
	return EX_OK;
}

int
verb_retry(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv);
}

int
verb_reload(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv);
}

int
verb_pause(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv);
}

int
verb_resume(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv);
}
