#include "store/settings.h"

static const struct setting rows[] = {
    {
	.section = "store",
	.name = "path",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/store.db",
    },
};

struct setting_rows
store_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
