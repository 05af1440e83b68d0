#include "cli/settings.h"

static const char *const needs[] = {"work", "anything", NULL};

static const struct setting rows[] = {
    {
	/* nobody: none is sent */
	.section = "digest",
	.name = "to",
	.kind = SETTING_LIST,
    },
    {
	/* empty: certharvest@ and the name of this host */
	.section = "digest",
	.name = "from",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	.section = "digest",
	.name = "every",
	.kind = SETTING_DURATION,
	.fallback = "1d",
	.min = 60,
	.max = 31 * 86400,
    },
    {
	/* for a mail */
	.section = "digest",
	.name = "needs",
	.kind = SETTING_CHOICE,
	.fallback = "work",
	.choices = needs,
    },
    {
	.section = "digest",
	.name = "lines",
	.kind = SETTING_INTEGER,
	.fallback = "20",
	.min = 1,
	.max = 1000,
    },
    {
	.section = "digest",
	.name = "expiring",
	.kind = SETTING_DURATION,
	.fallback = "30d",
	.min = 0,
	.max = 366 * 86400,
    },
    {
	.section = "digest",
	.name = "sendmail",
	.kind = SETTING_PATH,
	.fallback = "/usr/sbin/sendmail",
    },
    {
	.section = "digest",
	.name = "timeout",
	.kind = SETTING_DURATION,
	.fallback = "60s",
	.min = 1,
	.max = 3600,
    },
    {
	.section = "digest",
	.name = "state_file",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/digest.state",
    },
};

struct setting_rows
cli_settings_rows(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
