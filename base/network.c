#include "base/network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
map_v4(const void *v4, struct in6_addr *out)
{
	memset(out, 0, sizeof *out);
	out->s6_addr[10] = 0xff;
	out->s6_addr[11] = 0xff;
	memcpy(out->s6_addr + 12, v4, 4);
}

bool
network_address(const char *text, struct in6_addr *out)
{
	struct in_addr v4;

	if (strncasecmp(text, "IPv6:", 5) == 0)
		text += 5;
	if (inet_pton(AF_INET, text, &v4) == 1) {
		map_v4(&v4, out);
		return true;
	}
	return inet_pton(AF_INET6, text, out) == 1;
}

bool
network_address_of(const struct sockaddr *sa, struct in6_addr *out)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (!sa)
		return false;
	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof v4);
		map_v4(&v4.sin_addr, out);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&v6, sa, sizeof v6);
	*out = v6.sin6_addr;
	return true;
}

/* Bit i, counted from the front. */
static bool
bit(const struct in6_addr *a, unsigned i)
{
	return a->s6_addr[i / 8] >> (7 - i % 8) & 1;
}

bool
network_parse(const char *text, struct network *out)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	unsigned width;
	char *end;
	long bits;

	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!network_address(address, &out->address))
		return false;
	width = strchr(address, ':') ? 128 : 32;
	bits = width;
	if (slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return false;
		bits = strtol(slash + 1, &end, 10);
		if (*end != '\0' || bits > (long)width)
			return false;
	}
	out->bits = 128 - width + (unsigned)bits;
	for (width = out->bits; width < 128; width++)
		if (bit(&out->address, width))
			return false;
	return true;
}

enum outcome
networks_read(const struct settings *s, const char *section, const char *name,
    struct networks *out, struct reason *why)
{
	size_t i, n = settings_count(s, section, name);
	struct network *list = calloc(n ? n : 1, sizeof *list);
	enum outcome o = DONE;

	if (!list)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; i < n; i++) {
		if (network_parse(
			settings_peek_at(s, section, name, i), &list[i]))
			continue;
		o = settings_object(s, section, name, why,
		    "\"%s\" is not a network; write 192.0.2.0/24 or "
		    "2001:db8::/32, with zeros behind the prefix",
		    settings_peek_at(s, section, name, i));
		goto out;
	}
	out->list = list;
	out->n = n;
	list = NULL;
out:
	free(list);
	return o;
}

bool
networks_hold(const struct networks *n, const struct in6_addr *address)
{
	unsigned b;
	size_t i;

	for (i = 0; i < n->n; i++) {
		for (b = 0; b < n->list[i].bits; b++)
			if (bit(address, b) != bit(&n->list[i].address, b))
				break;
		if (b == n->list[i].bits)
			return true;
	}
	return false;
}

void
networks_clear(struct networks *n)
{
	free(n->list);
	n->list = NULL;
	n->n = 0;
}
