#include <ldap.h>
#include <stdio.h>
#include <string.h>

#include "directory/ad_locate.h"

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

enum outcome
ad_locate(struct ad_locator *l, const struct settings *settings,
    int64_t deadline, struct ad_servers *servers, struct reason *why)
{
	(void)l;
	(void)deadline;
	return from_settings(settings, servers, why);
}
