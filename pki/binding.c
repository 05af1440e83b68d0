#include "pki/binding.h"

#include <string.h>

#include "base/gateway.h"

/* The address of a gateway in that domain, or NULL. */
static const char *
gateway_find(const struct facts *f, const char *domain)
{
	const char *a;
	unsigned i;

	/* The subject's stands behind the others. */
	for (i = 0; i <= f->n_addresses; i++) {
		a = i < f->n_addresses ? f->addresses[i] : f->subject_address;
		if (gateway_of(a) != GATEWAY_NONE &&
		    strcmp(address_peek_domain(a), domain) == 0)
			return a;
	}
	return NULL;
}

static bool
is_for_domain(const struct facts *f, const char *domain)
{
	unsigned i;

	for (i = 0; i < f->n_domains; i++)
		if (strcmp(f->domains[i], domain) == 0)
			return true;
	return false;
}

enum outcome
binding_check(const struct facts *f, const char *address, bool subject_too,
    struct reason *why)
{
	const char *domain = address_peek_domain(address), *gateway;

	if (gateway_of(address) == GATEWAY_CERTAIN)
		return reason_set(why, REASON_GATEWAY_ADDRESS,
		    "%s is a gateway by RFC 3183, and nobody's mailbox",
		    address);
	if (facts_names_address(f, address, subject_too))
		return DONE;
	gateway = gateway_find(f, domain);
	if (gateway != NULL)
		return reason_set(why, REASON_GATEWAY_ADDRESS,
		    "the certificate is for the gateway %s", gateway);
	if (is_for_domain(f, domain))
		return reason_set(why, REASON_DOMAIN_CERTIFICATE,
		    "the certificate is for all of %s", domain);
	if (f->n_addresses == 0)
		return reason_set(why, REASON_NO_ADDRESS, "%s",
		    f->subject_address[0] == '\0'
			? "no address in the certificate"
			: "an address in the subject alone, not as rfc822Name");
	return reason_set(why, REASON_NOT_FROM,
	    "the certificate is for %s%s, not for %s", f->addresses[0],
	    f->n_addresses > 1 ? " and others" : "", address);
}
