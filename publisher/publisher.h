#ifndef PUBLISHER_PUBLISHER_H
#define PUBLISHER_PUBLISHER_H

#include <stdbool.h>

/*
 * The directory-facing program: takes harvests out of the spools, decides
 * on them one at a time, has them written to the directory, and answers at
 * the control socket.  Settings at path, NULL for the default; debug logs
 * everything to the standard error.  Returns the exit status (sysexits.h).
 */
int publisher_run(const char *path, bool debug);

/* Check the settings, telling the standard error what is wrong. */
int publisher_check(const char *path);

#endif
