#include "base/gateway.h"
#include "publisher/admission_rules.h"

/* The rules about senders, in their order. */

static enum outcome
rule_own(
    const struct admission_rules *r, const char *address, struct reason *why)
{
	if (domains_have(&r->own, address_peek_domain(address)))
		return reason_set(why, REASON_OWN_DOMAIN,
		    "%s is in one of our own domains", address);
	return DONE;
}

static enum outcome
rule_blocked(
    const struct admission_rules *r, const char *address, struct reason *why)
{
	if (domains_have(&r->blocked, address_peek_domain(address)))
		return reason_set(why, REASON_DOMAIN_BLOCKED, "%s is blocked",
		    address_peek_domain(address));
	return DONE;
}

static enum outcome
rule_listed(
    const struct admission_rules *r, const char *address, struct reason *why)
{
	if (r->allowed.n > 0 &&
	    !domains_have(&r->allowed, address_peek_domain(address)))
		return reason_set(why, REASON_DOMAIN_NOT_LISTED,
		    "%s is not in the list", address_peek_domain(address));
	return DONE;
}

/* Whatever the judge says: nobody reads mail there. */
static enum outcome
rule_gateway(
    const struct admission_rules *r, const char *address, struct reason *why)
{
	(void)r;
	if (gateway_of(address) == GATEWAY_CERTAIN)
		return reason_set(why, REASON_GATEWAY_ADDRESS,
		    "%s is a gateway by RFC 3183", address);
	return DONE;
}

static enum outcome (*const sender_rules[])(const struct admission_rules *r,
    const char *address, struct reason *why) = {
    rule_own,
    rule_blocked,
    rule_listed,
    rule_gateway,
};

enum outcome
admission_of_sender(
    const struct admission_rules *r, const char *address, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0;
	     o == DONE && i < sizeof sender_rules / sizeof sender_rules[0]; i++)
		o = sender_rules[i](r, address, why);
	return o;
}
