#ifndef PKI_JUDGE_H
#define PKI_JUDGE_H

#include "base/judge.h"
#include "base/trust.h"

/*
 * Judging certificates: chain to an anchor at a given time, usage by our
 * own table, algorithms, validity, and the address.
 */
struct pki; /* the anchors, decoded once; for one process */

/*
 * Index the anchors.  DONE: *out is the caller's; it borrows trust, which
 * must outlive it.  A process that will be confined calls crypto_open()
 * before.
 */
MUST_CHECK enum outcome pki_open(
    const struct trust *trust, struct pki **out, struct reason *why);

/* Free; NULL is allowed. */
void pki_close(struct pki *p);

/* What a certificate is to do; may be combined. */
enum pki_purpose { PKI_SIGN = 1 << 0, PKI_RECEIVE = 1 << 1 };

/*
 * Judge one certificate that is to sign, to receive, or both, for the
 * address, with n others (DER) that may help to build the chain.  The
 * outcome is also in out->outcome, the reason in out->why.
 */
MUST_CHECK enum outcome pki_judge(struct pki *p, unsigned purposes,
    struct span certificate, const char *address, const struct span *others,
    unsigned n, const struct judge_policy *policy, struct admission *out);

/*
 * Judge a harvest: the signer for signing, the certificate for receiving,
 * both for the address.
 */
MUST_CHECK enum outcome pki_judge_harvest(struct pki *p,
    const struct harvest *h, const struct judge_policy *policy,
    struct admission *out);

/*
 * Between these two, all chains together may cost what else one may: a
 * message can make many certificates be judged, each with sixteen others
 * that may have issued each other.  What is left when it is used up is
 * chain-unknown.
 */
void pki_start_message(struct pki *p);

/* The message is done with. */
void pki_end_message(struct pki *p);

/* Certificates known from before (untrusted), for smime's search. */
unsigned pki_known_count(const struct pki *p);

/* The DER of known certificate i; borrowed. */
struct span pki_peek_known(const struct pki *p, unsigned i);

/* Whether something is published for the address, as the bundle has it. */
bool pki_is_partner(const struct pki *p, const char *address);

/* Tells one trust bundle from another; DIGEST_LEN bytes, borrowed. */
struct span pki_peek_trust(const struct pki *p);

#endif
