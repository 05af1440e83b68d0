#include <config.h>

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/reason.h"
#include "cli/verb.h"
#include "config/config.h"

static const struct verb verbs[] = {
#define VERB(name, synopsis, summary) {#name, synopsis, summary, verb_##name},
#include "cli/verbs.def"
#undef VERB
};

#define N_VERBS (sizeof verbs / sizeof verbs[0])

static const struct verb *
verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < N_VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int
usage(bool asked)
{
	FILE *f = asked ? stdout : stderr;
	size_t i;

	fprintf(f, "usage: certharvest [-f FILE] VERB [ARGUMENTS]\n\n");
	for (i = 0; i < N_VERBS; i++)
		fprintf(f, "  %s %s\n        %s\n", verbs[i].name,
		    verbs[i].synopsis, verbs[i].summary);
	fprintf(f, "\n  -f FILE    the settings file (default: %s)\n",
	    config_default_path());
	return asked ? EX_OK : EX_USAGE;
}

int
cli_usage(const char *verb, bool asked)
{
	const struct verb *v = verb_find(verb);

	if (v == NULL)
		return usage(asked);
	fprintf(asked ? stdout : stderr, "usage: certharvest %s %s\n", v->name,
	    v->synopsis);
	return asked ? EX_OK : EX_USAGE;
}

int
cli_settings(const struct cli *cli, struct settings **out)
{
	struct reason why;

	if (config_read(cli->settings_path, config_complain_stderr, NULL, out,
		&why) != DONE)
		return EX_CONFIG; /* every complaint is told already */
	return EX_OK;
}

int
cli_fail(enum outcome o, const struct reason *why)
{
	/* in the order of enum outcome */
	static const int status[] = {
	    EX_OK, EX_OK, EX_DATAERR, EX_NOPERM, EX_TEMPFAIL, EX_CONFIG};

	fprintf(stderr, "certharvest: %s (%s)\n%s\n", why->text,
	    reason_name(why->code), reason_advice(why->code));
	return why->code == REASON_USAGE ? EX_USAGE : status[o];
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	struct cli cli = {.settings_path = NULL};
	const struct verb *verb;
	int c, status;

	/* "+": what follows the verb is the verb's */
	while ((c = getopt_long(argc, argv, "+f:h", options, NULL)) != -1)
		switch (c) {
		case 'f':
			cli.settings_path = optarg;
			break;
		case 'h':
			return usage(true);
		case 'V':
			puts(PACKAGE_STRING);
			return EX_OK;
		default:
			return usage(false);
		}
	if (optind == argc)
		return usage(false);
	verb = verb_find(argv[optind]);
	if (verb == NULL) {
		fprintf(stderr, "certharvest: no verb \"%s\"\n", argv[optind]);
		return usage(false);
	}
	argc -= optind;
	argv += optind;
	optind = 0; /* glibc: begin anew */
	status = verb->run(&cli, argc, argv);
	if (fflush(stdout) != 0 && status == EX_OK) {
		perror("certharvest: standard output");
		status = EX_IOERR;
	}
	return status;
}
