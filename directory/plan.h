#ifndef DIRECTORY_PLAN_H
#define DIRECTORY_PLAN_H

#include "base/facts.h"
#include "base/harvest.h"
#include "directory/contact.h"

/*
 * From the contact as it is, the harvest and the policy to the one change
 * to make, or a reason not to.  A pure function: no clock, no I/O.
 */
struct plan_policy {
	int64_t now;
	bool create;	       /* a contact may be made */
	unsigned certificates; /* live ones a contact keeps, at least 1 */
	unsigned
	    key_change_days;  /* another issuer takes over when less is left */
	struct span site_key; /* of the ownership marks */
};

struct plan_input {
	const struct contact *contact;
	const struct facts *values; /* of contact->values, same order */
	const struct harvest *harvest;
	const struct facts *certificate; /* of harvest->certificate */
	const struct plan_policy *policy;
};

/*
 * DONE: *out is the change to apply (the caller clears it).  NOTHING
 * (unchanged, older): nothing to write.  HELD: a human decides.
 */
MUST_CHECK enum outcome plan_make(
    const struct plan_input *in, struct change *out, struct reason *why);

/*
 * The mark of ownership for a certificate under an address:
 * certharvest:1:<sha256>:<HMAC-SHA-256 of "1:sha256:address" under the key>.
 */
void plan_mark(struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK]);

/* Whether the contact holds a mark that verifies for the certificate. */
bool plan_owns(const struct contact *c, struct span site_key,
    const uint8_t sha256[DIGEST_LEN], const char *address);

/* The deterministic cn for an address, at most LIMIT_CN characters. */
void plan_cn(const char *address, char out[LIMIT_CN + 1]);

#endif
