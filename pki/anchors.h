#ifndef PKI_ANCHORS_H
#define PKI_ANCHORS_H

#include "base/trust.h"

/*
 * Reading the certificates that the operator laid down into a trust bundle.
 * For processes that read no mail.
 */

/*
 * Add every certificate of a file in PEM or DER form, or of the files of a
 * folder, as an anchor.  domains as trust_grant has them.  One with a key that
 * no judge would use is left out.  BROKEN (no-anchors): nothing there, or
 * something that cannot be read; why names file and position.
 */
MUST_CHECK enum outcome anchors_load(
    struct trust *t, const char *path, const char *domains, struct reason *why);

/* The same for certificates that nobody vouches for: intermediates. */
MUST_CHECK enum outcome anchors_load_untrusted(
    struct trust *t, const char *path, struct reason *why);

#endif
