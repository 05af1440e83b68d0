#ifndef SMIME_MISMATCH_H
#define SMIME_MISMATCH_H

#include "smime/signature.h"

/*
 * What broke a body: the usual causes undone one at a time, and the digest
 * compared once more with the one that was signed.  For people to find who
 * did it; never makes a signature good.
 */

/*
 * Replace the digest-mismatch in why by the cause (body-...), where it is one
 * of those.  REFUSED in any case.
 */
MUST_CHECK enum outcome mismatch_explain(const struct cms *cms,
    const struct content *content, const struct signature_check *check,
    struct reason *why);

#endif
