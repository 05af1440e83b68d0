#ifndef PKI_SIGALG_H
#define PKI_SIGALG_H

#include <openssl/x509.h>

#include "base/judge.h"

/*
 * With what a signature was made: OpenSSL's identifiers as ours, which the
 * policy table (base/algorithm.h) speaks of.
 */
struct sigalg {
	enum hash_kind hash;
	bool pss;	     /* RSASSA-PSS */
	enum hash_kind mask; /* PSS: MGF1's digest */
	bool any_hash;	     /* only a kind of key is named: CMS alone may */
};

/* The digest of that name; HASH_UNKNOWN for one that is never computed. */
enum hash_kind sigalg_hash(const ASN1_OBJECT *oid);

/* The digest whose OID has these octets. */
enum hash_kind sigalg_hash_of_oid(struct span oid);

/* What computes it; NULL for HASH_UNKNOWN and HASH_INHERENT. */
const EVP_MD *sigalg_md(enum hash_kind hash);

/*
 * Take apart a signature algorithm with its parameters: RSA PKCS#1, RSASSA-PSS,
 * ECDSA, EdDSA, and DSA, which no policy lets pass by its key.  What is none of
 * these has HASH_UNKNOWN.
 */
void sigalg_read(const X509_ALGOR *algorithm, struct sigalg *out);

/*
 * Whether a signature made so counts, its mask included.  what is signed is
 * told to people.  REFUSED: weak-digest.
 */
MUST_CHECK enum outcome sigalg_check(const struct sigalg *a,
    const struct judge_policy *policy, const char *what, struct reason *why);

#endif
