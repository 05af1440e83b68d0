#ifndef BASE_FACTS_H
#define BASE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/digest.h"
#include "base/limits.h"

/*
 * What there is to know about one certificate, in plain C: made by pki/ in
 * a judge worker, read by everybody else.  Text is UTF-8 that was decoded,
 * cleaned of control and bidirectional characters and cut at a character;
 * it is still a stranger's word.
 */
enum key_kind {
	KEY_OTHER,
	KEY_RSA,
	KEY_RSA_PSS, /* signs only, RFC 4055 */
	KEY_EC,
	KEY_ED25519,
	KEY_ED448,
	KEY_KINDS
};

/* What a signature is made over. */
enum hash_kind {
	HASH_UNKNOWN,
	HASH_MD5,
	HASH_SHA1,
	HASH_SHA224,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
	HASH_SHA3_256,
	HASH_SHA3_384,
	HASH_SHA3_512,
	HASH_INHERENT, /* of the key's own scheme: the Edwards curves */
	HASH_KINDS
};

/* KeyUsage, RFC 5280 section 4.2.1.3; USAGE_ABSENT when not there.  Not KU_:
 * OpenSSL has macros of such names with other values. */
enum key_usage {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_KEY_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
	USAGE_ENCIPHER_ONLY = 1 << 7,
	USAGE_DECIPHER_ONLY = 1 << 8,
	USAGE_ABSENT = 1 << 15
};

/* ExtendedKeyUsage, RFC 5280 section 4.2.1.12. */
enum extended_usage {
	EKU_EMAIL = 1 << 0,
	EKU_ANY = 1 << 1,
	EKU_OTHER = 1 << 2,
	EKU_ABSENT = 1 << 15
};

/* How the CA looked at the subject: CA/Browser Forum S/MIME BR 7.1.6.1. */
enum validation {
	VALIDATION_UNKNOWN,
	VALIDATION_MAILBOX,	 /* that somebody reads mail there */
	VALIDATION_ORGANIZATION, /* and that organization is whose it is */
	VALIDATION_SPONSOR,	 /* the same, and its word for the person */
	VALIDATION_INDIVIDUAL,	 /* the person's papers */
	VALIDATIONS
};

#define FACTS_ADDRESSES 16
#define FACTS_DOMAINS 4
#define FACTS_TEXT (LIMIT_NAME + 1)

struct facts {
	uint8_t sha256[DIGEST_LEN];	    /* of the DER certificate */
	uint8_t issuer_sha256[DIGEST_LEN];  /* of the DER issuer name */
	uint8_t subject_sha256[DIGEST_LEN]; /* of the DER subject name */
	uint8_t key_sha256[DIGEST_LEN];	    /* of the SubjectPublicKeyInfo */
	char subject[FACTS_TEXT];	    /* RFC 4514 string, cut */
	char issuer[FACTS_TEXT];
	char serial[2 * 32 + 1]; /* hexadecimal, cut */
	int64_t not_before;	 /* seconds since 1970, UTC */
	int64_t not_after;
	enum key_kind key;
	unsigned bits;		 /* of the modulus or the curve */
	unsigned usage;		 /* enum key_usage */
	unsigned extended_usage; /* enum extended_usage */
	bool ca;
	bool can_sign;	       /* by pki's usage table */
	bool can_receive;      /* may be encrypted to, by the same table */
	bool malformed;	       /* could not be read: only sha256 is set */
	char name[FACTS_TEXT]; /* CN, or given name and surname */
	char given_name[FACTS_TEXT];
	char surname[FACTS_TEXT];
	char organization[FACTS_TEXT];
	enum validation validation;
	unsigned n_addresses; /* canonical; address_is_utf8() tells the kind */
	char addresses[FACTS_ADDRESSES][ADDRESS_SIZE];
	char subject_address[ADDRESS_SIZE]; /* legacy emailAddress, or "" */
	unsigned n_domains; /* it names, which make nobody's mailbox */
	char domains[FACTS_DOMAINS][ADDRESS_SIZE];
};

/* Whether the certificate names the canonical address. */
bool facts_has_address(const struct facts *f, const char *address);

/* The same; when subject_too, the subject's emailAddress counts as well
 * (RFC 8550 section 3: legacy, by setting alone). */
bool facts_names_address(
    const struct facts *f, const char *address, bool subject_too);

#endif
