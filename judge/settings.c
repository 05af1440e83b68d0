#include "base/limits.h"
#include "judge/settings.h"

static const struct setting rows[] = {
    {
	.section = "judge",
	.name = "workers",
	.kind = SETTING_INTEGER,
	.fallback = "4",
	.min = 1,
	.max = 64,
    },
    {
	.section = "judge",
	.name = "message_size",
	.kind = SETTING_SIZE,
	.fallback = "30M",
	.min = 4096,
	.max = LIMIT_MESSAGE,
    },
    {
	/* milliseconds for one question */
	.section = "judge",
	.name = "deadline",
	.kind = SETTING_INTEGER,
	.fallback = "1500",
	.min = 50,
	.max = LIMIT_JUDGE_DEADLINE,
    },
    {
	.section = "judge",
	.name = "messages",
	.kind = SETTING_INTEGER,
	.fallback = "100",
	.min = 1,
	.max = 100000,
    },
    {
	.section = "judge",
	.name = "confine",
	.kind = SETTING_BOOLEAN,
	.fallback = "true",
    },
    {
	.section = "judge",
	.name = "subject_address",
	.kind = SETTING_BOOLEAN,
	.fallback = "false",
    },
    {
	/* whose Authentication-Results are believed; "": nobody's */
	.section = "judge",
	.name = "authserv_id",
	.kind = SETTING_STRING,
	.fallback = "",
    },
};

struct setting_rows
judge_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
