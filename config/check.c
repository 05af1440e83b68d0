#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/judge_policy.h"
#include "base/scope.h"
#include "base/search_filter.h"
#include "config/check.h"
#include "config/check_create.h"
#include "config/check_digest.h"
#include "config/check_milter.h"
#include "directory/settings.h"
#include "pki/settings.h"

/* directory.bind, in the order of its choices */
enum { GSSAPI, SIMPLE, EXTERNAL };

static bool
is_ad(const struct settings *s)
{
	return settings_choice(s, "directory", "backend") == BACKEND_AD;
}

static bool
is_empty(const struct settings *s, const char *section, const char *name)
{
	return settings_peek(s, section, name)[0] == '\0';
}

static enum outcome
check_uri(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "directory", "uri");

	if (!is_ad(s))
		return DONE;
	if (n == 0 && is_empty(s, "directory", "domain"))
		return settings_object(s, "directory", "uri", why,
		    "backend ad needs at least one server, "
		    "uri = { \"ldaps://dc1.example.com\" }, or the domain "
		    "whose DNS names them");
	if (n > 0 && !is_empty(s, "directory", "domain"))
		return settings_object(s, "directory", "domain", why,
		    "name the servers in uri or the domain, not both");
	for (i = 0; i < n; i++) {
		const char *uri = settings_peek_at(s, "directory", "uri", i);

		if (strncmp(uri, "ldap://", 7) != 0 &&
		    strncmp(uri, "ldaps://", 8) != 0)
			return settings_object(s, "directory", "uri", why,
			    "\"%s\" is not an address of a server; "
			    "write ldap://HOST or ldaps://HOST",
			    uri);
	}
	return DONE;
}

/* Both become part of a name that DNS is asked for. */
static enum outcome
check_domain(const struct settings *s, struct reason *why)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	static const struct {
		const char *name;
		size_t longest;
	} rows[] = {{"domain", 200}, {"site", 63}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *v = settings_peek(s, "directory", rows[i].name);
		size_t len = strlen(v);

		if (len > rows[i].longest || strspn(v, letters) != len ||
		    v[0] == '.' || (len > 0 && v[len - 1] == '.') ||
		    strstr(v, "..") != NULL || (i > 0 && strchr(v, '.')))
			return settings_object(s, "directory", rows[i].name,
			    why, "\"%s\" is no name for DNS", v);
	}
	return DONE;
}

static enum outcome
check_clear(const struct settings *s, struct reason *why)
{
	unsigned bind = settings_choice(s, "directory", "bind");
	size_t i, n = settings_count(s, "directory", "uri");

	if (!is_ad(s) || bind == GSSAPI ||
	    settings_is(s, "directory", "starttls"))
		return DONE;
	for (i = 0; i < n; i++) {
		const char *uri = settings_peek_at(s, "directory", "uri", i);

		if (strncmp(uri, "ldaps://", 8) == 0)
			continue;
		return settings_object(s, "directory", "bind", why,
		    "%s; use ldaps://, starttls = true or bind = gssapi",
		    bind == SIMPLE ? "simple without TLS would show the "
				     "password to the network"
				   : "external needs TLS");
	}
	return DONE;
}

static enum outcome
check_starttls(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "directory", "uri");

	if (!is_ad(s) || !settings_is(s, "directory", "starttls"))
		return DONE;
	for (i = 0; i < n; i++) {
		const char *uri = settings_peek_at(s, "directory", "uri", i);

		if (strncmp(uri, "ldaps://", 8) == 0)
			return settings_object(s, "directory", "starttls", why,
			    "\"%s\" speaks TLS from the start; use ldap:// "
			    "with starttls, or turn starttls off",
			    uri);
	}
	return DONE;
}

static enum outcome
check_bases(const struct settings *s, struct reason *why)
{
	if (is_ad(s) && settings_count(s, "directory", "bases") == 0)
		return settings_object(s, "directory", "bases", why,
		    "backend ad needs the part of the directory that we may "
		    "touch, bases = { \"OU=Partners,DC=example,DC=com\" }");
	return DONE;
}

/* Only a server knows all comparisons. */
static enum outcome
check_managed(const struct settings *s, struct reason *why)
{
	const char *filter = settings_peek(s, "directory", "managed_filter");
	struct reason detail;
	bool local = true;

	if (filter[0] == '\0')
		return DONE;
	if (search_filter_check(filter, &local, &detail) != DONE)
		return settings_object(
		    s, "directory", "managed_filter", why, "%s", detail.text);
	if (!local && !is_ad(s))
		return settings_object(s, "directory", "managed_filter", why,
		    "backend ldif knows (attribute=value), with or without "
		    "stars, and &, | and ! alone");
	return DONE;
}

static enum outcome
check_simple(const struct settings *s, struct reason *why)
{
	if (!is_ad(s) || settings_choice(s, "directory", "bind") != SIMPLE)
		return DONE;
	if (is_empty(s, "directory", "user"))
		return settings_object(s, "directory", "user", why,
		    "bind simple needs a user, a DN or user@REALM");
	if (is_empty(s, "directory", "password_file"))
		return settings_object(s, "directory", "password_file", why,
		    "bind simple needs the file that holds the password");
	return DONE;
}

static enum outcome
check_gssapi(const struct settings *s, struct reason *why)
{
	if (!is_ad(s) || settings_choice(s, "directory", "bind") != GSSAPI)
		return DONE;
	if (is_empty(s, "directory", "keytab"))
		return settings_object(s, "directory", "keytab", why,
		    "bind gssapi needs a keytab");
	return DONE;
}

static enum outcome
check_external(const struct settings *s, struct reason *why)
{
	bool certificate = !is_empty(s, "directory", "certificate_file");
	bool key = !is_empty(s, "directory", "key_file");

	if (!is_ad(s))
		return DONE;
	if (certificate != key)
		return settings_object(s, "directory",
		    certificate ? "key_file" : "certificate_file", why,
		    "a certificate and its key go together");
	if (settings_choice(s, "directory", "bind") == EXTERNAL && !key)
		return settings_object(s, "directory", "certificate_file", why,
		    "bind external needs the certificate of the account");
	return DONE;
}

/* Every entry of a list of paths. */
static enum outcome
check_paths(const struct settings *s, const char *section, const char *name,
    struct reason *why)
{
	size_t i, n = settings_count(s, section, name);

	for (i = 0; i < n; i++) {
		const char *p = settings_peek_at(s, section, name, i);

		if (p[0] != '/')
			return settings_object(s, section, name, why,
			    "\"%s\" must begin with a slash", p);
	}
	return DONE;
}

static enum outcome
check_spools(const struct settings *s, struct reason *why)
{
	return check_paths(s, "publisher", "spools", why);
}

static enum outcome
check_retry(const struct settings *s, struct reason *why)
{
	if (settings_number(s, "publisher", "retry_min") >
	    settings_number(s, "publisher", "retry_max"))
		return settings_object(s, "publisher", "retry_max", why,
		    "must not be less than retry_min");
	return DONE;
}

static enum outcome
check_candidates(const struct settings *s, struct reason *why)
{
	if (settings_number(s, "milter", "candidate_memory") >
	    settings_number(s, "milter", "candidate_bytes"))
		return settings_object(s, "milter", "candidate_bytes", why,
		    "must not be less than candidate_memory");
	return DONE;
}

/* Every entry of a list of domains; .example means all below it. */
static enum outcome
check_domains(const struct settings *s, const char *section, const char *name,
    struct reason *why)
{
	size_t i, n = settings_count(s, section, name);
	char canonical[ADDRESS_SIZE];

	for (i = 0; i < n; i++) {
		const char *d = settings_peek_at(s, section, name, i);

		if (address_domain(
			span_str(d + (d[0] == '.')), canonical, NULL) != DONE)
			return settings_object(s, section, name, why,
			    "\"%s\" is not a domain; write example.org, or "
			    ".example.org for all below it",
			    d);
	}
	return DONE;
}

/* "mozilla", or a file or folder. */
static enum outcome
check_anchors(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "trust", "anchors");

	for (i = 0; i < n; i++) {
		const char *e = settings_peek_at(s, "trust", "anchors", i);

		if (e[0] != '/' && strcmp(e, MOZILLA_WORD) != 0)
			return settings_object(s, "trust", "anchors", why,
			    "\"%s\" must begin with a slash, or be \"%s\" "
			    "for Mozilla's roots",
			    e, MOZILLA_WORD);
	}
	return DONE;
}

static enum outcome
check_scoped(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "trust", "scoped_anchors");
	struct reason detail;
	char *domains = NULL;
	const char *path;

	for (i = 0; i < n; i++) {
		if (scope_parse(
			settings_peek_at(s, "trust", "scoped_anchors", i),
			&domains, &path, &detail) != DONE)
			return settings_object(s, "trust", "scoped_anchors",
			    why, "%s", detail.text);
		free(domains);
	}
	return DONE;
}

static enum outcome
check_intermediates(const struct settings *s, struct reason *why)
{
	return check_paths(s, "trust", "intermediates", why);
}

static enum outcome
check_crls(const struct settings *s, struct reason *why)
{
	return check_paths(s, "trust", "crls", why);
}

static enum outcome
check_own(const struct settings *s, struct reason *why)
{
	return check_domains(s, "site", "own_domains", why);
}

static enum outcome
check_blocked(const struct settings *s, struct reason *why)
{
	return check_domains(s, "publisher", "blocked_domains", why);
}

static enum outcome
check_allowed(const struct settings *s, struct reason *why)
{
	return check_domains(s, "publisher", "allowed_domains", why);
}

static enum outcome
check_pilot(const struct settings *s, struct reason *why)
{
	return check_domains(s, "publisher", "pilot_domains", why);
}

/* What a field in the mail is compared with. */
static enum outcome
check_authserv(const struct settings *s, struct reason *why)
{
	const char *id = settings_peek(s, "judge", "authserv_id");

	if (strlen(id) >= ADDRESS_SIZE || strpbrk(id, " \t\"();") != NULL)
		return settings_object(s, "judge", "authserv_id", why,
		    "\"%s\" is not the name of a mail server as it stands "
		    "first in its Authentication-Results",
		    id);
	return DONE;
}

static enum outcome
check_judging(const struct settings *s, struct reason *why)
{
	struct judge_policy policy;

	return judge_policy_read(s, &policy, why);
}

/* Short enough to leave room for the name. */
static enum outcome
check_suffix(const struct settings *s, struct reason *why)
{
	const char *suffix = settings_peek(s, "directory", "name_suffix");

	if (strlen(suffix) > 64)
		return settings_object(s, "directory", "name_suffix", why,
		    "must not be longer than 64 bytes");
	return DONE;
}

static enum outcome (*const checks[])(
    const struct settings *s, struct reason *why) = {
    check_authserv,
    check_suffix,
    check_own,
    check_judging,
    check_blocked,
    check_allowed,
    check_pilot,
    check_anchors,
    check_scoped,
    check_intermediates,
    check_crls,
    check_socket,
    check_socket_mode,
    check_networks,
    check_candidates,
    check_uri,
    check_domain,
    check_bases,
    check_create,
    check_create_ous,
    check_managed,
    directory_check_attributes,
    check_clear,
    check_starttls,
    check_simple,
    check_gssapi,
    check_external,
    check_spools,
    check_retry,
    check_digest,
};

enum outcome
config_check(const struct settings *s, settings_complain *complain, void *arg,
    struct reason *why)
{
	enum outcome o, all = DONE;
	struct reason one;
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		o = checks[i](s, &one);
		if (o == DONE)
			continue;
		complain(arg, one.text);
		if (all == DONE && why)
			*why = one;
		all = o;
	}
	return all;
}
