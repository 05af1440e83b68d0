#include "directory/exchange.h"

#include <stdio.h>

#include "base/digest.h"

#define NICKNAME_DIGEST 24

/* No policy for e-mail addresses, as Exchange itself says it. */
#define NO_POLICY "{26491cfc-9e50-4857-861b-0cb8df22b5d7}"

enum exchange_mode
exchange_read(const struct settings *s)
{
	return (enum exchange_mode)settings_choice(s, "directory", "exchange");
}

void
exchange_stamp(
    const char *address, struct exchange_attribute out[EXCHANGE_ATTRIBUTES])
{
	char hex[DIGEST_HEX];

	digest_sha256_hex(span_str(address), hex);
	out[0].name = "mailNickname";
	snprintf(out[0].value, sizeof out[0].value, "certharvest-%.*s",
	    NICKNAME_DIGEST, hex);
	out[1].name = "targetAddress";
	snprintf(out[1].value, sizeof out[1].value, "SMTP:%s", address);
	out[2].name = "msExchPoliciesExcluded";
	snprintf(out[2].value, sizeof out[2].value, "%s", NO_POLICY);
}
