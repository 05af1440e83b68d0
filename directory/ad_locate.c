#include <ldap.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad_helper.h"
#include "directory/ad_locate.h"
#include "directory/ad_srv.h"

/* Behind ours: it makes a macro of REFUSED. */
#include <arpa/nameser.h>
#include <resolv.h>

/* An answer is kept no longer than this, in seconds, whatever its TTL. */
#define FRESH_MAX 3600

/* After a failure of DNS the last list is used for so long, and that there
 * are no catalogs is believed for so long. */
#define FAILED 10
#define NONE 300

#define PORT_LDAPS 636
#define PORT_GC_TLS 3269

/* In the order of the choices of directory.bind. */
enum { GSSAPI };

static bool
read_uri(const char *uri, struct ad_server *out)
{
	LDAPURLDesc *url = NULL;
	bool good = ldap_url_parse(uri, &url) == LDAP_URL_SUCCESS &&
	    url->lud_host != NULL && ad_host_is_valid(url->lud_host);

	if (good) {
		*out = (struct ad_server){.port = (unsigned)url->lud_port,
		    .ldaps = strcmp(url->lud_scheme, "ldaps") == 0};
		snprintf(out->host, sizeof out->host, "%s", url->lud_host);
	}
	ldap_free_urldesc(url);
	return good;
}

static enum outcome
from_settings(const struct settings *settings, struct ad_servers *servers,
    struct reason *why)
{
	struct ad_server list[AD_SERVERS_MAX];
	size_t i, n = settings_count(settings, "directory", "uri");

	for (i = 0; i < n && i < AD_SERVERS_MAX; i++) {
		const char *uri =
		    settings_peek_at(settings, "directory", "uri", i);

		if (!read_uri(uri, &list[i]))
			return reason_set(why, REASON_SETTINGS,
			    "directory.uri: \"%s\" is no address of a server",
			    uri);
	}
	if (i == 0)
		return reason_set(
		    why, REASON_SETTINGS, "directory.uri is empty");
	ad_servers_set(servers, list, (unsigned)i, true);
	return DONE;
}

/* What stands in front of the answer that the helper sends. */
enum { ANSWER, NO_SUCH_NAME };

/* In the helper: the answer as it came.  Nothing at all: none came. */
static void
work(int fd, const void *arg)
{
	const char *name = arg;
	unsigned char *message = malloc(1 + AD_SRV_ANSWER);
	struct __res_state state;
	int len;

	memset(&state, 0, sizeof state);
	if (message == NULL || res_ninit(&state) != 0)
		return;
	message[0] = ANSWER;
	len = res_nquery(
	    &state, name, ns_c_in, ns_t_srv, message + 1, AD_SRV_ANSWER);
	if (len < 0 && (h_errno == HOST_NOT_FOUND || h_errno == NO_DATA)) {
		message[0] = NO_SUCH_NAME;
		len = 0;
	}
	if (len >= 0 && len <= AD_SRV_ANSWER)
		(void)!file_write_all(fd, message, 1 + (size_t)len);
}

/* Where to look ([MS-ADTS] 6.3.2.3). */
struct place {
	const char *service;
	const char *folder; /* between site and domain */
	const char *domain; /* whose servers count */
	const char *site;   /* "" when there is none */
	int64_t deadline;
};

static enum outcome
ask(const struct place *p, const char *site, struct ad_srv *out,
    struct reason *why)
{
	char name[NS_MAXDNAME];
	struct buffer answer;
	struct span got;
	enum outcome o;

	snprintf(name, sizeof name, "%s._tcp.%s%s%s%s", p->service, site,
	    site[0] != '\0' ? "._sites." : "", p->folder, p->domain);
	buffer_init(&answer, 1 + AD_SRV_ANSWER);
	o = ad_helper_run(work, name, p->deadline, &answer, why);
	got = span_buffer(&answer);
	if (o == DONE && got.len == 0)
		o = reason_set(
		    why, REASON_DIRECTORY_DOWN, "DNS does not answer %s", name);
	else if (o == DONE && got.data[0] != ANSWER)
		o = NOTHING;
	else if (o == DONE)
		o = ad_srv_parse((struct span){got.data + 1, got.len - 1}, name,
		    p->domain, out, why);
	buffer_clear(&answer);
	return o;
}

/* The site's own, and all others of the domain behind them. */
static enum outcome
ask_all(const struct place *p, struct ad_srv *out, struct reason *why)
{
	enum outcome o = NOTHING;

	memset(out, 0, sizeof *out);
	if (p->site[0] != '\0') {
		o = ask(p, p->site, out, why);
		out->elsewhere = true;
	}
	/* All relays shall have the same list, or the one from before. */
	if (o == DONE || o == NOTHING)
		o = ask(p, "", out, why);
	if (o == NOTHING && out->n > 0)
		o = DONE;
	return o;
}

/* SRV says where LDAP is without TLS; a password goes over TLS alone. */
static void
set_scheme(const struct settings *s, unsigned ldaps_port, struct ad_srv *srv)
{
	if (settings_is(s, "directory", "starttls") ||
	    settings_choice(s, "directory", "bind") == GSSAPI)
		return;
	for (unsigned i = 0; i < srv->n; i++) {
		srv->list[i].ldaps = true;
		srv->list[i].port = ldaps_port;
	}
}

static enum outcome
from_dns(struct ad_locator *l, const struct settings *settings,
    const struct place *p, struct ad_servers *servers, struct reason *why)
{
	struct ad_srv *srv = malloc(sizeof *srv);
	bool catalog = p->folder[0] == '\0';
	uint32_t ttl;
	enum outcome o;

	if (srv == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = ask_all(p, srv, why);
	ttl = o == NOTHING ? NONE : FAILED;
	if (o == DONE) {
		set_scheme(settings, catalog ? PORT_GC_TLS : PORT_LDAPS, srv);
		ad_servers_set(servers, srv->list, srv->n, false);
		ttl = srv->ttl < FRESH_MAX ? srv->ttl : FRESH_MAX;
	}
	l->fresh_until = clock_uptime() + ttl;
	free(srv);
	return o;
}

static bool
is_fresh(const struct ad_locator *l)
{
	return clock_uptime() < l->fresh_until;
}

static const char *
peek(const struct settings *settings, const char *name)
{
	return settings_peek(settings, "directory", name);
}

enum outcome
ad_locate(struct ad_locator *l, const struct settings *settings,
    int64_t deadline, struct ad_servers *servers, struct reason *why)
{
	const struct place p = {.service = "_ldap",
	    .folder = "dc._msdcs.",
	    .domain = peek(settings, "domain"),
	    .site = peek(settings, "site"),
	    .deadline = deadline};
	struct reason inner;
	enum outcome o;

	if (p.domain[0] == '\0')
		return from_settings(settings, servers, why);
	if (servers->n > 0 && is_fresh(l))
		return DONE;
	o = from_dns(l, settings, &p, servers, &inner);
	if (servers->n > 0)
		return DONE;
	if (o == NOTHING)
		return reason_set(why, REASON_DIRECTORY_DOWN,
		    "DNS names no domain controller of %s", p.domain);
	return reason_set(why, inner.code, "%s", inner.text);
}

enum outcome
ad_locate_catalogs(struct ad_locator *l, const struct settings *settings,
    const char *forest, int64_t deadline, struct ad_servers *servers,
    struct reason *why)
{
	const struct place p = {.service = "_gc",
	    .folder = "",
	    .domain = forest,
	    .site = peek(settings, "site"),
	    .deadline = deadline};
	enum outcome o;

	if (peek(settings, "domain")[0] == '\0' || forest[0] == '\0')
		return NOTHING;
	if (!is_fresh(l)) {
		o = from_dns(l, settings, &p, servers, &l->why);
		l->failed = o != DONE && o != NOTHING;
	}
	if (servers->n > 0)
		return DONE;
	/* that DNS does not answer is not that there are no catalogs */
	return l->failed ? reason_set(why, l->why.code, "%s", l->why.text)
			 : NOTHING;
}
