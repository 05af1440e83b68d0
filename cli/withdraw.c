#include "cli/order.h"

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
	static const struct order_verb undo = {.done = "undone",
	    .option = "dry-run",
	    .member = "dry_run",
	    .number = true};

	return order_run(cli, argc, argv, &undo);
}
