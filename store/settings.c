#include "store/settings.h"

/* How long something is kept: a day to a hundred years. */
#define KEEP_MIN 86400
#define KEEP_MAX (36500LL * 86400)

static const struct setting rows[] = {
    {
	.section = "store",
	.name = "path",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/store.db",
    },
    {
	.section = "store",
	.name = "size",
	.kind = SETTING_SIZE,
	.fallback = "4G",
	.min = 4 * 1024 * 1024,
	.max = 1024LL * 1024 * 1024 * 1024,
    },
    {
	.section = "store",
	.name = "keep_notes",
	.kind = SETTING_DURATION,
	.fallback = "30d",
	.min = KEEP_MIN,
	.max = KEEP_MAX,
    },
    {
	.section = "store",
	.name = "keep_decided",
	.kind = SETTING_DURATION,
	.fallback = "90d",
	.min = KEEP_MIN,
	.max = KEEP_MAX,
    },
    {
	.section = "store",
	.name = "keep_held",
	.kind = SETTING_DURATION,
	.fallback = "180d",
	.min = KEEP_MIN,
	.max = KEEP_MAX,
    },
    {
	.section = "store",
	.name = "keep_walks",
	.kind = SETTING_DURATION,
	.fallback = "90d",
	.min = KEEP_MIN,
	.max = KEEP_MAX,
    },
    {
	.section = "store",
	.name = "keep_journal",
	.kind = SETTING_DURATION,
	.fallback = "730d",
	.min = KEEP_MIN,
	.max = KEEP_MAX,
    },
};

struct setting_rows
store_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
