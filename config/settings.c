#include "config/settings.h"

static const char *const targets[] = {"auto", "stderr", "syslog", NULL};
static const char *const levels[] = {
    "error", "warning", "notice", "info", "debug", NULL};

static const struct setting rows[] = {
    {
	/* mail from these is not harvested, contacts never made */
	.section = "site",
	.name = "own_domains",
	.kind = SETTING_LIST,
    },
    {
	/* of people inside, which no contact may bear */
	.section = "site",
	.name = "names",
	.kind = SETTING_LIST,
    },
    {
	.section = "log",
	.name = "target",
	.kind = SETTING_CHOICE,
	.fallback = "auto",
	.choices = targets,
    },
    {
	.section = "log",
	.name = "level",
	.kind = SETTING_CHOICE,
	.fallback = "info",
	.choices = levels,
    },
};

struct setting_rows
config_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
