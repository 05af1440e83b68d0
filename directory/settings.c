#include "base/limits.h"
#include "directory/settings.h"

static const char *const backends[] = {
    [BACKEND_LDIF] = "ldif", [BACKEND_AD] = "ad", NULL};
/* The words behind the first three are those of a boolean, which it was. */
static const char *const creates[] = {
    "off", "listed", "any", "false", "no", "true", "yes", "on", NULL};
static const char *const names[] = {"certificate", "from", "address", NULL};
static const char *const adopts[] = {"report", "expired", "same_issuer", NULL};
static const char *const exchanges[] = {
    "auto", "plain", "stamp", "update-only", NULL};
static const char *const organizations[] = {"validated", "any", NULL};
static const char *const binds[] = {"gssapi", "simple", "external", NULL};

static const char *const catalogs[] = {"auto", "off", NULL};
static const char *const shadows[] = {
    "report", "remove_ours", "remove_expired", NULL};
static const char *const preferences[] = {"any", "rsa", NULL};

static const struct setting rows[] = {
    {
	.section = "directory",
	.name = "backend",
	.kind = SETTING_CHOICE,
	.fallback = "ldif",
	.choices = backends,
    },
    {
	.section = "directory",
	.name = "file",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/"
				  "contacts.ldif",
    },
    {
	.section = "directory",
	.name = "uri",
	.kind = SETTING_LIST,
    },
    {
	/* instead of uri: its domain controllers are found by DNS */
	.section = "directory",
	.name = "domain",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	.section = "directory",
	.name = "site",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	/* where addresses of other domains of the forest are looked for */
	.section = "directory",
	.name = "global_catalog",
	.kind = SETTING_CHOICE,
	.fallback = "auto",
	.choices = catalogs,
    },
    {
	/* how long a server that failed is left alone at first */
	.section = "directory",
	.name = "return_after",
	.kind = SETTING_DURATION,
	.fallback = "1m",
	.min = 1,
	.max = 86400,
    },
    {
	.section = "directory",
	.name = "bases",
	.kind = SETTING_LIST,
    },
    {
	.section = "directory",
	.name = "create",
	.kind = SETTING_CHOICE,
	.fallback = "any",
	.choices = creates,
    },
    {
	/* domains, addresses, and files of them */
	.section = "directory",
	.name = "create_domains",
	.kind = SETTING_LIST,
    },
    {
	/* addresses, domains, and files of them: exported guests */
	.section = "directory",
	.name = "never_create",
	.kind = SETTING_LIST,
    },
    {
	/* local parts, beside those of directory/noreply.c */
	.section = "directory",
	.name = "noreply_names",
	.kind = SETTING_LIST,
    },
    {
	/* what a new contact is called */
	.section = "directory",
	.name = "name_from",
	.kind = SETTING_CHOICE,
	.fallback = "certificate",
	.choices = names,
    },
    {
	.section = "directory",
	.name = "name_suffix",
	.kind = SETTING_STRING,
	.fallback = "({domain})",
    },
    {
	/* what makes contacts show in address lists */
	.section = "directory",
	.name = "exchange",
	.kind = SETTING_CHOICE,
	.fallback = "auto",
	.choices = exchanges,
    },
    {
	/* whose word it must be */
	.section = "directory",
	.name = "organization_from",
	.kind = SETTING_CHOICE,
	.fallback = "validated",
	.choices = organizations,
    },
    {
	/* templates "name = text {word}" for new contacts */
	.section = "directory",
	.name = "attributes",
	.kind = SETTING_LIST,
    },
    {
	.section = "directory",
	.name = "create_ou",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	/* "domain ...: OU"; the first that names a domain counts */
	.section = "directory",
	.name = "create_ous",
	.kind = SETTING_LIST,
    },
    {
	.section = "directory",
	.name = "bind",
	.kind = SETTING_CHOICE,
	.fallback = "gssapi",
	.choices = binds,
    },
    {
	/* a DN, or user@REALM */
	.section = "directory",
	.name = "user",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	.section = "directory",
	.name = "password_file",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	.section = "directory",
	.name = "keytab",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	/* for hosts whose own krb5.conf is not about this domain */
	.section = "directory",
	.name = "krb5_config",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	/* where the address is looked for; "": the whole domain */
	.section = "directory",
	.name = "search_base",
	.kind = SETTING_STRING,
	.fallback = "",
    },
    {
	/* contacts of somebody else's, never touched; "": none */
	.section = "directory",
	.name = "managed_filter",
	.kind = SETTING_STRING,
	.fallback = DIRECTORY_MANAGED_FILTER,
    },
    {
	/* remembers a refused password, so that nobody is locked out */
	.section = "directory",
	.name = "state_file",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/"
				  "directory.state",
    },
    {
	.section = "directory",
	.name = "starttls",
	.kind = SETTING_BOOLEAN,
	.fallback = "false",
    },
    {
	.section = "directory",
	.name = "ca_file",
	.kind = SETTING_PATH,
	.fallback = "/etc/ssl/certs/ca-certificates.crt",
    },
    {
	/* our own, shown in TLS when the server asks for it */
	.section = "directory",
	.name = "certificate_file",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	.section = "directory",
	.name = "key_file",
	.kind = SETTING_PATH,
	.fallback = "",
    },
    {
	.section = "directory",
	.name = "timeout",
	.kind = SETTING_DURATION,
	.fallback = "15s",
	.min = 1,
	.max = 300,
    },
    {
	.section = "directory",
	.name = "certificates_per_contact",
	.kind = SETTING_INTEGER,
	.fallback = "1",
	.min = 1,
	.max = LIMIT_VALUES,
    },
    {
	.section = "directory",
	.name = "key_change_days",
	.kind = SETTING_INTEGER,
	.fallback = "60",
	.min = 0,
	.max = 3650,
    },
    {
	/* 0: such things are nobody's question */
	.section = "directory",
	.name = "revert_mails",
	.kind = SETTING_INTEGER,
	.fallback = "3",
	.min = 0,
	.max = 1000,
    },
    {
	.section = "directory",
	.name = "revert_days",
	.kind = SETTING_INTEGER,
	.fallback = "7",
	.min = 0,
	.max = 100,
    },
    {
	/* what certharvest adopt takes over of what others published */
	.section = "directory",
	.name = "adopt",
	.kind = SETTING_CHOICE,
	.fallback = "report",
	.choices = adopts,
    },
    {
	.section = "directory",
	/* of a partner's certificates of several kinds */
	.name = "prefer",
	.kind = SETTING_CHOICE,
	.fallback = "any",
	.choices = preferences,
    },
    {
	/* what to do about a stale userSMIMECertificate */
	.section = "directory",
	.name = "shadows",
	.kind = SETTING_CHOICE,
	.fallback = "report",
	.choices = shadows,
    },
    {
	/* until a write stands at every server */
	.section = "directory",
	.name = "replication",
	.kind = SETTING_DURATION,
	.fallback = "15m",
	.min = 0,
	.max = 604800,
    },
    {
	.section = "directory",
	.name = "site_key_file",
	.kind = SETTING_PATH,
	.fallback = LOCALSTATEDIR "/lib/certharvest/publisher/site.key",
    },
};

struct setting_rows
directory_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
