#ifndef DIRECTORY_PLAN_H
#define DIRECTORY_PLAN_H

#include "base/facts.h"
#include "base/harvest.h"
#include "directory/contact.h"
#include "directory/create.h"
#include "directory/naming.h"

/*
 * From the contact as it is, the harvest and the policy to the one change
 * to make, or a reason not to.  A pure function: no clock, no I/O.
 */
struct plan_policy {
	int64_t now;
	struct create_policy create;
	unsigned certificates; /* live ones a contact keeps, at least 1 */
	unsigned
	    key_change_days;  /* another issuer takes over when less is left */
	struct span site_key; /* of the ownership marks */
	struct naming_policy naming;
};

struct plan_input {
	const struct contact *contact;
	const struct facts *values; /* of contact->values, same order */
	const struct harvest *harvest;
	const struct facts *certificate; /* of harvest->certificate */
	const struct plan_policy *policy;
};

/*
 * DONE: *out is the change to apply (the caller clears it); when
 * in->contact->shadowed, what is published then is "shadowed", which the
 * caller reports once it is applied.  NOTHING (unchanged, older): nothing to
 * write, or no contact to be made.  HELD: a human decides.  LATER: out of
 * memory.
 *
 * A value is ours when a mark beside it verifies under the site key
 * (directory/mark.h).  Values of others are never removed.
 */
MUST_CHECK enum outcome plan_make(
    const struct plan_input *in, struct change *out, struct reason *why);

/*
 * The deterministic cn for an address, at most LIMIT_CN bytes: the address
 * itself when it is ASCII and short enough, else its start and a digest
 * (a directory may take names for equal that differ in accents).
 */
void plan_cn(const char *address, char out[LIMIT_CN + 1]);

#endif
