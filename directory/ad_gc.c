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

enum outcome
ad_gc_connect(struct ad *ad, struct ad **out, struct reason *why)
{
	struct ad *gc = ad->gc;
	struct ad_server list[1];
	enum outcome o;

	if (settings_choice(ad->settings, "directory", "global_catalog") == OFF)
		return NOTHING;
	o = ad_connect(ad, why);
	if (o != DONE)
		return o;
	/* What was just written at one server is not yet in the catalog of
	 * another. */
	if (gc->ld != NULL && !is_host(&gc->server, &ad->server))
		ad_disconnect(gc);
	gc->deadline = ad->deadline;
	if (!ad->has_catalog)
		return NOTHING;
	catalog_of(&ad->server, &list[0]);
	ad_servers_set(&gc->servers, list, 1, true);
	if (gc->ld == NULL)
		o = ad_connect_to(gc, &list[0], why);
	if (o == DONE)
		*out = gc;
	return o;
}
