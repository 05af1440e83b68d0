#ifndef SMIME_SIGNATURE_H
#define SMIME_SIGNATURE_H

#include <openssl/evp.h>

#include "base/judge.h"
#include "pki/sigalg.h"
#include "smime/cms.h"
#include "smime/bag.h"

/*
 * The arithmetic: does one of the certificates that the SignerInfo means
 * verify it, over exactly this content?  Nothing about trust; policy is asked
 * afterwards, so that people are told what the arithmetic says also of old
 * mail.
 */
struct signature_check {
	enum signature signature;
	struct bag_entry *signer; /* of the bag; NULL: not found */
	enum hash_kind hash;	  /* of the content */
	const EVP_MD *md;	  /* the same, for computing */
	struct sigalg algorithm;  /* of the signature */
};

/*
 * Verify; *out is filled in any case.  DONE: it holds.  REFUSED
 * (cms-malformed, weak-digest for one that is not even computed,
 * no-signer-cert, weak-key, cert-malformed, digest-mismatch: the signer
 * signed another content; bad-signature).
 */
MUST_CHECK enum outcome signature_verify(const struct cms *cms,
    const struct content *content, struct bag *bag, struct signature_check *out,
    struct reason *why);

/*
 * Whether the algorithms count, and say the same.  REFUSED: weak-digest,
 * cms-malformed.
 */
MUST_CHECK enum outcome signature_check_policy(
    const struct signature_check *check, const struct judge_policy *policy,
    struct reason *why);

#endif
