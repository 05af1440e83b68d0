#ifndef PKI_CHAIN_H
#define PKI_CHAIN_H

#include <openssl/x509.h>

#include "base/judge.h"
#include "pki/authority.h"
#include "pki/pool.h"
#include "pki/revocation.h"

/*
 * From a certificate to an anchor (RFC 5280 section 6) with OpenSSL, at a
 * given time, without any network, and what OpenSSL leaves out: anchors
 * that count for some domains only, CAs that may not issue for mail, weak
 * digests and keys above the certificate.
 */
struct chain_request {
	X509 *leaf;
	const char *address;  /* canonical; decides which anchors count */
	int64_t issued;	      /* the leaf's notBefore; so does this */
	struct pool *message; /* what came along */
	struct pool *trust;   /* anchors, and what is known from before */
	const struct trust *believed;	 /* what that was made of */
	const struct rejected *rejected; /* and of its rejected CAs */
	struct revocation *revocation;
	unsigned *work; /* spent so far, of LIMIT_CHAIN_WORK */
	const struct judge_policy *policy;
	bool authority; /* tell where it breaks off */
};

/* The anchor, borrowed from the trust bundle, and the names up to it. */
struct chain_found {
	const struct trust_anchor *anchor;
	/* with chain-unknown, when asked for, and with ca-rejected */
	struct authority authority;
	unsigned n; /* only when the policy has explain */
	char subjects[LIMIT_CHAIN + 2][FACTS_TEXT];
};

/*
 * DONE: out->anchor is the one that the chain leads to; the subjects are there
 * in any case, as far as it got.  HELD (chain-unknown, revocation-unknown).
 * REFUSED: cert-expired, cert-not-yet, chain-expired, chain-bad, chain-usage,
 * chain-domain, chain-distrusted, critical-extension, weak-digest, weak-key,
 * revoked.
 */
MUST_CHECK enum outcome chain_verify(
    const struct chain_request *r, struct chain_found *out, struct reason *why);

#endif
