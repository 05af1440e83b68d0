#ifndef SMIME_CHOOSE_H
#define SMIME_CHOOSE_H

#include "smime/attributes.h"
#include "smime/bag.h"

/*
 * Which certificate to encrypt to (RFC 8551 section 2.5.3): the one that
 * the signer named, else another one of the same subject that is made for
 * it, else his own.
 */
struct choose_question {
	struct bag *bag;
	struct pki *pki;
	const struct judge_policy *policy;
	const struct attributes *attributes;
	struct bag_entry *signer;
	const char *address; /* that the certificate must carry */
};

/*
 * Choose; *out is an entry of the bag, and why's text says how it was
 * chosen.  REFUSED (preferred-absent, preferred-unfit, usage-encrypt;
 * weak-key, ca-signer, usage-sign: what the signer's own is, when there is
 * no other).
 */
MUST_CHECK enum outcome choose_certificate(const struct choose_question *q,
    struct bag_entry **out, struct reason *why);

/*
 * Judge one candidate wholly: chain, usage, dates, address, algorithms.  The
 * outcome is also in *out.
 */
MUST_CHECK enum outcome choose_judge(const struct choose_question *q,
    const struct bag_entry *e, struct admission *out);

#endif
