#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/settings.h"

/*
 * The one settings file of all programs: joins the rows of every folder
 * and checks what needs more than one of them.
 */

/* Where the file is when nobody says: SYSCONFDIR/certharvest.conf. */
const char *config_default_path(void);

/*
 * Read the file at path; NULL: the default path, where a missing file
 * means all defaults; "": no file, all defaults.  Complaints and outcomes as
 * settings_read() has them.
 */
MUST_CHECK enum outcome config_read(const char *path,
    settings_complain *complain, void *arg, struct settings **out,
    struct reason *why);

/* A complainer for command lines: the line to standard error. */
void config_complain_stderr(void *arg, const char *line);

/*
 * Open the log as the section log says: auto is the standard error where
 * systemd's journal or a terminal reads it, else syslog.  program is
 * borrowed.
 */
void config_log_open(const struct settings *s, const char *program);

#endif
