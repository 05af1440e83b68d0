#ifndef PKI_ANCHORS_H
#define PKI_ANCHORS_H

#include "base/trust.h"

/*
 * Reading the certificates that the operator trusts into a trust bundle.
 * For processes that read no mail.
 */

/*
 * Add every certificate of a PEM file, or of each regular file of a folder, as
 * an anchor. domains as trust_add_anchor() has them.  BROKEN (no-anchors):
 * nothing there could be read; why names file and position.
 */
MUST_CHECK enum outcome anchors_load(
    struct trust *t, const char *path, const char *domains, struct reason *why);

#endif
