#include "base/clock.h"
#include "publisher/admission_rules.h"

/* The rules about certificates, in their order. */

static enum outcome
rule_judged(const struct admission_rules *r, const struct admission_case *c,
    struct reason *why)
{
	(void)r;
	if (c->verdict->outcome != DONE && why != NULL)
		*why = c->verdict->why;
	return c->verdict->outcome;
}

static enum outcome
rule_identity(const struct admission_rules *r, const struct admission_case *c,
    struct reason *why)
{
	uint8_t sha256[DIGEST_LEN];

	(void)r;
	digest_sha256(span_bytes(c->certificate), sha256);
	if (c->verdict->facts.malformed ||
	    !digest_equal(sha256, c->verdict->facts.sha256))
		return reason_set(why, REASON_WORKER_DIED,
		    "the judge spoke of another certificate");
	return DONE;
}

static enum outcome
rule_validity(const struct admission_rules *r, const struct admission_case *c,
    struct reason *why)
{
	char text[CLOCK_TEXT];

	(void)r;
	if (c->now < c->verdict->facts.not_before) {
		clock_format(c->verdict->facts.not_before, text);
		return reason_set(
		    why, REASON_CERT_NOT_YET, "valid from %s on", text);
	}
	if (c->now > c->verdict->facts.not_after) {
		clock_format(c->verdict->facts.not_after, text);
		return reason_set(
		    why, REASON_CERT_EXPIRED, "valid until %s", text);
	}
	return DONE;
}

static enum outcome
rule_usage(const struct admission_rules *r, const struct admission_case *c,
    struct reason *why)
{
	(void)r;
	if (!c->verdict->facts.can_receive || c->verdict->facts.ca)
		return reason_set(why, REASON_USAGE_ENCRYPT,
		    "%s cannot be encrypted to", c->verdict->facts.subject);
	return DONE;
}

static enum outcome
rule_address(const struct admission_rules *r, const struct admission_case *c,
    struct reason *why)
{
	if (!facts_names_address(
		&c->verdict->facts, c->address, r->subject_address))
		return reason_set(why, REASON_NOT_FROM,
		    "%s is not in the certificate", c->address);
	return DONE;
}

static enum outcome (*const certificate_rules[])(
    const struct admission_rules *r, const struct admission_case *c,
    struct reason *why) = {
    rule_judged,
    rule_identity,
    rule_validity,
    rule_usage,
    rule_address,
};

enum outcome
admission_of_certificate(const struct admission_rules *r,
    const struct admission_case *c, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE &&
	     i < sizeof certificate_rules / sizeof certificate_rules[0];
	     i++)
		o = certificate_rules[i](r, c, why);
	return o;
}
