#ifndef PKI_POOL_H
#define PKI_POOL_H

#include <openssl/x509.h>

#include "base/trust.h"

/*
 * The certificates that may help to build a chain, by subject: decoded
 * only when a chain asks for one, as decoding costs more than verifying and
 * there are hundreds of anchors.
 */
struct pool;

struct pool_entry {
	struct span der; /* borrowed */
	unsigned long subject;
	X509 *x;			   /* NULL until asked for */
	bool bad;			   /* could not be decoded */
	const struct trust_anchor *anchor; /* NULL: nobody vouches for it */
};

/* An empty pool, or NULL when out of memory. */
struct pool *pool_new(void);

/* Free with what was decoded; NULL is allowed. */
void pool_free(struct pool *p);

/*
 * Add a certificate; der and anchor are borrowed.  REFUSED: it is none, or
 * its key must not be computed with.
 */
MUST_CHECK enum outcome pool_add(struct pool *p, struct span der,
    const struct trust_anchor *anchor, struct reason *why);

/* Which ones: those with an anchor, those without, or all. */
enum pool_kind { POOL_ANCHORS, POOL_OTHERS, POOL_ALL };

/*
 * The entry of a kind at or behind index at whose subject is that name and that
 * can be decoded; NULL at the end, or when LIMIT_CHAIN_WORK is reached: one
 * that has to be decoded adds to work.  at is moved behind it.
 */
struct pool_entry *pool_find(struct pool *p, enum pool_kind kind,
    const X509_NAME *subject, unsigned *at, unsigned *work);

#endif
