#include "config/arguments.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

bool
arguments_read(int argc, char **argv, struct arguments *out)
{
	int c;

	while ((c = getopt(argc, argv, "df:n")) != -1) {
		switch (c) {
		case 'd':
			out->debug = true;
			break;
		case 'f':
			out->settings = optarg;
			break;
		case 'n':
			out->check = true;
			break;
		default:
			return false;
		}
	}
	return optind == argc;
}

int
arguments_usage(const char *program)
{
	fprintf(stderr,
	    "usage: %s [-dn] [-f FILE]\n"
	    "  -d       log everything to standard error\n"
	    "  -f FILE  read the settings from FILE\n"
	    "  -n       check the settings and end\n",
	    program);
	return EX_USAGE;
}
