#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/ad_srv.h"

/*
 * What a name server answers, or whoever is in its place: only hosts of the
 * domain come out, with names that may stand in logs, files and URIs.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char domain[] = "corp.example";
	static struct ad_srv srv;
	struct reason why;
	enum outcome o;

	memset(&srv, 0, sizeof srv);
	o = ad_srv_parse((struct span){data, size},
	    "_ldap._tcp.dc._msdcs.corp.example", domain, &srv, &why);
	if (srv.n > AD_SRV_RECORDS || (o == DONE) != (srv.n > 0))
		abort();
	for (unsigned i = 0; i < srv.n; i++) {
		const char *host = srv.list[i].host;
		size_t len = strlen(host);

		if (!ad_host_is_valid(host) || srv.list[i].port == 0 ||
		    len < strlen(domain) ||
		    strcasecmp(host + len - strlen(domain), domain) != 0)
			abort();
	}
	return 0;
}
