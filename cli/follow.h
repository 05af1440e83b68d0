#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "cli/report.h"
#include "store/walks.h"

/*
 * The lines of a walk through the directory, read from the store while the
 * publisher writes them.
 */
enum follow_form { FOLLOW_TEXT, FOLLOW_JSON, FOLLOW_CSV };

struct follow {
	int64_t walk;
	enum follow_form form;
	int64_t wait; /* seconds until it is given up, 0: at once, -1: never */
};

/*
 * Print the lines that are there, then those that come, until the walk has
 * ended or wait is over.  The exit status tells how it ended; EX_TEMPFAIL: it
 * goes on.  Complains itself.
 */
int follow_walk(const struct cli *cli, const struct follow *f);

/*
 * Have the publisher begin a walk by that request, and follow it: the options
 * of the verbs for walks, after argv[0], which is the verb.  Returns the exit
 * status.
 */
int follow_request(
    const struct cli *cli, const char *request, int argc, char **argv);

/* Print one walk, without its lines. */
void follow_tell(const struct store_walk *w, enum follow_form form);

#endif
