#ifndef SMIME_MISMATCH_H
#define SMIME_MISMATCH_H

#include "smime/signature.h"

/*
 * What broke a body: the usual causes undone one at a time, and the digest
 * compared once more with the one that was signed.  For people to find who
 * did it; never makes a signature good.
 */

/* The cause in words, or NULL when it is none of them. */
const char *mismatch_explain(const struct cms *cms,
    const struct content *content, const struct signature_check *check);

#endif
