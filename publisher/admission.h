#ifndef PUBLISHER_ADMISSION_H
#define PUBLISHER_ADMISSION_H

#include "base/judge.h"
#include "base/settings.h"
#include "store/rules.h"

/*
 * What a site lets into its directory: tables of rules in a fixed order, each
 * with its reason code; the first that objects decides.  Pure: no store,
 * no directory, no clock, so that certharvest try asks the same rules.  A new
 * rule is a row and a function.
 */
struct admission_rules;

/* Take the rules out of the settings.  BROKEN (settings), LATER (memory). */
MUST_CHECK enum outcome admission_rules_new(
    const struct settings *s, struct admission_rules **out, struct reason *why);

/* Free; NULL is allowed. */
void admission_rules_free(struct admission_rules *r);

/*
 * The rules that need the address alone, asked before anything else is
 * done.  DONE: admitted.  REFUSED (own-domain, domain-blocked,
 * domain-not-listed).
 */
MUST_CHECK enum outcome admission_of_sender(
    const struct admission_rules *r, const char *address, struct reason *why);

/*
 * The rules that people set, and vetoes: store/rules.h.  Asked twice: before
 * the judge, and again right before the directory is written to, as somebody
 * may have said something meanwhile.  certificate is the fingerprint of the
 * harvest's.  REFUSED (banned, rejected), HELD (contested, veto, pinned).
 */
MUST_CHECK enum outcome admission_of_word(const struct store_rules *word,
    const char *address, const char *certificate, struct reason *why);

/* What the rules about certificates look at. */
struct admission_case {
	const char *address;
	const struct bytes *certificate; /* DER, the one to encrypt to */
	const struct admission *verdict; /* the judge's */
	int64_t now;
};

/*
 * The rules about the certificate.  The judge's verdict comes first; the
 * others look at its facts once more, as a judge that a stranger has taken
 * over may say anything.  DONE: admitted; else what ends the harvest.
 */
MUST_CHECK enum outcome admission_of_certificate(
    const struct admission_rules *r, const struct admission_case *c,
    struct reason *why);

/*
 * What the CA vouches for: what the settings say of it, by its anchor or as
 * one of some domains alone, else what the certificate's policies say.
 */
enum validation admission_assurance(
    const struct admission_rules *r, const struct admission *verdict);

/* What the rules of policy look at. */
struct admission_policy_case {
	const struct harvest *harvest;
	const struct admission *verdict;
	bool approved; /* a human looked at this harvest and said yes */
};

/*
 * What the site demands beyond what is a fact, asked of a certificate that is
 * about to be written: gateways, assurance, authentication.  REFUSED
 * (gateway-address, domain-certificate), HELD (gateway-likely, assurance,
 * unauthenticated), which an approved harvest passes.
 */
MUST_CHECK enum outcome admission_of_policy(const struct admission_rules *r,
    const struct admission_policy_case *c, struct reason *why);

/* New contacts in an hour: of everybody, and of one domain; 0 as a setting: as
 * many as come. */
struct admission_rates {
	int64_t all, domain;
};

/* Whether one more is too many, so many having been made in the hour in which
 * its mail came.  HELD (rate). */
MUST_CHECK enum outcome admission_of_rate(const struct admission_rules *r,
    const struct admission_rates *seen, const char *address,
    struct reason *why);

/*
 * Whether a plan for the address is carried out in this mode.  DONE, or
 * NOTHING (observed); plan is in one line what would have been done.
 */
MUST_CHECK enum outcome admission_to_write(const struct admission_rules *r,
    const char *address, const char *plan, struct reason *why);

/* Whether that is so of any address at all. */
bool admission_writes(const struct admission_rules *r);

/* The mode in effect: publish, observe, or pilot, which is observe but for
 * some domains. */
const char *admission_mode(const struct admission_rules *r);

#endif
