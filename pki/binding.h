#ifndef PKI_BINDING_H
#define PKI_BINDING_H

#include "base/facts.h"
#include "base/reason.h"

/*
 * Whether a certificate is the one of a mailbox, and if not, whose it is
 * instead.
 */

/*
 * Compare the facts with the canonical address; subject_too as in
 * facts_names_address().  REFUSED: gateway-address (the address, or else the
 * certificate's of the same domain, is one of a gateway),
 * domain-certificate (it is for the whole domain), no-address, not-from.
 */
MUST_CHECK enum outcome binding_check(const struct facts *f,
    const char *address, bool subject_too, struct reason *why);

#endif
