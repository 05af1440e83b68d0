#include "base/limits.h"
#include "milter/settings.h"

static const struct setting rows[] = {
    {
	/* unix:PATH, a path, inet:PORT@HOST or inet:HOST:PORT */
	.section = "milter",
	.name = "socket",
	.kind = SETTING_STRING,
	.fallback = "unix:" RUNSTATEDIR "/certharvest-milter/milter.sock",
    },
    {
	/* octal; who may connect must be able to write to it */
	.section = "milter",
	.name = "socket_mode",
	.kind = SETTING_STRING,
	.fallback = "0660",
    },
    {
	/* empty: our own */
	.section = "milter",
	.name = "socket_group",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	.section = "milter",
	.name = "lock_file",
	.kind = SETTING_PATH,
	.fallback = RUNSTATEDIR "/certharvest-milter/lock",
    },
    {
	.section = "milter",
	.name = "backlog",
	.kind = SETTING_INTEGER,
	.fallback = "1024",
	.min = 1,
	.max = 4096,
    },
    {
	.section = "milter",
	.name = "max_sessions",
	.kind = SETTING_INTEGER,
	.fallback = "250",
	.min = 1,
	.max = 10000,
    },
    {
	.section = "milter",
	.name = "io_timeout",
	.kind = SETTING_DURATION,
	.fallback = "10m",
	.min = 10,
	.max = 7200,
    },
    {
	.section = "milter",
	.name = "drain",
	.kind = SETTING_DURATION,
	.fallback = "60s",
	.min = 3,
	.max = 3600,
    },
    {
	.section = "milter",
	.name = "own_networks",
	.kind = SETTING_LIST,
    },
    {
	.section = "milter",
	.name = "candidate_memory",
	.kind = SETTING_SIZE,
	.fallback = "64M",
	.min = LIMIT_MESSAGE_MEMORY,
	.max = 4LL * 1024 * 1024 * 1024,
    },
    {
	.section = "milter",
	.name = "candidate_bytes",
	.kind = SETTING_SIZE,
	.fallback = "512M",
	.min = LIMIT_MESSAGE_MEMORY,
	.max = 64LL * 1024 * 1024 * 1024,
    },
    {
	.section = "milter",
	.name = "temporary_folder",
	.kind = SETTING_PATH,
	.fallback = "/var/tmp",
    },
    {
	/* 0: every signature is verified */
	.section = "milter",
	.name = "known_entries",
	.kind = SETTING_INTEGER,
	.fallback = "65536",
	.min = 0,
	.max = 1048576,
    },
    {
	/* the process that speaks with mail servers */
	.section = "milter",
	.name = "confine",
	.kind = SETTING_BOOLEAN,
	.fallback = "true",
    },
    {
	.section = "milter",
	.name = "metrics_file",
	.kind = SETTING_PATH,
	.fallback = "",
    },
};

struct setting_rows
milter_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
