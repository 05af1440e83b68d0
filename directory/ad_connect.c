#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* behind ldap.h */
#include <openldap.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/ad_root.h"
#include "directory/ad_tcp.h"
#include "directory/ad_watch.h"

#define URI_SIZE (AD_HOST_SIZE + 32)

/* Bytes of one LDAP message.  What we ask of a contact, with all the values
 * that are read, is less than a quarter of it. */
#define MESSAGE_MAX (16u * 1024 * 1024)

/* A connection that is lost sooner than this, in milliseconds, speaks
 * against its server. */
#define STEADY 10000

static uint32_t
chance(void)
{
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof r, GRND_NONBLOCK);
	return r;
}

static void
make_uri(const struct ad_server *s, char out[URI_SIZE])
{
	bool v6 = strchr(s->host, ':') != NULL;

	snprintf(out, URI_SIZE, "%s://%s%s%s:%u", s->ldaps ? "ldaps" : "ldap",
	    v6 ? "[" : "", s->host, v6 ? "]" : "", s->port);
}

/* Whoever is on the way to the server can say how long what follows is, before
 * anything is proven: libldap takes memory for it at once. */
static bool
set_limit(LDAP *ld)
{
	ber_len_t most = MESSAGE_MAX;
	Sockbuf *sb = NULL;

	return ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == 0 && sb != NULL &&
	    ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &most) == 1;
}

/* Options of the handle; false: one was refused. */
static bool
set_options(LDAP *ld, int64_t ms)
{
	struct timeval tv = {.tv_sec = (time_t)(ms / 1000),
	    .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	int version = LDAP_VERSION3;

	return set_limit(ld) &&
	    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &tv) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &tv) == 0 &&
	    ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) == 0;
}

/* TLS, bind, and what the server is, on a connection that is there. */
static enum outcome
introduce(struct ad *ad, const struct ad_server *server, struct reason *why)
{
	bool secure =
	    settings_is(ad->settings, "directory", "starttls") || server->ldaps;
	enum outcome o = DONE;

	if (!set_options(ad->ld, ad->operation_ms))
		o = reason_set(
		    why, REASON_SETTINGS, "libldap refuses an option");
	if (o == DONE && secure)
		o = ad_tls_start(&ad->shared->tls, ad->settings, ad->ld,
		    server->ldaps, server->host, why);
	if (o == DONE)
		o = ad_bind(ad, server->host, secure, why);
	if (o == DONE)
		o = ad_root_read(ad, server->host, why);
	return o;
}

static enum outcome
open_connection(struct ad *ad, const struct ad_server *server, int64_t deadline,
    struct reason *why)
{
	char uri[URI_SIZE];
	int fd = -1;
	enum outcome o;

	o = ad_tcp_connect(&(struct ad_tcp){.host = server->host,
			       .port = server->port,
			       .deadline = deadline,
			       .silence_ms = ad->operation_ms},
	    &fd, why);
	if (o != DONE)
		return o;
	make_uri(server, uri);
	if (ldap_init_fd(fd, LDAP_PROTO_TCP, uri, &ad->ld) != LDAP_SUCCESS) {
		ad->ld = NULL;
		file_close(&fd);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	ad_watch_start(fd, deadline - clock_ms());
	o = introduce(ad, server, why);
	ad_watch_stop();
	/* To libldap it looked as if the server had ended it. */
	if (o != DONE && ad_watch_has_fired())
		o = reason_set(why, REASON_DIRECTORY_SLOW,
		    "%s port %u: accepts, and does not answer in time",
		    server->host, server->port);
	if (o != DONE)
		ad_disconnect(ad);
	return o;
}

/* What one server refuses would be refused by all, and count towards a
 * lock-out each time. */
static bool
is_final(enum outcome o, const struct reason *why)
{
	return o == DONE || why->code == REASON_DIRECTORY_AUTH ||
	    why->code == REASON_DIRECTORY_ACCOUNT ||
	    why->code == REASON_SETTINGS || why->code == REASON_MEMORY;
}

/* Until when an attempt may take.  The last one has what the others did not
 * need, and leaves the time for an operation. */
static int64_t
attempt_end(const struct ad *ad, bool last)
{
	int64_t now = clock_ms(), end = now + ad->connect_ms;

	if (last && end < ad->deadline - ad->operation_ms)
		end = ad->deadline - ad->operation_ms;
	return end < ad->deadline ? end : ad->deadline;
}

enum outcome
ad_connect_to(struct ad *ad, const struct ad_server *server, bool last,
    struct reason *why)
{
	int64_t deadline = attempt_end(ad, last);
	enum outcome o;

	ad_servers_try(&ad->servers, server, clock_now(), chance());
	o = open_connection(ad, server, deadline, why);
	if (o == DONE) {
		ad->server = *server;
		ad->ready = true;
		ad->since = clock_ms();
		ad_servers_pass(&ad->servers, server);
	} else if (is_final(o, why))
		ad_servers_forgive(&ad->servers);
	else
		ad_servers_fail(&ad->servers, server, clock_now(), chance());
	return o;
}

static void
tell(const struct ad *ad, enum directory_news_kind kind,
    const struct ad_server *from, const struct reason *why)
{
	char a[URI_SIZE] = "", b[URI_SIZE];

	/* Of the catalog nobody needs to know. */
	if (ad->shared->tell == NULL || ad->gc == NULL)
		return;
	if (from->host[0] != '\0')
		make_uri(from, a);
	make_uri(&ad->server, b);
	ad->shared->tell(ad->shared->tell_arg,
	    &(struct directory_news){
		.kind = kind, .from = a, .to = b, .why = why});
}

/* The one from before; at the start that of the child before, of whom the log
 * has told, or else whoever is preferred. */
static struct ad_server
one_before(const struct ad *ad, const struct ad_server *before)
{
	const struct ad_servers *s = &ad->servers;

	if (before->host[0] != '\0')
		return *before;
	return ad_servers_rank(s, &s->told) < s->n ? s->told : s->list[0];
}

static void
tell_of_change(
    struct ad *ad, const struct ad_server *before, const struct reason *wrong)
{
	unsigned rank = ad_servers_rank(&ad->servers, &ad->server);
	struct ad_server from = one_before(ad, before);
	unsigned was = ad_servers_rank(&ad->servers, &from);
	struct reason why = *wrong;

	/* Not tried: its failure ended the child before. */
	if (why.code == REASON_OK)
		(void)reason_set(&why, REASON_DIRECTORY_SLOW,
		    "it did not answer, and the process that asked was ended");
	if (rank > was)
		tell(ad, DIRECTORY_NEWS_FAILOVER, &from, &why);
	else if (rank < was)
		tell(ad, DIRECTORY_NEWS_RETURN, &from, &why);
	ad_servers_tell(&ad->servers, &ad->server);
}

enum outcome
ad_connect(struct ad *ad, struct reason *why)
{
	struct ad_server before = ad->server;
	unsigned order[AD_SERVERS_MAX], i, n;
	struct reason wrong, last;
	enum outcome o;

	if (ad->ld != NULL)
		return DONE;
	o = ad_may_bind(ad, why);
	if (o == DONE && ad->gc != NULL)
		o = ad_locate(&ad->shared->locator, ad->settings,
		    attempt_end(ad, false), &ad->servers, why);
	if (o != DONE)
		return o;
	/* Of the one before, in case that another one is tried first now. */
	wrong = ad->lost;
	o = LATER;
	n = ad_servers_order(&ad->servers, clock_now(), order);
	for (i = 0; i < n; i++) {
		if (i > 0 && ad->deadline - clock_ms() < ad->connect_ms)
			break;
		o = ad_connect_to(
		    ad, &ad->servers.list[order[i]], i + 1 == n, &last);
		/* What a human must see to goes before what may pass. */
		if (o != DONE &&
		    (i == 0 || is_final(o, &last) ||
			(o == BROKEN && reason_outcome(wrong.code) != BROKEN)))
			wrong = last;
		if (is_final(o, &last))
			break;
	}
	if (o == DONE)
		tell_of_change(ad, &before, &wrong);
	else
		o = reason_set(why, wrong.code, "%s", wrong.text);
	return o;
}

void
ad_return(struct ad *ad)
{
	unsigned order[AD_SERVERS_MAX], rank;
	struct ad_server before = ad->server;
	struct ad fresh;
	struct reason why;

	if (ad->ld == NULL)
		return;
	rank = ad_servers_rank(&ad->servers, &ad->server);
	if (rank == 0 ||
	    ad_servers_order(&ad->servers, clock_now(), order) == 0 ||
	    order[0] >= rank || ad_may_bind(ad, &why) != DONE)
		return;
	fresh = *ad;
	fresh.ld = NULL;
	fresh.ready = false;
	memset(&fresh.listing, 0, sizeof fresh.listing);
	if (ad_connect_to(&fresh, &ad->servers.list[order[0]], false, &why) !=
	    DONE) {
		ad->servers = fresh.servers;
		return;
	}
	ad_disconnect(ad);
	fresh.connection = ad->connection;
	*ad = fresh;
	reason_clear(&why);
	tell(ad, DIRECTORY_NEWS_RETURN, &before, &why);
	ad_servers_tell(&ad->servers, &ad->server);
}

/*
 * A connection that is closed after a while, with a notice (unavailable) or
 * without, is no fault of the server: it was idle, or its ticket ran out.
 * It is tried first again.
 */
static bool
is_servers_fault(const struct ad *ad, int rc, enum ad_operation operation)
{
	if (rc == LDAP_REFERRAL) /* of a search: the base is wrong */
		return operation != AD_SEARCH;
	return rc == LDAP_BUSY || rc == LDAP_TIMEOUT || ad_watch_has_fired() ||
	    clock_ms() - ad->since < STEADY;
}

void
ad_note_failure(struct ad *ad, int rc, enum ad_operation operation)
{
	if (is_servers_fault(ad, rc, operation))
		ad_servers_fail(
		    &ad->servers, &ad->server, clock_now(), chance());
}
