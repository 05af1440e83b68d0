#include "spool/settings.h"

#include "spool/spool.h"

#define FILES_MAX 1000000
#define BYTES_MAX (1024LL * 1024 * 1024 * 1024)

static const struct setting rows[] = {
    {
	.section = "spool",
	.name = "folder",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/spool/certharvest",
    },
    {
	.section = "spool",
	.name = "snapshot",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/snapshot/snapshot.json",
    },
    {
	.section = "spool",
	.name = "files_chained",
	.kind = SETTING_INTEGER,
	.fallback = "20000",
	.min = 1,
	.max = FILES_MAX,
    },
    {
	.section = "spool",
	.name = "files_unchained",
	.kind = SETTING_INTEGER,
	.fallback = "5000",
	.min = 1,
	.max = FILES_MAX,
    },
    {
	.section = "spool",
	.name = "files_notes",
	.kind = SETTING_INTEGER,
	.fallback = "5000",
	.min = 1,
	.max = FILES_MAX,
    },
    {
	.section = "spool",
	.name = "bytes_chained",
	.kind = SETTING_SIZE,
	.fallback = "512M",
	.min = 1024 * 1024,
	.max = BYTES_MAX,
    },
    {
	.section = "spool",
	.name = "bytes_unchained",
	.kind = SETTING_SIZE,
	.fallback = "128M",
	.min = 1024 * 1024,
	.max = BYTES_MAX,
    },
    {
	.section = "spool",
	.name = "bytes_notes",
	.kind = SETTING_SIZE,
	.fallback = "32M",
	.min = 1024 * 1024,
	.max = BYTES_MAX,
    },
    {
	.section = "spool",
	.name = "domain_percent",
	.kind = SETTING_INTEGER,
	.fallback = "10",
	.min = 1,
	.max = 100,
    },
};

struct setting_rows
spool_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}

void
spool_settings_bounds(const struct settings *s, struct spool_bounds *out)
{
	static const char *const names[SPOOL_QUEUES][2] = {
	    [SPOOL_CHAINED] = {"files_chained", "bytes_chained"},
	    [SPOOL_UNCHAINED] = {"files_unchained", "bytes_unchained"},
	    [SPOOL_NOTES] = {"files_notes", "bytes_notes"},
	};
	unsigned q;

	for (q = 0; q < SPOOL_QUEUES; q++) {
		out->files[q] =
		    (uint32_t)settings_number(s, "spool", names[q][0]);
		out->bytes[q] =
		    (uint64_t)settings_number(s, "spool", names[q][1]);
	}
	out->domain_percent =
	    (uint32_t)settings_number(s, "spool", "domain_percent");
}
