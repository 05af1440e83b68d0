#include "pki/sigalg.h"

#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "base/algorithm.h"

static const struct row {
	int nid;
	enum hash_kind hash;
	const EVP_MD *(*md)(void);
} rows[] = {
    {NID_sha256, HASH_SHA256, EVP_sha256},
    {NID_sha384, HASH_SHA384, EVP_sha384},
    {NID_sha512, HASH_SHA512, EVP_sha512},
    {NID_sha1, HASH_SHA1, EVP_sha1},
    {NID_sha224, HASH_SHA224, EVP_sha224},
    {NID_md5, HASH_MD5, EVP_md5},
    {NID_sha3_256, HASH_SHA3_256, EVP_sha3_256},
    {NID_sha3_384, HASH_SHA3_384, EVP_sha3_384},
    {NID_sha3_512, HASH_SHA3_512, EVP_sha3_512},
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static enum hash_kind
hash_of_nid(int nid)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (rows[i].nid == nid)
			return rows[i].hash;
	return HASH_UNKNOWN;
}

enum hash_kind
sigalg_hash(const ASN1_OBJECT *oid)
{
	return hash_of_nid(OBJ_obj2nid(oid));
}

enum hash_kind
sigalg_hash_of_oid(struct span oid)
{
	const ASN1_OBJECT *o;
	size_t i;

	for (i = 0; i < N_ROWS; i++) {
		o = OBJ_nid2obj(rows[i].nid);
		if (span_equal(
			oid, (struct span){OBJ_get0_data(o), OBJ_length(o)}))
			return rows[i].hash;
	}
	return HASH_UNKNOWN;
}

const EVP_MD *
sigalg_md(enum hash_kind hash)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (rows[i].hash == hash)
			return rows[i].md();
	return NULL;
}

/* The digest of an AlgorithmIdentifier that may be absent: SHA-1 then. */
static enum hash_kind
hash_or_default(const X509_ALGOR *a)
{
	return a == NULL ? HASH_SHA1 : sigalg_hash(a->algorithm);
}

/* MaskGenAlgorithm: MGF1, whose parameter is the digest once more. */
static enum hash_kind
mask_read(const X509_ALGOR *mask)
{
	enum hash_kind hash = HASH_UNKNOWN;
	X509_ALGOR *inner;

	if (mask == NULL)
		return HASH_SHA1;
	if (OBJ_obj2nid(mask->algorithm) != NID_mgf1)
		return HASH_UNKNOWN;
	inner = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(X509_ALGOR), mask->parameter);
	if (inner != NULL)
		hash = sigalg_hash(inner->algorithm);
	X509_ALGOR_free(inner);
	return hash;
}

/*
 * RSASSA-PSS-params, RFC 4055 section 3.1.  Both digests default to SHA-1.
 * How long the salt is, the arithmetic checks against the key: a short
 * one, or none, takes nothing from the signature's strength that we rely on.
 */
static void
pss_read(const ASN1_TYPE *parameter, struct sigalg *out)
{
	RSA_PSS_PARAMS *p;

	out->pss = true;
	out->any_hash = false;
	if (parameter == NULL)
		return;
	p = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(RSA_PSS_PARAMS), parameter);
	if (p == NULL)
		return;
	out->hash = hash_or_default(p->hashAlgorithm);
	out->mask = mask_read(p->maskGenAlgorithm);
	RSA_PSS_PARAMS_free(p);
}

void
sigalg_read(const X509_ALGOR *algorithm, struct sigalg *out)
{
	const ASN1_OBJECT *oid;
	int nid, hash, key;

	memset(out, 0, sizeof *out);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(oid);
	if (nid == NID_rsassaPss) {
		pss_read(algorithm->parameter, out);
		return;
	}
	if (nid == NID_ED25519 || nid == NID_ED448) {
		out->hash = HASH_INHERENT;
		return;
	}
	/* In CMS the key's algorithm alone may stand there: RFC 3370 section
	 * 3.2, RFC 5753 section 2.1.1 does not allow it but it is met. */
	if (nid == NID_rsaEncryption || nid == NID_X9_62_id_ecPublicKey ||
	    nid == NID_dsa)
		out->any_hash = true;
	else if (OBJ_find_sigid_algs(nid, &hash, &key) == 1)
		out->hash = hash_of_nid(hash);
}

enum outcome
sigalg_check(const struct sigalg *a, const struct judge_policy *policy,
    const char *what, struct reason *why)
{
	enum outcome o;

	o = algorithm_check_hash(policy, a->hash, what, why);
	if (o == DONE && a->pss)
		o = algorithm_check_hash(policy, a->mask, what, why);
	return o;
}
