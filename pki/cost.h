#ifndef PKI_COST_H
#define PKI_COST_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * What reading a certificate would cost OpenSSL, told by the number of its
 * parts before it reads one: thousands of attributes, names or constraints
 * fit into 16 KiB, and some are multiplied with each other.
 */

/*
 * Count the elements of a DER certificate and of its extensions; behind_key
 * is what stands behind the key in its first part.  REFUSED (cms-limit;
 * cert-malformed: extensions that are not DER, so that nobody can count them).
 */
MUST_CHECK enum outcome cost_check(
    struct span certificate, struct span behind_key, struct reason *why);

/* Whether a name could be that of a certificate, by length and elements. */
bool cost_of_name(struct span der);

#endif
