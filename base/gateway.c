#include "base/gateway.h"

#include <stddef.h>
#include <string.h>

/*
 * RFC 3183 reserves the first two.  The others are what administrators call
 * the mailbox of their gateway, or its roles; a person may be behind one of
 * them, so that they explain a certificate and never refuse one.
 */
static const struct {
	const char *local;
	enum gateway kind;
} names[] = {
    {"domain-signing-authority", GATEWAY_CERTAIN},
    {"domain-confidentiality-authority", GATEWAY_CERTAIN},
    {"review-authority", GATEWAY_LIKELY},
    {"attribute-authority", GATEWAY_LIKELY},
    {"smime-gateway", GATEWAY_LIKELY},
    {"smime", GATEWAY_LIKELY},
    {"mail-gateway", GATEWAY_LIKELY},
    {"mailgateway", GATEWAY_LIKELY},
    {"email-gateway", GATEWAY_LIKELY},
    {"emailgateway", GATEWAY_LIKELY},
    {"gateway", GATEWAY_LIKELY},
    {"secure-mail", GATEWAY_LIKELY},
    {"securemail", GATEWAY_LIKELY},
    {"secmail", GATEWAY_LIKELY},
    {"encryption-gateway", GATEWAY_LIKELY},
    {"domain-certificate", GATEWAY_LIKELY},
};

enum gateway
gateway_of(const char *address)
{
	size_t i, n = strcspn(address, "@");

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i].local) == n &&
		    memcmp(names[i].local, address, n) == 0)
			return names[i].kind;
	return GATEWAY_NONE;
}
