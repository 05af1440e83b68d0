#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <sysexits.h>

#include "base/settings.h"

/*
 * The verbs of the operator's command.  A verb is a function that gets what
 * stands in front of it on the command line and its own arguments
 * (argv[0] is the verb) and returns the exit status, one of sysexits.h.
 * The table is cli/verbs.def.
 */
struct cli {
	const char *settings_path; /* of -f; NULL: the default */
};

struct verb {
	const char *name;
	const char *synopsis; /* its arguments */
	const char *summary;
	int (*run)(const struct cli *cli, int argc, char **argv);
};

/* One function for each row, in cli/NAME.c. */
#define VERB(name, synopsis, summary)                                          \
	int verb_##name(const struct cli *cli, int argc, char **argv);
#include "cli/verbs.def"
#undef VERB

/*
 * Read the settings for a verb; complaints go to the standard error.  On
 * EX_OK *out is the caller's.
 */
int cli_settings(const struct cli *cli, struct settings **out);

/*
 * Tell the standard error why something did not work and what to do about
 * it; returns the exit status for the outcome.
 */
int cli_fail(enum outcome o, const struct reason *why);

/* Tell how the verb is called; returns EX_USAGE, or EX_OK when asked for. */
int cli_usage(const char *verb, bool asked);

#endif
