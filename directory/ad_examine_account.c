#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "directory/ad_examine.h"
#include "directory/keytab.h"

#define SECRET_MAX (64u * 1024)
#define SIDS_ASKED 64 /* in one filter; who we are is the first of them */
#define FILTER_SIZE (SIDS_ASKED * (3 * SECURITY_SID + 16) + 64)

/* In the order of the choices of directory.bind: GSSAPI first. */
enum { GSSAPI };
static const char *const secrets[] = {"keytab", "password_file", "key_file"};

static bool
is_gssapi(const struct examination *x)
{
	return settings_choice(x->ad->settings, "directory", "bind") == GSSAPI;
}

/* All keys of the first principal, whose newest counts. */
static void
look_at_keys(struct examination *x, const char *path, const struct keytab *k)
{
	const char *user = settings_peek(x->ad->settings, "directory", "user");
	const struct keytab_entry *first = &k->list[0], *e;
	char names[128] = "";
	bool good = false;
	size_t n;

	for (unsigned i = 0; i < k->n; i++) {
		e = &k->list[i];
		if (strcmp(e->principal, first->principal) != 0 ||
		    e->version < x->version)
			continue;
		if (e->version > x->version)
			names[0] = '\0';
		x->version = e->version;
		good |= keytab_encryption_is_good(e->encryption);
		n = strlen(names);
		snprintf(names + n, sizeof names - n, "%s%s", n > 0 ? ", " : "",
		    keytab_encryption_name(e->encryption));
	}
	findings_add(x->out, good ? FINDING_KEYTAB_OK : FINDING_KEYTAB_WEAK,
	    "%s: %s, key version %u, %s", path, first->principal, x->version,
	    names);
	if (user[0] != '\0' && strcasecmp(user, first->principal) != 0)
		findings_add(x->out, FINDING_KEYTAB_OTHER,
		    "directory.user is %s, the keytab is of %s", user,
		    first->principal);
}

static void
look_at_keytab(struct examination *x, const char *path, struct span file)
{
	struct reason why;
	struct keytab k;

	if (keytab_parse(file, &k, &why) == DONE)
		look_at_keys(x, path, &k);
	else
		findings_add(
		    x->out, FINDING_KEYTAB_BAD, "%s: %s", path, why.text);
}

void
ad_examine_secret(struct examination *x)
{
	const char *name =
	    secrets[settings_choice(x->ad->settings, "directory", "bind")];
	const char *path = settings_peek(x->ad->settings, "directory", name);
	struct bytes secret = {.len = 0};
	struct reason why, bad;
	enum outcome o = file_read(path, SECRET_MAX, &secret, &why);

	if (o == NOTHING)
		(void)!reason_set(&bad, REASON_DIRECTORY_AUTH,
		    "directory.%s %s: no such file", name, path);
	else if (o != DONE)
		(void)!reason_set(&bad, REASON_DIRECTORY_AUTH,
		    "directory.%s: %s", name, why.text);
	if (o != DONE)
		findings_add_reason(x->out, FINDING_SECRET_BAD, &bad);
	else if (is_gssapi(x))
		look_at_keytab(x, path, span_bytes(&secret));
	else
		findings_add(x->out, FINDING_SECRET_OK,
		    "directory.%s %s can be read", name, path);
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.len);
	bytes_clear(&secret);
}

/* Groups whose members own the domain, or can take it: well-known SIDs of
 * [MS-DTYP] 2.4.2.4. */
static const struct {
	const char *start, *end, *name;
} powers[] = {
    {"S-1-5-21-", "-512", "Domain Admins"},
    {"S-1-5-21-", "-516", "Domain Controllers"},
    {"S-1-5-21-", "-518", "Schema Admins"},
    {"S-1-5-21-", "-519", "Enterprise Admins"},
    {"S-1-5-21-", "-520", "Group Policy Creator Owners"},
    {"S-1-5-21-", "-526", "Key Admins"},
    {"S-1-5-21-", "-527", "Enterprise Key Admins"},
    {"S-1-5-32-544", "", "Administrators"},
    {"S-1-5-32-548", "", "Account Operators"},
    {"S-1-5-32-549", "", "Server Operators"},
    {"S-1-5-32-550", "", "Print Operators"},
    {"S-1-5-32-551", "", "Backup Operators"},
};

static const char *
power_of(const char *sid)
{
	size_t len = strlen(sid), end;

	for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
		end = strlen(powers[i].end);
		if (strncmp(sid, powers[i].start, strlen(powers[i].start)) ==
			0 &&
		    len > end && strcmp(sid + len - end, powers[i].end) == 0 &&
		    (end > 0 || strcmp(sid, powers[i].start) == 0))
			return powers[i].name;
	}
	return NULL;
}

static void
look_at_groups(struct examination *x)
{
	char sid[SECURITY_SID_TEXT];
	const char *power;
	bool any = false;

	for (unsigned i = 0; i < x->token.n; i++) {
		security_sid_show((struct span){x->token.sids[i].octets,
				      x->token.sids[i].len},
		    sid);
		power = power_of(sid);
		if (power == NULL)
			continue;
		any = true;
		findings_add(x->out, FINDING_WHO_POWERFUL,
		    "the account is a member of %s (%s)", power, sid);
	}
	if (!any && x->token.n > 0)
		findings_add(x->out, FINDING_WHO_GROUPS_OK,
		    "in no group that rules the domain");
}

static void
make_filter(const struct examination *x, char out[FILTER_SIZE])
{
	int n = snprintf(out, FILTER_SIZE, "(&(objectClass=user)(|");

	for (unsigned i = 0; i < x->token.n && i < SIDS_ASKED; i++) {
		n += snprintf(out + n, FILTER_SIZE - (size_t)n, "(objectSid=");
		for (size_t j = 0; j < x->token.sids[i].len; j++)
			n += snprintf(out + n, FILTER_SIZE - (size_t)n,
			    "\\%02x", x->token.sids[i].octets[j]);
		n += snprintf(out + n, FILTER_SIZE - (size_t)n, ")");
	}
	snprintf(out + n, FILTER_SIZE - (size_t)n, "))");
}

static void
look_at_version(struct examination *x, LDAPMessage *e)
{
	char text[32];
	unsigned domain;

	ad_get_string(x->ad, e, "msDS-KeyVersionNumber", text, sizeof text);
	if (x->version == 0 || sscanf(text, "%u", &domain) != 1)
		return;
	findings_add(x->out,
	    domain == x->version ? FINDING_KEYTAB_VERSION_OK
				 : FINDING_KEYTAB_OLD,
	    "key version %u in the keytab, %u in the domain", x->version,
	    domain);
}

void
ad_examine_account(struct examination *x)
{
	static const char *const attributes[] = {
	    "sAMAccountName", "msDS-KeyVersionNumber", NULL};
	LDAPMessage *result = NULL, *e = NULL;
	char filter[FILTER_SIZE], name[128];
	struct reason why;
	char *dn;

	reason_clear(&why);
	make_filter(x, filter);
	if (x->token.n > 0)
		e = ad_examine_first(x, x->domain, LDAP_SCOPE_SUBTREE, filter,
		    attributes, &result, &why);
	dn = e != NULL ? ldap_get_dn(x->ad->ld, e) : NULL;
	if (dn != NULL) {
		snprintf(x->account, sizeof x->account, "%s", dn);
		ad_get_string(x->ad, e, "sAMAccountName", name, sizeof name);
		findings_add(x->out, FINDING_WHO_OK, "%s, %s", name, dn);
		look_at_version(x, e);
	} else
		findings_add(x->out, FINDING_WHO_UNKNOWN,
		    "the server does not say who we are%s%s",
		    why.text[0] != '\0' ? ": " : "", why.text);
	ldap_memfree(dn);
	ldap_msgfree(result);
	look_at_groups(x);
}
