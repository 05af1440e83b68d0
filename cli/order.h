#ifndef CLI_ORDER_H
#define CLI_ORDER_H

#include "cli/verb.h"

/*
 * The verbs that have the publisher carry an order out, and wait for how it
 * ends.
 */
struct order_verb {
	const char *done;   /* the word for its good end */
	const char *option; /* one without an argument, or NULL, */
	const char *member; /* which is this one in the request */
	bool number; /* it takes the number of an entry, not an address */
};

/* Read the options --wait, --note and the verb's own, and the argument; put
 * the order and wait. */
int order_run(
    const struct cli *cli, int argc, char **argv, const struct order_verb *v);

#endif
