#include "pki/anchors.h"
#include "pki/settings.h"

static const struct setting rows[] = {
    {
	.section = "trust",
	.name = "anchors",
	.kind = SETTING_PATH,
	.fallback = ANCHORS_DEFAULT,
    },
};

struct setting_rows
pki_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
