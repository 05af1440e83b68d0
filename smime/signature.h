#ifndef SMIME_SIGNATURE_H
#define SMIME_SIGNATURE_H

#include <openssl/evp.h>

#include "base/judge.h"
#include "smime/cms.h"
#include "smime/bag.h"

/*
 * The arithmetic: does one of the certificates that the SignerInfo means
 * verify it, over exactly this content?  Nothing about trust, and nothing
 * about policy but the word weak.
 */
struct signature_check {
	enum signature signature;
	struct bag_entry *signer; /* of the bag; NULL: not found */
	bool weak;		  /* MD5 or SHA-1 */
	const char *digest;	  /* its name, for messages */
	const EVP_MD *md;	  /* the same, for computing */
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

#endif
