#include "cli/order.h"

#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/report.h"

/* The verbs that leave an order. */

int
verb_withdraw(const struct cli *cli, int argc, char **argv)
{
	static const struct order_verb withdraw = {.done = "withdrawn"};

	return order_run(cli, argc, argv, &withdraw);
}

int
verb_undo(const struct cli *cli, int argc, char **argv)
{
	static const struct order_verb undo = {.done = "undo",
	    .option = "dry-run",
	    .member = "dry_run",
	    .number = true};

	return order_run(cli, argc, argv, &undo);
}

/* Whether it was done: the publisher alone has the key to the digest. */
static int
prove(const struct cli *cli, const char *address)
{
	json_t *answer = NULL;
	const char *at, *tombstone;
	int status;

	status = ask_publisher_give(
	    cli, "forgotten", json_pack("{s:s}", "address", address), &answer);
	if (status != EX_OK)
		return status;
	at = json_string_value(json_object_get(answer, "at"));
	tombstone = json_string_value(json_object_get(answer, "tombstone"));
	if (at == NULL || tombstone == NULL || at[0] == '\0') {
		puts("not forgotten: there is no tombstone of that address");
		status = EX_DATAERR;
	} else {
		printf("forgotten at %s, tombstone %s\n", report_quote(at),
		    report_quote(tombstone));
	}
	json_decref(answer);
	return status;
}

int
verb_forget(const struct cli *cli, int argc, char **argv)
{
	static const struct order_verb forget = {.done = "forgotten",
	    .option = "keep-published",
	    .member = "keep_published"};

	if (argc == 3 && strcmp(argv[1], "--proof") == 0)
		return prove(cli, argv[2]);
	return order_run(cli, argc, argv, &forget);
}
