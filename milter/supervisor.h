#ifndef MILTER_SUPERVISOR_H
#define MILTER_SUPERVISOR_H

#include <stdbool.h>

/*
 * The process that holds lock, listening socket and settings, starts every
 * other one and reads no mail.  SIGHUP reads the settings again and starts a
 * new generation from the binary on disk; SIGTERM and SIGINT drain and end.
 */

/* Run until told to end.  Returns an exit status of sysexits(3). */
int supervisor_run(const char *settings_path, bool debug);

/* Check the settings at path and what they name; complaints go to standard
 * error.  Returns an exit status. */
int supervisor_check(const char *settings_path);

#endif
