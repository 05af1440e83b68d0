#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "directory/ad.h"

/* MS-ADTS 3.1.1.3: the ports of a global catalog. */
#define PORT_GC 3268
#define PORT_GC_TLS 3269

/* In the order of the choices of directory.global_catalog. */
enum { AUTO, OFF };

/* The catalog of a server, on the same host. */
static void
catalog_of(const struct ad_server *server, struct ad_server *out)
{
	*out = *server;
	out->port = server->ldaps ? PORT_GC_TLS : PORT_GC;
}

static bool
is_host(const struct ad_server *a, const struct ad_server *b)
{
	return strcmp(a->host, b->host) == 0 && a->ldaps == b->ldaps;
}

/* Which servers can be asked: the one that we use, or those of DNS. */
static enum outcome
find_catalogs(struct ad *ad, struct reason *why)
{
	struct ad *gc = ad->gc;
	struct ad_server own;

	if (!ad->has_catalog)
		return ad_locate_catalogs(&ad->shared->catalogs, ad->settings,
		    ad->forest, clock_ms() + ad->connect_ms, &gc->servers, why);
	catalog_of(&ad->server, &own);
	ad_servers_set(&gc->servers, &own, 1, true);
	/* What was just written at one server is not yet in the catalog of
	 * another. */
	if (gc->ld != NULL && gc->waiting == 0 && !is_host(&gc->server, &own))
		ad_disconnect(gc);
	return DONE;
}

enum outcome
ad_gc_connect(struct ad *ad, struct ad **out, struct reason *why)
{
	enum outcome o;

	if (settings_choice(ad->settings, "directory", "global_catalog") == OFF)
		return NOTHING;
	o = ad_begin(ad, why);
	if (o == DONE)
		o = find_catalogs(ad, why);
	if (o == DONE)
		o = ad_begin(ad->gc, why);
	if (o == DONE)
		*out = ad->gc;
	return o;
}
