#ifndef PKI_CRL_PATH_H
#define PKI_CRL_PATH_H

#include "pki/revocation.h"

/*
 * The chain of a certificate that signs revocation lists: through one of the
 * certificates at or above first of the chain that is in hand, to the same
 * anchor (RFC 5280 section 6.3.3 (f)), by the rules that hold for every
 * chain.  NULL: there is none, or no work is left.  To be freed with what is
 * in it.
 */
STACK_OF(X509) *
    crl_path_find(X509 *signer, const STACK_OF(X509) * chain, int first,
	const struct revocation_request *r);

#endif
