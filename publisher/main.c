#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "publisher/publisher.h"

struct arguments {
	const char *settings; /* NULL: the default path */
	bool check;
	bool debug;
};

static int
usage(void)
{
	fputs("usage: certharvest-publisher [-dn] [-f FILE]\n"
	      "  -d       log everything to standard error\n"
	      "  -f FILE  read the settings from FILE\n"
	      "  -n       check the settings and end\n",
	    stderr);
	return EX_USAGE;
}

/* false: they are wrong. */
static bool
read_arguments(int argc, char **argv, struct arguments *a)
{
	int c;

	while ((c = getopt(argc, argv, "df:n")) != -1) {
		switch (c) {
		case 'd':
			a->debug = true;
			break;
		case 'f':
			a->settings = optarg;
			break;
		case 'n':
			a->check = true;
			break;
		default:
			return false;
		}
	}
	return optind == argc;
}

int
main(int argc, char **argv)
{
	struct arguments a = {.settings = NULL};

	if (!read_arguments(argc, argv, &a))
		return usage();
	if (a.check)
		return publisher_check(a.settings);
	return publisher_run(a.settings, a.debug);
}
