#ifndef PKI_GATHER_H
#define PKI_GATHER_H

#include "pki/chain.h"

/*
 * What one verification works with: everything that really issued
 * something in it, and no more.
 */
struct gather {
	X509_STORE *store;
	STACK_OF(X509) * untrusted;
	const struct pool_entry *anchors[LIMIT_ISSUERS];
	unsigned n_anchors;
	unsigned tries;	   /* signatures verified while gathering */
	bool forged;	   /* something names an anchor that did not sign it */
	bool out_of_scope; /* an anchor was left out that counts for others */
};

/* Which anchors count. */
struct gather_scope {
	bool all;	     /* every one */
	const char *address; /* of the mail; canonical */
	int64_t issued;	     /* the leaf's notBefore */
};

/* Start with nothing; false when out of memory.  To be cleared in any case. */
bool gather_init(struct gather *w);

/* Free what was gathered. */
void gather_clear(struct gather *w);

/*
 * Collect by issuer, from the leaf upwards.  What was collected and is no
 * anchor within the scope is followed in turn; the number of tries
 * bounds them all.  false: out of memory.
 */
bool gather_issuers(struct gather *w, const struct chain_request *r,
    const struct gather_scope *scope);

#endif
