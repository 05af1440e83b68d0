#include "pki/mozilla.h"
#include "pki/settings.h"

static const struct setting rows[] = {
    {
	.section = "trust",
	.name = "anchors",
	.kind = SETTING_LIST,
	.fallback = MOZILLA_WORD,
    },
    {
	.section = "trust",
	.name = "mozilla_module",
	.kind = SETTING_STRING,
	.fallback = MOZILLA_MODULE,
    },
    {
	.section = "trust",
	.name = "scoped_anchors",
	.kind = SETTING_LIST,
    },
    {
	.section = "trust",
	.name = "intermediates",
	.kind = SETTING_LIST,
    },
};

struct setting_rows
pki_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
