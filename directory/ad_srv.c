#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "directory/ad_srv.h"

/* Behind ours: it makes a macro of REFUSED. */
#include <arpa/nameser.h>
#include <resolv.h>

/* Priority, weight and port in front of the target. */
#define SRV_FIXED 6

/* Names compare without the dot at the end. */
static bool
is_name(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	n -= n > 0 && a[n - 1] == '.';
	m -= m > 0 && b[m - 1] == '.';
	return n == m && strncasecmp(a, b, n) == 0;
}

static bool
is_within(const char *host, const char *domain)
{
	size_t n = strlen(host), m = strlen(domain);

	return n == m ? strcasecmp(host, domain) == 0
		      : n > m && host[n - m - 1] == '.' &&
		strcasecmp(host + n - m, domain) == 0;
}

/* One record that is an answer to our question; false: leave it out. */
static bool
read_record(
    const ns_msg *m, const ns_rr *r, const char *domain, struct ad_server *out)
{
	const unsigned char *data = ns_rr_rdata(*r);
	char target[NS_MAXDNAME];
	size_t len;

	if (ns_rr_rdlen(*r) <= SRV_FIXED ||
	    ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m),
		data + SRV_FIXED, target, sizeof target) < 0)
		return false;
	len = strlen(target);
	if (len > 0 && target[len - 1] == '.')
		target[--len] = '\0';
	/* "." says that there is no such service. */
	if (!ad_host_is_valid(target) || strchr(target, ':') != NULL ||
	    !is_within(target, domain))
		return false;
	*out = (struct ad_server){.priority = ns_get16(data),
	    .weight = ns_get16(data + 2),
	    .port = ns_get16(data + 4)};
	snprintf(out->host, sizeof out->host, "%s", target);
	return out->port != 0;
}

static void
read_records(
    ns_msg *m, const char *name, const char *domain, struct ad_srv *out)
{
	unsigned n = ns_msg_count(*m, ns_s_an);
	ns_rr r;

	/* Of 16 bits, and each takes at least eleven bytes. */
	for (unsigned i = 0; i < n && out->n < AD_SRV_RECORDS; i++) {
		if (ns_parserr(m, ns_s_an, (int)i, &r) != 0)
			break;
		if (ns_rr_type(r) != ns_t_srv || ns_rr_class(r) != ns_c_in ||
		    !is_name(ns_rr_name(r), name) ||
		    !read_record(m, &r, domain, &out->list[out->n]))
			continue;
		out->list[out->n].elsewhere = out->elsewhere;
		if (out->n++ == 0 || ns_rr_ttl(r) < out->ttl)
			out->ttl = ns_rr_ttl(r);
	}
}

enum outcome
ad_srv_parse(struct span answer, const char *name, const char *domain,
    struct ad_srv *out, struct reason *why)
{
	unsigned code, before = out->n;
	ns_msg m;

	if (answer.len > AD_SRV_ANSWER ||
	    ns_initparse(answer.data, (int)answer.len, &m) != 0 ||
	    !ns_msg_getflag(m, ns_f_qr))
		return reason_set(why, REASON_DIRECTORY_DOWN,
		    "the answer of DNS for %s cannot be read", name);
	code = (unsigned)ns_msg_getflag(m, ns_f_rcode);
	if (code == ns_r_nxdomain)
		return NOTHING;
	if (code != ns_r_noerror)
		return reason_set(why, REASON_DIRECTORY_DOWN,
		    "DNS fails for %s with code %u", name, code);
	read_records(&m, name, domain, out);
	return out->n > before ? DONE : NOTHING;
}
