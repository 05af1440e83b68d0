#include "publisher/admission.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/gateway.h"
#include "publisher/domains.h"

/* publisher.mode and directory.backend, in the order of their choices. */
enum { MODE_AUTO, MODE_OBSERVE, MODE_PUBLISH };
enum { BACKEND_LDIF };

struct admission_rules {
	struct domains own, blocked, allowed;
	bool subject_address; /* the subject's emailAddress counts */
	bool publish;
};

/* The embedded directory is ours to write; in any other an administrator
 * looks first and then says publish. */
static bool
is_publishing(const struct settings *s)
{
	unsigned mode = settings_choice(s, "publisher", "mode");

	return mode == MODE_PUBLISH ||
	    (mode == MODE_AUTO &&
		settings_choice(s, "directory", "backend") == BACKEND_LDIF);
}

enum outcome
admission_rules_new(
    const struct settings *s, struct admission_rules **out, struct reason *why)
{
	struct admission_rules *r = calloc(1, sizeof *r);
	enum outcome o;

	if (r == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	r->subject_address = settings_is(s, "judge", "subject_address");
	r->publish = is_publishing(s);
	o = domains_read(s, "site", "own_domains", &r->own, why);
	if (o == DONE)
		o = domains_read(
		    s, "publisher", "blocked_domains", &r->blocked, why);
	if (o == DONE)
		o = domains_read(
		    s, "publisher", "allowed_domains", &r->allowed, why);
	if (o == DONE) {
		*out = r;
		r = NULL;
	}
	admission_rules_free(r);
	return o;
}

void
admission_rules_free(struct admission_rules *r)
{
	if (r == NULL)
		return;
	domains_clear(&r->own);
	domains_clear(&r->blocked);
	domains_clear(&r->allowed);
	free(r);
}

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

/* What people said, in the order in which it counts. */

static enum outcome
word_banned(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	if (w->banned_address)
		return reason_set(
		    why, REASON_BANNED, "%s is banned: %s", address, w->note);
	if (w->banned_certificate)
		return reason_set(why, REASON_BANNED,
		    "the certificate %.16s... is banned: %s", certificate,
		    w->note);
	return DONE;
}

static enum outcome
word_rejected(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->rejected)
		return reason_set(
		    why, REASON_REJECTED, "for %s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_contested(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->contested)
		return reason_set(
		    why, REASON_CONTESTED, "%s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_veto(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->veto)
		return reason_set(why, REASON_VETO, "%s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_pinned(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	if (w->pinned[0] != '\0' && strcmp(w->pinned, certificate) != 0)
		return reason_set(why, REASON_PINNED,
		    "%s is to have %.16s... alone, and this is %.16s...",
		    address, w->pinned, certificate);
	return DONE;
}

static enum outcome (*const word_rules[])(const struct store_rules *w,
    const char *address, const char *certificate, struct reason *why) = {
    word_banned,
    word_rejected,
    word_contested,
    word_veto,
    word_pinned,
};

enum outcome
admission_of_word(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE && i < sizeof word_rules / sizeof word_rules[0];
	     i++)
		o = word_rules[i](w, address, certificate, why);
	return o;
}

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

enum outcome
admission_to_write(const struct admission_rules *r, const char *address,
    const char *plan, struct reason *why)
{
	if (!r->publish)
		return reason_set(
		    why, REASON_OBSERVED, "for %s: %s", address, plan);
	return DONE;
}

const char *
admission_mode(const struct admission_rules *r)
{
	return r->publish ? "publish" : "observe";
}
