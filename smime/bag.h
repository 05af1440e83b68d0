#ifndef SMIME_BAG_H
#define SMIME_BAG_H

#include "pki/certificate.h"
#include "pki/judge.h"
#include "smime/cms.h"
#include "smime/identity.h"

/*
 * The certificates at hand for one message: those that it brought, then
 * those known from before.  Skimmed in their raw DER; decoded only when one
 * is meant.
 */
struct bag;

#define BAG_MAX (LIMIT_CERTIFICATES + LIMIT_KNOWN_TRIES)

/* One certificate, borrowed from the bag or from what it was made of. */
struct bag_entry {
	struct span der;
	struct skim skim;
	X509 *x509;	     /* NULL until it was meant */
	struct facts *facts; /* NULL until asked for */
	bool unfit;	     /* could not be read */
};

/* Make the bag of a message; out of memory ends the worker. */
struct bag *bag_new(const struct cms *cms, const struct pki *pki);

/* Free; NULL is allowed. */
void bag_free(struct bag *p);

/*
 * The next certificate that is meant, from *at on (start with 0), decoded;
 * NULL when there is none.  Tries few of the known ones; why, unless NULL,
 * is filled in when one that seemed to be meant could not be read.
 */
struct bag_entry *bag_next(
    struct bag *p, const struct identity *id, unsigned *at, struct reason *why);

/* How many the message brought (without doubles), and the i-th. */
unsigned bag_count(const struct bag *p);

/* The same with the known ones that a search has looked at, behind them. */
unsigned bag_count_all(const struct bag *p);

/* Entry i; borrowed. */
struct bag_entry *bag_peek(struct bag *p, unsigned i);

/* The facts of an entry, decoded when needed.  NULL: it cannot be read or
 * believed, why says so. */
const struct facts *bag_facts(struct bag_entry *e, struct reason *why);

#endif
