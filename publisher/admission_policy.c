#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/gateway.h"
#include "publisher/admission_rules.h"

/* What is beside enum validation in the settings, in their order. */
static const enum validation levels[] = {
    VALIDATION_UNKNOWN,
    VALIDATION_MAILBOX,
    VALIDATION_ORGANIZATION,
    VALIDATION_SPONSOR,
    VALIDATION_INDIVIDUAL,
};

static const char *const level_names[] = {"nothing that is known", "mailbox",
    "organization", "sponsor", "individual"};

static bool
level_parse(const char *text, size_t len, enum validation *out)
{
	size_t i;

	for (i = VALIDATION_MAILBOX; i < VALIDATIONS; i++)
		if (strlen(level_names[i]) == len &&
		    memcmp(level_names[i], text, len) == 0) {
			*out = (enum validation)i;
			return true;
		}
	return false;
}

/* LEVEL: FINGERPRINT, as openssl x509 -fingerprint -sha256 prints it, too. */
static bool
assured_parse(const char *text, struct assured *out)
{
	char hex[DIGEST_HEX] = "";
	size_t n = 0, len = strcspn(text, ":");

	if (!level_parse(text, len, &out->level) || text[len] == '\0')
		return false;
	for (text += len + 1; *text != '\0'; text++) {
		if (*text == ':' || *text == ' ')
			continue;
		if (n == DIGEST_HEX - 1)
			return false;
		hex[n++] = (char)tolower((unsigned char)*text);
	}
	return n == DIGEST_HEX - 1 && bytes_unhex(hex, out->anchor, DIGEST_LEN);
}

static enum outcome
assured_read(
    const struct settings *s, struct admission_rules *r, struct reason *why)
{
	size_t i, n = settings_count(s, "publisher", "assurance_of");
	const char *e;

	r->assured = calloc(n + 1, sizeof *r->assured);
	if (r->assured == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; i < n; i++) {
		e = settings_peek_at(s, "publisher", "assurance_of", i);
		if (!assured_parse(e, &r->assured[i]))
			return settings_object(s, "publisher", "assurance_of",
			    why,
			    "\"%s\" is not LEVEL: FINGERPRINT, with a level "
			    "of mailbox, organization, sponsor or individual "
			    "and the SHA-256 of a CA",
			    e);
	}
	r->n_assured = n;
	return DONE;
}

enum outcome
admission_policy_read(
    const struct settings *s, struct admission_rules *r, struct reason *why)
{
	r->assurance = levels[settings_choice(s, "publisher", "assurance")];
	r->scoped = levels[settings_choice(s, "publisher", "assurance_scoped")];
	r->authentication = (enum authentication_demanded)settings_choice(
	    s, "publisher", "authentication");
	r->gateways =
	    (enum gateways)settings_choice(s, "publisher", "gateways");
	r->rates.all = settings_number(s, "publisher", "new_contacts_per_hour");
	r->rates.domain =
	    settings_number(s, "publisher", "new_contacts_per_domain");
	return assured_read(s, r, why);
}

enum validation
admission_assurance(
    const struct admission_rules *r, const struct admission *verdict)
{
	size_t i;

	for (i = 0; i < r->n_assured; i++)
		if (digest_equal(r->assured[i].anchor, verdict->anchor))
			return r->assured[i].level;
	return verdict->scoped ? r->scoped : verdict->facts.validation;
}

/* The rules of policy, in their order. */

static enum outcome
rule_gateway(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why)
{
	const struct facts *f = &c->verdict->facts;
	const char *address = c->harvest->address;
	bool name = gateway_of(address) != GATEWAY_NONE;

	if (r->gateways == GATEWAYS_ADMIT || (!name && f->n_domains == 0))
		return DONE;
	if (r->gateways == GATEWAYS_REFUSE)
		return name
		    ? reason_set(why, REASON_GATEWAY_ADDRESS,
			  "%s is what gateways are called", address)
		    : reason_set(why, REASON_DOMAIN_CERTIFICATE,
			  "it names the whole domain %s, too", f->domains[0]);
	if (c->approved)
		return DONE;
	return name ? reason_set(why, REASON_GATEWAY_LIKELY,
			  "%s is what gateways are called", address)
		    : reason_set(why, REASON_GATEWAY_LIKELY,
			  "it names %s and the whole domain %s", address,
			  f->domains[0]);
}

static enum outcome
rule_assurance(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why)
{
	enum validation level = admission_assurance(r, c->verdict);

	if (level >= r->assurance || c->approved)
		return DONE;
	return reason_set(why, REASON_ASSURANCE,
	    "the CA vouches for %s, publisher.assurance demands %s",
	    level_names[level], level_names[r->assurance]);
}

/* DMARC counts an aligned DKIM, so that it is no less than that. */
static bool
is_authenticated(
    const struct authentication *a, enum authentication_demanded demanded)
{
	return demanded == DEMAND_NONE || a->dmarc == AUTHENTICATION_PASS ||
	    (demanded == DEMAND_DKIM && a->dkim == AUTHENTICATION_PASS);
}

static const char *
said(enum authentication_result r)
{
	return r == AUTHENTICATION_UNSAID ? "nothing" : authentication_name(r);
}

static enum outcome
rule_authentication(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why)
{
	const struct authentication *a = &c->harvest->authentication;

	if (is_authenticated(a, r->authentication) || c->approved)
		return DONE;
	return reason_set(why, REASON_UNAUTHENTICATED,
	    "publisher.authentication demands %s; the mail server said "
	    "dmarc %s, dkim %s",
	    r->authentication == DEMAND_DKIM ? "dkim" : "dmarc", said(a->dmarc),
	    said(a->dkim));
}

static enum outcome (*const policy_rules[])(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why) = {
    rule_gateway,
    rule_assurance,
    rule_authentication,
};

enum outcome
admission_of_policy(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0;
	     o == DONE && i < sizeof policy_rules / sizeof policy_rules[0]; i++)
		o = policy_rules[i](r, c, why);
	return o;
}

enum outcome
admission_of_rate(const struct admission_rules *r,
    const struct admission_rates *seen, const char *address, struct reason *why)
{
	if (r->rates.domain > 0 && seen->domain >= r->rates.domain)
		return reason_set(why, REASON_RATE,
		    "%lld new contacts of %s in that hour already",
		    (long long)seen->domain, address_peek_domain(address));
	if (r->rates.all > 0 && seen->all >= r->rates.all)
		return reason_set(why, REASON_RATE,
		    "%lld new contacts in that hour already",
		    (long long)seen->all);
	return DONE;
}
