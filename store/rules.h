#ifndef STORE_RULES_H
#define STORE_RULES_H

#include "store/store.h"

/*
 * What people said about an address or a certificate, and what was found
 * out about one: it outlives every harvest.  Each change is an entry of the
 * journal that names who asked.
 */
enum store_rule_kind {
	STORE_VETO,	 /* our certificate was taken out, or is to be */
	STORE_CONTESTED, /* it vanished again: somebody else is at work */
	STORE_ALLOWED,	 /* a veto was lifted, and nothing published since */
	STORE_PIN,	 /* one certificate alone may be published */
	STORE_BAN,	 /* never to be published */
	STORE_RULES
};

#define STORE_SUBJECT ADDRESS_SIZE
#define STORE_NOTE 256

/* Who wants it: the uid as the kernel says it, -1 for the program itself,
 * and the name as he says it. */
struct store_asker {
	int64_t uid;
	char name[64];
};

struct store_rule {
	enum store_rule_kind kind;
	char subject[STORE_SUBJECT];  /* an address; BAN: or a fingerprint */
	char certificate[DIGEST_HEX]; /* PIN */
	char note[STORE_NOTE];
	int64_t since;
	struct store_asker by;
};

/* The word for a kind, as JSON and journal have it. */
const char *store_rule_name(enum store_rule_kind kind);

/*
 * Set a rule, in the place of one of the same kind for the subject.  NOTHING:
 * it stands already, with the same certificate.  A PIN has what was held for
 * the address decided on again.
 */
MUST_CHECK enum outcome store_rule_set(
    struct store *s, const struct store_rule *rule, struct reason *why);

/*
 * Lift a rule of that kind; what was held or refused by it is due again.
 * rule: kind, subject, note, since (now) and by.  NOTHING: there is none.
 */
MUST_CHECK enum outcome store_rule_lift(
    struct store *s, const struct store_rule *rule, struct reason *why);

/*
 * Lift the veto on an address, or that it is contested, and remember that it
 * is allowed until something is published for it.  As store_rule_lift()
 * otherwise; rule->kind is not looked at.
 */
MUST_CHECK enum outcome store_rule_allow(
    struct store *s, const struct store_rule *rule, struct reason *why);

/*
 * Our certificate is gone from the directory, and not by us: set VETO or
 * CONTESTED for the address, and end the publication.  One transaction.
 * NOTHING: that rule stood already.
 */
MUST_CHECK enum outcome store_rule_found(
    struct store *s, const struct store_rule *rule, struct reason *why);

/* Visit all rules, by kind and subject, at most limit.  visit must not call
 * the store. */
MUST_CHECK enum outcome store_rules_visit(struct store *s, unsigned limit,
    void (*visit)(void *arg, const struct store_rule *rule), void *arg,
    struct reason *why);

/* What the rules say of a harvest. */
struct store_rules {
	bool veto, contested, allowed;
	bool banned_address, banned_certificate;
	bool rejected; /* this certificate for this address: review.h */
	char pinned[DIGEST_HEX]; /* "": nothing is */
	char note[STORE_NOTE];	 /* of what counts first; see
				  * admission_of_word() */
};

/* Look the rules up; certificate may be "". */
MUST_CHECK enum outcome store_rules_of(struct store *s, const char *address,
    const char *certificate, struct store_rules *out, struct reason *why);

#endif
