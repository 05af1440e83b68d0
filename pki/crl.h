#ifndef PKI_CRL_H
#define PKI_CRL_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * A certificate revocation list (RFC 5280 section 5) in its raw DER.  It may
 * have a hundred thousand entries: nothing is decoded but what is asked for,
 * and no library sees it.  Whether its signature holds is asked elsewhere.
 */
struct crl {
	struct span signed_part; /* DER of the TBSCertList */
	struct span algorithm;	 /* DER of the AlgorithmIdentifier */
	struct span signature;	 /* without the count of unused bits */
	struct span issuer;	 /* DER of the name */
	int64_t this_update;	 /* seconds since 1970, UTC */
	int64_t next_update;	 /* 0: not told */
	struct span entries;	 /* contents of revokedCertificates */
	/* What it does not tell of: section 5.2.5. */
	bool only_users, only_cas, only_attributes;
	bool delta;	       /* on top of another one: section 5.2.4 */
	bool indirect;	       /* of other CAs' certificates */
	struct span point;     /* contents of its distributionPoint */
	unsigned some_reasons; /* bits of ReasonFlags; 0: all reasons */
	bool critical;	       /* has a critical extension nobody knows here */
};

/* All bits of ReasonFlags but the unused one, as crl.some_reasons has them. */
#define CRL_ALL_REASONS 0x7f80u

/* One entry. */
struct crl_entry {
	struct span serial; /* DER of the INTEGER */
	struct span issuer; /* DER of its certificateIssuer; empty: none */
	bool removed;	    /* removeFromCRL, in a delta CRL */
	bool critical;	    /* as above */
};

/* Read the frame of exactly one CRL; the spans borrow der.  REFUSED
 * (cert-malformed). */
MUST_CHECK enum outcome crl_skim(
    struct span der, struct crl *out, struct reason *why);

/* Read the next entry and move rest, at first crl.entries, behind it.
 * false: there is none, or it is malformed and rest not at its end. */
bool crl_next(struct span *rest, struct crl_entry *out);

#endif
