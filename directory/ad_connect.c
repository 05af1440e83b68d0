#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <openldap.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/ad_watch.h"

/* Debian's libldap is built on GnuTLS and ignores LDAP_OPT_X_TLS_PROTOCOL_MIN;
 * a build on OpenSSL minds it and would not know this string. */
#define GNUTLS_PRIORITY                                                        \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-VERS-DTLS-ALL"

/* Wait for a connect() under way.  false: errno says why. */
static bool
await_connect(int fd, unsigned seconds)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int e = ETIMEDOUT;
	socklen_t len = sizeof e;

	if (poll(&p, 1, (int)seconds * 1000) > 0)
		(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len);
	errno = e;
	return e == 0;
}

/* Neither a peer that vanished nor one that is silent may hold us for
 * long; the child's deadline is behind all this. */
static void
set_options(int fd, unsigned seconds)
{
	struct timeval tv = {.tv_sec = (time_t)seconds};
	unsigned unacknowledged = 1000 * seconds;
	int on = 1, idle = 60, interval = 10, probes = 3;

	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	(void)setsockopt(
	    fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged,
	    sizeof unacknowledged);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

static int
connect_one(const struct ad *ad, const struct addrinfo *a)
{
	int fd = socket(a->ai_family,
	    a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);

	if (fd < 0)
		return -1;
	if ((connect(fd, a->ai_addr, a->ai_addrlen) != 0 &&
		errno != EINPROGRESS) ||
	    !await_connect(fd, ad->connect_s) || fcntl(fd, F_SETFL, 0) != 0)
		file_close(&fd);
	else
		set_options(fd, ad->operation_s);
	return fd;
}

static enum outcome
connect_tcp(const struct ad *ad, const char *host, int port, int *out,
    struct reason *why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL, *a;
	char service[16];
	int fd = -1, e;

	snprintf(service, sizeof service, "%d", port);
	e = getaddrinfo(host, service, &hints, &list);
	if (e != 0)
		return reason_set(why, REASON_DIRECTORY_DOWN, "%s: %s", host,
		    gai_strerror(e));
	for (a = list; a != NULL && fd < 0; a = a->ai_next)
		fd = connect_one(ad, a);
	freeaddrinfo(list);
	if (fd < 0)
		return reason_set(why, REASON_DIRECTORY_DOWN, "%s port %d: %s",
		    host, port, strerror(errno));
	*out = fd;
	return DONE;
}

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

/* Options of the handle; false: one was refused. */
static bool
set_ldap_options(LDAP *ld, unsigned seconds)
{
	struct timeval tv = {.tv_sec = (time_t)seconds};
	int version = LDAP_VERSION3;

	return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &tv) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &tv) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) == 0;
}

/* TLS 1.2 or better, the server's certificate and name checked. */
static bool
new_tls(LDAP *ld, const char *ca_file)
{
	int floor = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;

	return ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file) == 0 &&
	    (!is_gnutls() ||
		ldap_set_option(
		    ld, LDAP_OPT_X_TLS_CIPHER_SUITE, GNUTLS_PRIORITY) == 0) &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &floor) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) == 0;
}

static bool
is_same_ca(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/*
 * libldap 2.5 leaks GnuTLS's priorities with every context that has some: one
 * context serves until the CA file changes.
 */
static bool
set_tls(struct ad *ad, const char *ca_file, const struct stat *now)
{
	int demand = LDAP_OPT_X_TLS_HARD;

	if (ldap_set_option(ad->ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != 0)
		return false;
	if (ad->tls != NULL && is_same_ca(now, &ad->tls_ca))
		return ldap_set_option(ad->ld, LDAP_OPT_X_TLS_CTX, ad->tls) ==
		    0;
	if (!new_tls(ad->ld, ca_file) ||
	    ldap_get_option(ad->ld, LDAP_OPT_X_TLS_CTX, &ad->tls) != 0)
		return false;
	ad->tls_ca = *now;
	return true;
}

static enum outcome
start_tls(struct ad *ad, const LDAPURLDesc *url, struct reason *why)
{
	const char *ca_file =
	    settings_peek(ad->settings, "directory", "ca_file");
	struct stat now;
	int rc;

	if (stat(ca_file, &now) != 0 || access(ca_file, R_OK) != 0)
		return reason_set(why, REASON_DIRECTORY_TLS, "ca_file %s: %s",
		    ca_file, strerror(errno));
	if (!set_tls(ad, ca_file, &now))
		return reason_set(why, REASON_DIRECTORY_TLS,
		    "ca_file %s cannot be used", ca_file);
	if (strcmp(url->lud_scheme, "ldaps") == 0)
		rc = ldap_install_tls(ad->ld);
	else
		rc = ldap_start_tls_s(ad->ld, NULL, NULL);
	return ad_result(ad->ld, rc, AD_TLS, url->lud_host, why);
}

/* The naming contexts, from the root of the server's tree. */
static enum outcome
read_root(struct ad *ad, struct reason *why)
{
	static const char *const attributes[] = {
	    "defaultNamingContext", "schemaNamingContext", NULL};
	const char *chosen =
	    settings_peek(ad->settings, "directory", "search_base");
	LDAPMessage *result = NULL, *entry;
	enum outcome o;

	o = ad_search(ad, "", LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 1,
	    &result, why);
	if (o != DONE)
		goto out;
	entry = ldap_first_entry(ad->ld, result);
	if (entry != NULL) {
		ad_get_string(ad, entry, "defaultNamingContext", ad->base,
		    sizeof ad->base);
		ad_get_string(ad, entry, "schemaNamingContext", ad->schema,
		    sizeof ad->schema);
	}
	if (chosen[0] != '\0')
		snprintf(ad->base, sizeof ad->base, "%s", chosen);
	if (entry == NULL || ad->base[0] == '\0')
		o = reason_set(why, REASON_DIRECTORY_SCHEMA,
		    "the server names no defaultNamingContext: set "
		    "directory.search_base");
out:
	ldap_msgfree(result);
	return o;
}

static enum outcome
connect_url(
    struct ad *ad, const char *uri, const LDAPURLDesc *url, struct reason *why)
{
	bool starttls = settings_is(ad->settings, "directory", "starttls");
	bool secure = starttls || strcmp(url->lud_scheme, "ldaps") == 0;
	int fd = -1;
	enum outcome o;

	o = connect_tcp(ad, url->lud_host, url->lud_port, &fd, why);
	if (o != DONE)
		return o;
	if (ldap_init_fd(fd, LDAP_PROTO_TCP, uri, &ad->ld) != LDAP_SUCCESS) {
		ad->ld = NULL;
		file_close(&fd);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	ad_watch_start(fd, ad->connect_s);
	if (!set_ldap_options(ad->ld, ad->operation_s))
		o = reason_set(
		    why, REASON_SETTINGS, "libldap refuses an option");
	if (o == DONE && secure)
		o = start_tls(ad, url, why);
	if (o == DONE)
		o = ad_bind(ad, url->lud_host, secure, why);
	if (o == DONE)
		o = read_root(ad, why);
	ad_watch_stop();
	return o;
}

static enum outcome
connect_uri(struct ad *ad, const char *uri, struct reason *why)
{
	LDAPURLDesc *url = NULL;
	enum outcome o;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS ||
	    url->lud_host == NULL || url->lud_host[0] == '\0')
		o = reason_set(why, REASON_SETTINGS,
		    "directory.uri: \"%s\" is no address of a server", uri);
	else
		o = connect_url(ad, uri, url, why);
	if (o != DONE)
		ad_disconnect(ad);
	ldap_free_urldesc(url);
	return o;
}

enum outcome
ad_connect(struct ad *ad, struct reason *why)
{
	size_t n = settings_count(ad->settings, "directory", "uri");
	enum outcome o;

	if (ad->ld != NULL)
		return DONE;
	o = ad_may_bind(ad, why);
	if (o != DONE)
		return o;
	o = reason_set(why, REASON_SETTINGS, "directory.uri is empty");
	for (size_t i = 0; i < n; i++) {
		o = connect_uri(ad,
		    settings_peek_at(ad->settings, "directory", "uri", i), why);
		/* What one refuses would be refused by all, and count
		 * towards a lock-out each time. */
		if (o == DONE || why->code == REASON_DIRECTORY_AUTH ||
		    why->code == REASON_DIRECTORY_ACCOUNT)
			break;
	}
	return o;
}
