#include <inttypes.h>
#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* behind ldap.h */
#include <openldap.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad_examine.h"
#include "directory/ad_tcp.h"
#include "directory/ad_watch.h"

#define SERVERS_MAX 8 /* each may take its time */
#define URI_SIZE (AD_HOST_SIZE + 32)

/* Seconds: what is told, and what Kerberos allows ([MS-KILE] 3.3.1). */
#define SKEW_TOLD 60
#define SKEW_MAX 300

/* LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID, MS-ADTS 3.1.1.3.4.3. */
#define READ_ONLY "1.2.840.113556.1.4.1920"

static bool
is_secure(const struct examination *x, const struct ad_server *s)
{
	return s->ldaps ||
	    settings_is(x->ad->settings, "directory", "starttls");
}

/* GeneralizedTime (X.680 46), as 20261127121032.0Z; UTC. */
static bool
read_time(const char *text, int64_t *out)
{
	struct tm tm = {.tm_isdst = 0};

	if (sscanf(text, "%4d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*out = timegm(&tm);
	return true;
}

static void
look_at_clock(
    struct examination *x, const struct ad_server *s, const char *text)
{
	int64_t theirs, apart, now = clock_now();

	if (!read_time(text, &theirs)) {
		findings_add(x->out, FINDING_CLOCK_UNKNOWN,
		    "%s does not tell the time", s->host);
		return;
	}
	apart = theirs - now;
	if (apart > -SKEW_TOLD && apart < SKEW_TOLD)
		findings_add(x->out, FINDING_CLOCK_OK,
		    "this clock and that of %s agree to the minute", s->host);
	else
		findings_add(x->out,
		    apart > -SKEW_MAX && apart < SKEW_MAX ? FINDING_CLOCK_OFF
							  : FINDING_CLOCK_WRONG,
		    "the clock of %s is %" PRId64 " seconds %s this one",
		    s->host, apart < 0 ? -apart : apart,
		    apart < 0 ? "behind" : "ahead of");
}

/* What every server tells everybody, without a login: [MS-ADTS] 3.1.1.3.2. */
static void
look_at_root(struct examination *x, const struct ad_server *s, LDAP *ld)
{
	char time[] = "currentTime", capabilities[] = "supportedCapabilities",
	     synchronized[] = "isSynchronized";
	char *names[] = {time, capabilities, synchronized, NULL};
	struct timeval tv = {.tv_sec = AD_OPERATION_MAX / 1000};
	struct examination as = {.ad = &(struct ad){.ld = ld}};
	LDAPMessage *result = NULL, *e = NULL;
	char text[64] = "";

	if (ldap_search_ext_s(ld, "", LDAP_SCOPE_BASE, "(objectClass=*)", names,
		0, NULL, NULL, &tv, 1, &result) == LDAP_SUCCESS)
		e = ldap_first_entry(ld, result);
	if (e != NULL) {
		ad_get_string(as.ad, e, time, text, sizeof text);
		if (ad_examine_has(&as, e, capabilities, READ_ONLY))
			findings_add(x->out, FINDING_SERVER_READ_ONLY,
			    "%s is a read-only domain controller", s->host);
		if (ad_examine_has(&as, e, synchronized, "FALSE"))
			findings_add(x->out, FINDING_SERVER_STARTING,
			    "%s is not synchronised yet", s->host);
	}
	look_at_clock(x, s, text);
	ldap_msgfree(result);
}

static void
look_at_tls(struct examination *x, const struct ad_server *s, LDAP *ld)
{
	struct reason why;
	enum outcome o;

	o = ad_tls_start(
	    &x->ad->shared->tls, x->ad->settings, ld, s->ldaps, s->host, &why);
	if (o != DONE) {
		findings_add_reason(x->out, FINDING_TLS_BAD, &why);
		return;
	}
	findings_add(x->out, FINDING_TLS_OK,
	    "the certificate of %s is for that name and of %s", s->host,
	    settings_peek(x->ad->settings, "directory", "ca_file"));
	look_at_root(x, s, ld);
}

/* On a connection of its own, which is not logged in. */
static void
look_inside(struct examination *x, const struct ad_server *s, int fd)
{
	int version = LDAP_VERSION3;
	char uri[URI_SIZE];
	LDAP *ld = NULL;

	snprintf(uri, sizeof uri, "%s://%s:%u", s->ldaps ? "ldaps" : "ldap",
	    s->host, s->port);
	if (ldap_init_fd(fd, LDAP_PROTO_TCP, uri, &ld) != LDAP_SUCCESS) {
		file_close(&fd);
		return;
	}
	ad_watch_start(fd, AD_CONNECT_MAX);
	if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != 0 ||
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != 0)
		findings_add(
		    x->out, FINDING_ASK_FAILED, "libldap refuses an option");
	else if (is_secure(x, s))
		look_at_tls(x, s, ld);
	else
		look_at_root(x, s, ld);
	ad_watch_stop();
	ldap_unbind_ext_s(ld, NULL, NULL);
}

static void
look_at_server(struct examination *x, const struct ad_server *s)
{
	struct ad_tcp how = {.host = s->host,
	    .port = s->port,
	    .deadline = clock_ms() + AD_CONNECT_MAX,
	    .silence_ms = AD_OPERATION_MAX};
	struct reason why;
	int fd = -1;

	if (ad_tcp_resolve(&how, &why) != DONE)
		findings_add_reason(x->out, FINDING_SERVER_UNKNOWN, &why);
	else if (ad_tcp_connect(&how, &fd, &why) != DONE)
		findings_add_reason(x->out, FINDING_SERVER_CLOSED, &why);
	else {
		findings_add(x->out, FINDING_SERVER_OK,
		    "%s is known, port %u answers", s->host, s->port);
		look_inside(x, s, fd);
	}
}

void
ad_examine_servers(struct examination *x)
{
	struct ad *ad = x->ad;
	const char *domain = settings_peek(ad->settings, "directory", "domain");
	struct reason why;

	if (ad_locate(&ad->shared->locator, ad->settings,
		clock_ms() + AD_OPERATION_MAX, &ad->servers, &why) != DONE) {
		findings_add(x->out, FINDING_SERVERS_NONE, "%s", why.text);
		return;
	}
	if (domain[0] != '\0')
		findings_add(x->out, FINDING_SERVERS_OK,
		    "DNS names %u domain controllers of %s, first of all %s",
		    ad->servers.n, domain, ad->servers.list[0].host);
	for (unsigned i = 0; i < ad->servers.n && i < SERVERS_MAX; i++)
		look_at_server(x, &ad->servers.list[i]);
	if (ad->servers.n > SERVERS_MAX)
		findings_add(x->out, FINDING_SERVERS_MORE,
		    "%u further servers were not looked at",
		    ad->servers.n - SERVERS_MAX);
}
