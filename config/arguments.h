#ifndef CONFIG_ARGUMENTS_H
#define CONFIG_ARGUMENTS_H

#include <stdbool.h>

/*
 * The command line that both daemons share: certharvest-milter(8) and
 * certharvest-publisher(8), [-dn] [-f FILE].
 */
struct arguments {
	const char *settings; /* NULL: the default path */
	bool check;
	bool debug;
};

/* Read the command line; false: it is wrong, see arguments_usage(). */
bool arguments_read(int argc, char **argv, struct arguments *out);

/* Tell standard error how the program is called; returns EX_USAGE. */
int arguments_usage(const char *program);

#endif
