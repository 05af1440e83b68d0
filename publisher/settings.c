#include "publisher/settings.h"

/* auto: publish into the embedded directory, only observe with another. */
static const char *const modes[] = {"auto", "observe", "publish", NULL};

/* The S/MIME Baseline Requirements' words, in their order. */
static const char *const levels[] = {
    "any", "mailbox", "organization", "sponsor", "individual", NULL};

static const char *const authentications[] = {"none", "dkim", "dmarc", NULL};
static const char *const gateways[] = {"admit", "hold", "refuse", NULL};

/* What the sweep does with ours when no CA that we trust issued it. */
static const char *const untrusted[] = {"report", "withdraw", NULL};

static const struct setting rows[] = {
    {
	.section = "publisher",
	.name = "mode",
	.kind = SETTING_CHOICE,
	.fallback = "auto",
	.choices = modes,
    },
    {
	/* empty: spool.folder alone */
	.section = "publisher",
	.name = "spools",
	.kind = SETTING_LIST,
    },
    {
	.section = "publisher",
	.name = "damaged",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/damaged",
    },
    {
	.section = "publisher",
	.name = "control_socket",
	.kind = SETTING_PATH,
	.fallback = RUNSTATEDIR "/certharvest-publisher/control.sock",
    },
    {
	/* whose members may ask there, besides root */
	.section = "publisher",
	.name = "control_group",
	.kind = SETTING_STRING,
	.fallback = "certharvest-admin",
    },
    {
	/* who may not: the user that reads strangers' mail */
	.section = "publisher",
	.name = "milter_user",
	.kind = SETTING_STRING,
	.fallback = "certharvest-milter",
    },
    {
	.section = "publisher",
	.name = "lock_file",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/lock",
    },
    {
	.section = "publisher",
	.name = "blocked_domains",
	.kind = SETTING_LIST,
    },
    {
	.section = "publisher",
	.name = "allowed_domains",
	.kind = SETTING_LIST,
    },
    {
	/* published while everybody else is observed */
	.section = "publisher",
	.name = "pilot_domains",
	.kind = SETTING_LIST,
    },
    {
	/* what a CA has to vouch for at least */
	.section = "publisher",
	.name = "assurance",
	.kind = SETTING_CHOICE,
	.fallback = "any",
	.choices = levels,
    },
    {
	/* what one counts as that is trusted for some domains alone */
	.section = "publisher",
	.name = "assurance_scoped",
	.kind = SETTING_CHOICE,
	.fallback = "organization",
	.choices = levels,
    },
    {
	/* LEVEL: FINGERPRINT of an anchor */
	.section = "publisher",
	.name = "assurance_of",
	.kind = SETTING_LIST,
    },
    {
	/* by the trusted mail server, of the domain of From: */
	.section = "publisher",
	.name = "authentication",
	.kind = SETTING_CHOICE,
	.fallback = "none",
	.choices = authentications,
    },
    {
	/* mailboxes and certificates that look like a gateway's */
	.section = "publisher",
	.name = "gateways",
	.kind = SETTING_CHOICE,
	.fallback = "admit",
	.choices = gateways,
    },
    {
	/* 0: as many as come */
	.section = "publisher",
	.name = "new_contacts_per_hour",
	.kind = SETTING_INTEGER,
	.fallback = "1000",
	.min = 0,
	.max = 100000,
    },
    {
	.section = "publisher",
	.name = "new_contacts_per_domain",
	.kind = SETTING_INTEGER,
	.fallback = "100",
	.min = 0,
	.max = 100000,
    },
    {
	.section = "publisher",
	.name = "poll",
	.kind = SETTING_DURATION,
	.fallback = "30s",
	.min = 1,
	.max = 3600,
    },
    {
	.section = "publisher",
	.name = "retry_min",
	.kind = SETTING_DURATION,
	.fallback = "30s",
	.min = 1,
	.max = 86400,
    },
    {
	.section = "publisher",
	.name = "retry_max",
	.kind = SETTING_DURATION,
	.fallback = "1h",
	.min = 1,
	.max = 7 * 86400,
    },
    {
	/* held for a human, in all and of one domain */
	.section = "publisher",
	.name = "review_max",
	.kind = SETTING_INTEGER,
	.fallback = "10000",
	.min = 1,
	.max = 1000000,
    },
    {
	.section = "publisher",
	.name = "review_per_domain",
	.kind = SETTING_INTEGER,
	.fallback = "500",
	.min = 1,
	.max = 1000000,
    },
    {
	.section = "publisher",
	.name = "metrics_file",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	.section = "publisher",
	.name = "sweep_untrusted",
	.kind = SETTING_CHOICE,
	.fallback = "report",
	.choices = untrusted,
    },
    {
	/* 0: never */
	.section = "publisher",
	.name = "sweep_idle",
	.kind = SETTING_DURATION,
	.fallback = "365d",
	.min = 0,
	.max = 36500L * 86400,
    },
};

struct setting_rows
publisher_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
