#ifndef PKI_CHAIN_CHECK_H
#define PKI_CHAIN_CHECK_H

#include <openssl/x509.h>

#include "base/judge.h"
#include "base/trust.h"

/*
 * What OpenSSL does not look at in a chain that holds: whether the CAs may
 * issue for mail, how strong digests and keys are, and whether one of
 * them is distrusted by name.
 */

/*
 * Check the chain, leaf first, anchor last.  REFUSED: chain-usage,
 * chain-distrusted, weak-digest, weak-key.  Keys and digests are looked at
 * above the leaf; the leaf's own key is the caller's.
 */
MUST_CHECK enum outcome chain_check(const STACK_OF(X509) * chain,
    const struct trust *believed, const struct judge_policy *policy,
    struct reason *why);

#endif
