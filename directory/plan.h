#ifndef DIRECTORY_PLAN_H
#define DIRECTORY_PLAN_H

#include "base/facts.h"
#include "base/harvest.h"
#include "directory/contact.h"
#include "directory/create.h"
#include "directory/fields.h"
#include "directory/naming.h"

/*
 * From the contact as it is, the harvest and the policy to the one change
 * to make, or a reason not to.  A pure function: no clock, no I/O.
 */
enum plan_shadow_policy {
	SHADOWS_REPORT,
	SHADOWS_REMOVE_OURS,   /* whose certificates a mark of ours names */
	SHADOWS_REMOVE_EXPIRED /* these, and any expired one */
};

struct plan_policy {
	int64_t now;
	struct create_policy create;
	unsigned certificates; /* live ones a contact keeps, at least 1 */
	unsigned
	    key_change_days;   /* another issuer takes over when less is left */
	unsigned revert_mails; /* so many, over so many days, go to a human */
	unsigned revert_days;
	enum plan_shadow_policy shadows;
	bool prefer_rsa;      /* an EC certificate never ends an RSA one */
	int64_t replication;  /* seconds that a write takes to all servers */
	struct span site_key; /* of the ownership marks */
	struct naming_policy naming;
	struct fields_policy fields;
};

/* What we remember to have published for the address; see plan_vanished.h. */
struct plan_memory {
	char object[CONTACT_ID]; /* the contact's id */
	uint8_t sha256[DIGEST_LEN];
	int64_t not_after;
	int64_t written; /* when */
	bool other;	 /* another server took that write than answers now */
	bool alive; /* with CONTACT_NONE: the object is there all the same */
	bool same_mailbox; /* and has the address as its primary one */
	int64_t missing;   /* since when another server does not show it; 0 */
	unsigned lost;	   /* how often of late it was gone already */
};

/* What was published last for the address, whatever became of it. */
struct plan_past {
	uint8_t sha256[DIGEST_LEN];
	char issuer[FACTS_TEXT];
	int64_t not_after;
	enum validation validation; /* what its CA counted for; UNKNOWN, too,
				     * where that was not recorded */
};

/* The harvest's certificate held against the one that is published; see
 * plan_rivals.h. */
struct plan_rivals {
	bool stood;	  /* it was published before, and lost its place */
	unsigned after;	  /* authenticated mails since the other came last */
	int64_t days;	  /* from the first to the last of them */
	unsigned between; /* mails while the other still came */
};

/* What is inside of a userSMIMECertificate value; n is 0: unreadable. */
struct plan_shadow {
	struct facts *facts;
	unsigned n;
};

struct plan_input {
	const struct contact *contact;
	const struct facts *values;	   /* of contact->values, same order */
	const struct plan_shadow *shadows; /* of contact->shadows, or NULL */
	const struct harvest *harvest;
	const struct facts *certificate; /* of harvest->certificate */
	const struct plan_policy *policy;
	const struct plan_memory *memory; /* NULL: nothing that stands */
	const struct plan_past *past;	  /* NULL: nothing ever was */
	const struct plan_rivals *rivals; /* NULL: no other is published */
	enum validation validation;	  /* what its CA counts for */
	bool allowed;	/* somebody lifted a veto, and nothing came since */
	bool pinned;	/* somebody said: this certificate and no other */
	bool approved;	/* a human looked at this harvest and said yes */
	bool public_ca; /* a CA that everybody believes vouches for it */
};

/*
 * DONE: *out is the change to apply (the caller clears it); when then
 * plan_shadows_left(), what is published is "shadowed", which the caller
 * reports once it is applied.  NOTHING (unchanged, older,
 * rsa-preferred): nothing to write, or no contact to be made.  HELD: a human
 * decides.  LATER: (replication), or out of memory.
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
