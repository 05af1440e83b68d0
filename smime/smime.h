#ifndef SMIME_SMIME_H
#define SMIME_SMIME_H

#include "base/judge.h"
#include "pki/judge.h"

/*
 * Hostile bytes in, harvest out: find the signed part of a message, verify
 * its signature, bind it to From:, choose the certificate to encrypt to (RFC
 * 8551, RFC 8550). For a confined worker; never call it in a process that has
 * anything to lose.
 */

/* Once per process, before confinement: GMime, charset tables. */
void smime_init(void);

/*
 * Judge one message, headers and body as they came (CRLF or LF).  *out is
 * always filled in; its outcome is also returned.
 */
MUST_CHECK enum outcome smime_harvest(struct span message, struct pki *pki,
    const struct judge_policy *policy, struct judgement *out);

/*
 * Who knows the signers of late.  ask says in *known whether the digest is
 * known; when it does not end with DONE, that is the verdict.
 */
struct smime_known {
	enum outcome (*ask)(void *arg, const uint8_t digest[DIGEST_LEN],
	    bool *known, struct reason *why);
	void *arg;
};

/*
 * The same, but a message of a known signer is not verified: NOTHING
 * (known-signer).  known may be NULL.
 */
MUST_CHECK enum outcome smime_harvest_unless_known(struct span message,
    struct pki *pki, const struct judge_policy *policy,
    const struct smime_known *known, struct judgement *out);

#endif
