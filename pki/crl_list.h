#ifndef PKI_CRL_LIST_H
#define PKI_CRL_LIST_H

#include <openssl/x509v3.h>

#include "base/digest.h"
#include "pki/crl.h"

#define CRL_BAD_KEYS 8

/*
 * A CRL and what is known of it so far.  Serial numbers are indexed and a
 * signature is verified when it is first asked for, once in the life of a
 * worker.
 */
struct crl_list {
	struct crl crl;
	X509_NAME *issuer;
	DIST_POINT_NAME *point; /* NULL: it tells of all points */
	bool indexed;
	bool critical;		   /* of the list, or of an entry */
	struct crl_entry *entries; /* by serial; of those not removed */
	size_t n;
	/* By the digest of a key: it signed the list; these last ones did
	 * not. */
	uint8_t good_key[DIGEST_LEN], bad_keys[CRL_BAD_KEYS][DIGEST_LEN];
	unsigned next_bad;
};

/* Read the frame of a CRL, borrowed.  false: it is none, or no memory; *l is
 * to be cleared in any case. */
bool crl_list_open(struct crl_list *l, struct span der);

/* Free what it holds. */
void crl_list_clear(struct crl_list *l);

/* Sort the entries, once; false when out of memory. */
bool crl_list_index(struct crl_list *l);

/* Whether the list, indexed, has the certificate. */
bool crl_list_has(const struct crl_list *l, const X509 *x);

/* Whether the certificate's key signed the list and may (RFC 5280 section
 * 4.2.1.3, cRLSign). */
bool crl_list_is_signed_by(struct crl_list *l, X509 *signer);

/* Whether it is known of that key already that it did not. */
bool crl_list_is_not_of(const struct crl_list *l, X509 *signer);

/* What a certificate says of who tells of its revocation. */
enum crl_relation {
	CRL_FOREIGN, /* others than the list's issuer */
	CRL_NAMED,   /* that issuer, at other distribution points */
	CRL_MEANT    /* that issuer, where this list is */
};

/* RFC 5280 section 6.3.3 (b) (1) and (2) (i). */
enum crl_relation crl_list_relate(const struct crl_list *l, X509 *x);

#endif
