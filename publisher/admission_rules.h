#ifndef PUBLISHER_ADMISSION_RULES_H
#define PUBLISHER_ADMISSION_RULES_H

#include "base/facts.h"
#include "publisher/admission.h"
#include "publisher/domains.h"

/*
 * What the tables of rules, each in a file of its own, know of the settings.
 */

/* What a CA's certificates count as, by the digest of its anchor. */
struct assured {
	uint8_t anchor[DIGEST_LEN];
	enum validation level;
};

/* publisher.gateways, in the order of its choices. */
enum gateways { GATEWAYS_ADMIT, GATEWAYS_HOLD, GATEWAYS_REFUSE };

/* publisher.authentication, the same. */
enum authentication_demanded { DEMAND_NONE, DEMAND_DKIM, DEMAND_DMARC };

struct admission_rules {
	struct domains own, blocked, allowed, pilot;
	bool subject_address; /* the subject's emailAddress counts */
	bool publish;
	enum validation assurance; /* demanded at least; UNKNOWN: none */
	enum validation scoped;	   /* what a CA of some domains counts as */
	struct assured *assured;
	size_t n_assured;
	enum authentication_demanded authentication;
	enum gateways gateways;
	struct admission_rates rates;
};

/* Read what the rules of policy need.  BROKEN (settings), LATER (memory). */
MUST_CHECK enum outcome admission_policy_read(
    const struct settings *s, struct admission_rules *r, struct reason *why);

#endif
