#include <errno.h>
#include <ldap.h>
#include <string.h>
#include <unistd.h>

/* behind ldap.h */
#include <openldap.h>

#include "directory/ad_result.h"
#include "directory/ad_tls.h"

/* Debian's libldap is built on GnuTLS and ignores LDAP_OPT_X_TLS_PROTOCOL_MIN;
 * a build on OpenSSL minds it and would not know this string. */
#define GNUTLS_PRIORITY                                                        \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-VERS-DTLS-ALL"

/* The files that a context is made of: settings, and libldap's options. */
static const struct {
	const char *setting;
	int option;
} files[AD_TLS_FILES] = {
    {"ca_file", LDAP_OPT_X_TLS_CACERTFILE},
    {"certificate_file", LDAP_OPT_X_TLS_CERTFILE},
    {"key_file", LDAP_OPT_X_TLS_KEYFILE},
};

static bool
is_gnutls(void)
{
	char *package = NULL;
	bool gnutls;

	ldap_get_option(NULL, LDAP_OPT_X_TLS_PACKAGE, &package);
	gnutls = package != NULL && strcmp(package, "GnuTLS") == 0;
	ldap_memfree(package);
	return gnutls;
}

static bool
set_files(const struct settings *s, LDAP *ld)
{
	for (int i = 0; i < AD_TLS_FILES; i++) {
		const char *path =
		    settings_peek(s, "directory", files[i].setting);

		if (path[0] != '\0' &&
		    ldap_set_option(ld, files[i].option, path) != 0)
			return false;
	}
	return true;
}

static bool
new_context(const struct settings *s, LDAP *ld)
{
	int floor = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;

	return set_files(s, ld) &&
	    (!is_gnutls() ||
		ldap_set_option(
		    ld, LDAP_OPT_X_TLS_CIPHER_SUITE, GNUTLS_PRIORITY) == 0) &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &floor) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) == 0;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool
is_current(const struct ad_tls *tls, const struct stat *now)
{
	for (int i = 0; i < AD_TLS_FILES; i++)
		if (!is_same(&tls->files[i], &now[i]))
			return false;
	return tls->context != NULL;
}

static bool
set_context(
    struct ad_tls *tls, const struct settings *s, LDAP *ld, struct stat *now)
{
	int demand = LDAP_OPT_X_TLS_HARD;

	if (ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != 0)
		return false;
	if (is_current(tls, now))
		return ldap_set_option(ld, LDAP_OPT_X_TLS_CTX, tls->context) ==
		    0;
	if (!new_context(s, ld) ||
	    ldap_get_option(ld, LDAP_OPT_X_TLS_CTX, &tls->context) != 0)
		return false;
	memcpy(tls->files, now, sizeof tls->files);
	return true;
}

static enum outcome
look_at_files(
    const struct settings *s, struct stat now[AD_TLS_FILES], struct reason *why)
{
	memset(now, 0, AD_TLS_FILES * sizeof now[0]);
	for (int i = 0; i < AD_TLS_FILES; i++) {
		const char *path =
		    settings_peek(s, "directory", files[i].setting);

		if (path[0] != '\0' &&
		    (stat(path, &now[i]) != 0 || access(path, R_OK) != 0))
			return reason_set(why, REASON_DIRECTORY_TLS,
			    "%s %s: %s", files[i].setting, path,
			    strerror(errno));
	}
	return DONE;
}

enum outcome
ad_tls_start(struct ad_tls *tls, const struct settings *settings, LDAP *ld,
    bool ldaps, const char *host, struct reason *why)
{
	struct stat now[AD_TLS_FILES];
	enum outcome o = look_at_files(settings, now, why);
	int rc;

	if (o != DONE)
		return o;
	if (!set_context(tls, settings, ld, now))
		return reason_set(why, REASON_DIRECTORY_TLS,
		    "ca_file %s, or certificate_file and key_file, cannot be "
		    "used",
		    settings_peek(settings, "directory", "ca_file"));
	if (ldaps)
		rc = ldap_install_tls(ld);
	else
		rc = ldap_start_tls_s(ld, NULL, NULL);
	return ad_result(ld, rc, AD_TLS, host, why);
}
