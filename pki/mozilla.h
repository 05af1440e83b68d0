#ifndef PKI_MOZILLA_H
#define PKI_MOZILLA_H

#include "base/digest.h"
#include "base/trust.h"

/*
 * Mozilla's root store, as Debian's libnss3 has it: a PKCS#11 module that
 * nothing but constants is behind.  For processes that read no mail.
 */

/* Found by the dynamic linker, in the folder of the architecture. */
#define MOZILLA_MODULE "libnssckbi.so"

/*
 * Add every root that Mozilla trusts to vouch for mail as an anchor that is
 * a public CA's, with its distrust-after date, and remember what Mozilla
 * distrusts by name.  module is a path or the name of a library.  Starts no
 * thread, and the module is gone afterwards; libnspr4 below it stays.  BROKEN
 * (no-anchors): the module is missing, is none, or has no such root.
 */
MUST_CHECK enum outcome mozilla_load(
    struct trust *t, const char *module, struct reason *why);

/* Take in by what a change of the module can be noticed. */
void mozilla_stamp(const char *module, struct digest *d);

#endif
