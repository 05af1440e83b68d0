#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/settings.h"
#include "config/check.h"
#include "config/config.h"
#include "config/settings.h"
#include "directory/settings.h"
#include "judge/settings.h"
#include "milter/settings.h"
#include "pki/settings.h"
#include "publisher/settings.h"
#include "spool/settings.h"
#include "store/settings.h"

const char *
config_default_path(void)
{
	return SYSCONFDIR "/certharvest.conf";
}

enum outcome
config_read(const char *path, settings_complain *complain, void *arg,
    struct settings **out, struct reason *why)
{
	const struct setting_rows tables[] = {
	    config_settings(),
	    pki_settings(),
	    judge_settings(),
	    milter_settings(),
	    spool_settings(),
	    store_settings(),
	    directory_settings(),
	    publisher_settings(),
	    cli_settings_rows(),
	};
	struct settings *s = NULL;
	enum outcome o;

	if (!path && access(config_default_path(), F_OK) == 0)
		path = config_default_path();
	else if (path && path[0] == '\0')
		path = NULL;
	o = settings_read(path, tables, sizeof(tables) / sizeof(tables[0]),
	    complain, arg, &s, why);
	if (o != DONE)
		goto out;
	o = config_check(s, complain, arg, why);
	if (o != DONE)
		goto out;
	*out = s;
	s = NULL; /* the caller owns it now */
out:
	settings_free(s);
	return o;
}

void
config_complain_stderr(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

void
config_log_open(const struct settings *s, const char *program)
{
	/* in the order of the choices of log.target and log.level */
	enum { AUTO, STDERR, SYSLOG };
	static const int levels[] = {
	    LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG};
	unsigned target = settings_choice(s, "log", "target");

	if (target == AUTO)
		target = log_journal_reads() || isatty(STDERR_FILENO) ? STDERR
								      : SYSLOG;
	log_open(program, target == STDERR ? LOG_TO_STDERR : LOG_TO_SYSLOG,
	    levels[settings_choice(s, "log", "level")]);
}
