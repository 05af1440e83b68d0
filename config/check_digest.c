#include "config/check_digest.h"

#include <string.h>

#include "base/address.h"

static enum outcome
check_one(const struct settings *s, const char *name, const char *value,
    struct reason *why)
{
	char address[ADDRESS_SIZE];
	struct reason inner;

	if (value[0] == '-' ||
	    address_canonical(span_str(value), address, &inner) != DONE ||
	    address_is_utf8(address) || strlen(value) != strlen(address))
		return settings_object(s, "digest", name, why,
		    "\"%s\" is not an address as in helpdesk@example.org",
		    value);
	return DONE;
}

enum outcome
check_digest(const struct settings *s, struct reason *why)
{
	size_t n = settings_count(s, "digest", "to");
	const char *from = settings_peek(s, "digest", "from");
	enum outcome o = DONE;

	for (size_t i = 0; o == DONE && i < n; i++)
		o = check_one(
		    s, "to", settings_peek_at(s, "digest", "to", i), why);
	if (o == DONE && from[0] != '\0')
		o = check_one(s, "from", from, why);
	return o;
}
