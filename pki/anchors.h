#ifndef PKI_ANCHORS_H
#define PKI_ANCHORS_H

#include "base/trust.h"

/*
 * Reading the certificates that the operator trusts into a trust bundle.
 * For processes that read no mail.
 */

/* The default set, whose anchors are marked as public CAs. */
#define ANCHORS_DEFAULT "/etc/ssl/certs/ca-certificates.crt"

/*
 * Add every certificate of a PEM file, or of each regular file of a folder, as
 * an anchor.  domains as trust_add_anchor() has them.  One with a key that
 * no judge would use is left out.  BROKEN (no-anchors): nothing there, or
 * something that cannot be read; why names file and position.
 */
MUST_CHECK enum outcome anchors_load(
    struct trust *t, const char *path, const char *domains, struct reason *why);

#endif
