#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"
#include "config/config.h"
#include "publisher/policies.h"

/* What was printed so far: settings come in the order of their sections. */
struct printer {
	const char *section; /* NULL: none yet */
};

static void
print_setting(
    void *arg, const struct setting *row, const char *value, const char *origin)
{
	struct printer *p = arg;
	int width;

	if (p->section == NULL || strcmp(p->section, row->section) != 0) {
		printf("%s%s {\n", p->section == NULL ? "" : "}\n\n",
		    row->section);
		p->section = row->section;
	}
	width = printf("    %s = %s", row->name, value);
	printf("%*s # %s\n", width < 55 ? 55 - width : 0, "", origin);
}

/* In order, but not as anybody should leave it. */
static void
warn_unconfined(const struct settings *s)
{
	static const char *const sections[] = {"judge", "milter"};
	size_t i;

	for (i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (!settings_is(s, sections[i], "confine"))
			fprintf(stderr,
			    "certharvest: warning: %s.confine is off: a fault "
			    "would be open to attack\n",
			    sections[i]);
}

int
verb_config(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"check", no_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	struct printer printer = {NULL};
	struct settings *s = NULL;
	struct reason why;
	bool check = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'c')
			return cli_usage(argv[0], c == 'h');
		check = true;
	}
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = cli_settings(cli, &s);
	if (status != EX_OK)
		return status;
	if (check &&
	    policies_check(s, config_complain_stderr, NULL, &why) != DONE) {
		status = EX_CONFIG;
	} else if (check) {
		puts("The settings are in order.");
		warn_unconfined(s);
	} else {
		settings_visit(s, print_setting, &printer);
		puts("}");
	}
	settings_free(s);
	return status;
}
