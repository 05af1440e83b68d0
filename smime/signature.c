#include "smime/signature.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>

#include "base/algorithm.h"
#include "pki/crypto.h"

/* The one SignerInfo, decoded from what we wrote ourselves. */
static enum outcome
signer_decode(const struct cms *cms, CMS_ContentInfo **out, CMS_SignerInfo **si,
    struct reason *why)
{
	CMS_ContentInfo *ci = NULL;
	STACK_OF(CMS_SignerInfo) * signers;
	const unsigned char *p;
	struct buffer b;
	enum outcome o;

	o = cms_write_signer(cms, &b, why);
	if (o != DONE)
		goto out;
	p = b.data;
	ci = d2i_CMS_ContentInfo(NULL, &p, (long)b.len);
	signers = ci == NULL ? NULL : CMS_get0_SignerInfos(ci);
	if (signers == NULL || p != b.data + b.len ||
	    OBJ_obj2nid(CMS_get0_type(ci)) != NID_pkcs7_signed ||
	    sk_CMS_SignerInfo_num(signers) != 1) {
		o = reason_set(why, REASON_CMS_MALFORMED,
		    "the SignerInfo cannot be decoded");
		goto out;
	}
	*si = sk_CMS_SignerInfo_value(signers, 0);
	*out = ci;
	ci = NULL;
out:
	CMS_ContentInfo_free(ci);
	buffer_clear(&b);
	return o;
}

static bool
digest_stretch(void *arg, struct span s)
{
	size_t n;

	return s.len == 0 ||
	    (BIO_write_ex(arg, s.data, s.len, &n) == 1 && n == s.len);
}

/*
 * The digest of the content by the SignerInfo's algorithm, computed once
 * for all candidates, as the BIO that CMS_SignerInfo_verify_content() wants.
 */
static enum outcome
content_digest(CMS_SignerInfo *si, const struct content *content, BIO **out,
    struct signature_check *check, struct reason *why)
{
	X509_ALGOR *digest = NULL, *signature = NULL;
	const ASN1_OBJECT *oid = NULL;
	BIO *md = NULL, *sink = NULL;
	enum outcome o = DONE;
	void *plain = NULL;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&oid, NULL, NULL, digest);
	sigalg_read(signature, &check->algorithm);
	check->hash = sigalg_hash(oid);
	check->md = sigalg_md(check->hash);
	if (check->md == NULL)
		return reason_set(why, REASON_WEAK_DIGEST,
		    "a digest algorithm that is not known here");
	md = BIO_new(BIO_f_md());
	sink = BIO_new(BIO_s_null());
	/* BIO_set_md() would cast the const away. */
	memcpy(&plain, &check->md, sizeof plain);
	if (md == NULL || sink == NULL ||
	    BIO_ctrl(md, BIO_C_SET_MD, 0, plain) != 1) {
		o = reason_set(why, REASON_MEMORY, "no digest");
		goto out;
	}
	BIO_push(md, sink);
	sink = NULL;
	if (!content_each(content, digest_stretch, md)) {
		o = reason_set(why, REASON_CMS_MALFORMED,
		    "the content's pieces are no OCTET STRINGs");
		goto out;
	}
	*out = md;
	md = NULL;
out:
	BIO_free_all(md);
	BIO_free(sink);
	return o;
}

/*
 * One candidate.  Signed attributes: the signature over them, then their
 * digest of the content; a good signature over another digest tells that
 * the body was changed on its way.  Without them the two are one.
 */
static enum outcome
candidate_verify(CMS_SignerInfo *si, X509 *x, bool attributes, BIO *digest,
    struct reason *why)
{
	CMS_SignerInfo_set1_signer_cert(si, x);
	if (attributes && CMS_SignerInfo_verify(si) != 1)
		return reason_set(why, REASON_BAD_SIGNATURE,
		    "the signature over the attributes does not hold");
	if (CMS_SignerInfo_verify_content(si, digest) != 1)
		return attributes
		    ? reason_set(why, REASON_DIGEST_MISMATCH,
			  "the content is not the one that was signed")
		    : reason_set(why, REASON_BAD_SIGNATURE,
			  "the signature over the content does not hold");
	return DONE;
}

/*
 * A signature over attributes is also one over a content that consists of
 * those same octets, sent without attributes: that would strip the key
 * preference.  They start with the tag of a SET, '1'; no mail does.
 */
static bool
is_stripped(const struct cms *cms, const struct content *content)
{
	uint8_t first;

	return cms->attributes.len == 0 &&
	    content_head(content, &first, 1) == 1 && first == 0x31;
}

/* Several certificates may carry one key identifier: try each. */
static enum outcome
candidates_verify(CMS_SignerInfo *si, const struct cms *cms, BIO *digest,
    struct bag *bag, struct signature_check *out, struct reason *why)
{
	struct reason unread = {REASON_OK, ""};
	struct bag_entry *e;
	struct identity id;
	enum outcome o;
	unsigned at = 0;

	if (!identity_of_signer(cms->signer_info, &id))
		return reason_set(why, REASON_CMS_MALFORMED,
		    "the signer identifier cannot be read");
	while ((e = bag_next(bag, &id, &at, &unread)) != NULL) {
		out->signer = e;
		o = candidate_verify(
		    si, e->x509, cms->attributes.len > 0, digest, why);
		out->signature =
		    o == DONE ? SIGNATURE_VALID : SIGNATURE_INVALID;
		if (o == DONE || why->code == REASON_DIGEST_MISMATCH)
			return o;
	}
	if (out->signer != NULL)
		return reason_outcome(why->code);
	if (unread.code != REASON_OK) {
		*why = unread;
		return reason_outcome(why->code);
	}
	return reason_set(why, REASON_NO_SIGNER_CERT,
	    "none of the %u certificates is the signer's", bag_count(bag));
}

enum outcome
signature_verify(const struct cms *cms, const struct content *content,
    struct bag *bag, struct signature_check *out, struct reason *why)
{
	CMS_ContentInfo *ci = NULL;
	CMS_SignerInfo *si = NULL;
	BIO *digest = NULL;
	enum outcome o;

	memset(out, 0, sizeof *out);
	out->signature = SIGNATURE_NONE;
	o = signer_decode(cms, &ci, &si, why);
	if (o != DONE)
		goto out;
	o = content_digest(si, content, &digest, out, why);
	if (o != DONE)
		goto out;
	o = candidates_verify(si, cms, digest, bag, out, why);
	if (o == DONE && is_stripped(cms, content)) {
		out->signature = SIGNATURE_INVALID;
		o = reason_set(why, REASON_BAD_SIGNATURE,
		    "the content is a list of attributes, signed elsewhere");
	}
out:
	BIO_free_all(digest);
	CMS_ContentInfo_free(ci);
	crypto_forget_errors();
	return o;
}

enum outcome
signature_check_policy(const struct signature_check *check,
    const struct judge_policy *policy, struct reason *why)
{
	static const char what[] = "the mail";
	struct sigalg a = check->algorithm;
	enum outcome o;

	if (a.any_hash)
		a.hash = check->hash;
	o = algorithm_check_hash(policy, check->hash, what, why);
	if (o == DONE)
		o = sigalg_check(&a, policy, what, why);
	/* OpenSSL computes with the one and may not look at the other.  Who
	 * says two things cannot be told from who changed one of them. */
	if (o == DONE && a.hash != HASH_INHERENT && a.hash != check->hash)
		o = reason_set(why, REASON_CMS_MALFORMED,
		    "the signature is said to be by %s, the digest by %s",
		    algorithm_hash_name(a.hash),
		    algorithm_hash_name(check->hash));
	return o;
}
