#include "smime/attributes.h"

#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>

#include "pki/sigalg.h"
#include "smime/tlv.h"

#define OID(s)                                                                 \
	{                                                                      \
		(const uint8_t *)(s), sizeof(s) - 1                            \
	}
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define SMIME_AA PKCS9 "\x10\x02"

static const struct span oid_content_type = OID(PKCS9 "\x03");
static const struct span oid_message_digest = OID(PKCS9 "\x04");
static const struct span oid_signing_time = OID(PKCS9 "\x05");
static const struct span oid_capabilities = OID(PKCS9 "\x0f");
static const struct span oid_signing_cert = OID(SMIME_AA "\x0c");
static const struct span oid_signing_cert_v2 = OID(SMIME_AA "\x2f");

/* In the order in which they are believed. */
static const struct {
	struct span oid;
	bool (*read)(struct span element, struct identity *out);
	const char *name;
} preferences[PREFERENCES] = {
    {OID(SMIME_AA "\x0b"), identity_of_preference,
	"SMIMEEncryptionKeyPreference"},
    {OID("\x2b\x06\x01\x04\x01\x82\x37\x10\x04"), identity_of_issuer,
	"Microsoft's encryption key preference"},
};

static enum outcome
content_type_check(const struct cms *c, struct reason *why)
{
	struct tlv_reader r;
	struct span value;
	enum outcome o;
	struct tlv t;

	o = cms_attribute(c, oid_content_type, &value, why);
	if (o != DONE)
		return o == NOTHING
		    ? reason_set(why, REASON_CMS_MALFORMED,
			  "signed attributes without contentType")
		    : o;
	tlv_start(&r, value);
	if (!tlv_take(&r, TLV_OID, &t) || !span_equal(t.value, c->content_type))
		return reason_set(why, REASON_CMS_MALFORMED,
		    "the signed contentType is another one");
	return DONE;
}

/* Only orders renewals, so that one that cannot be read does no harm. */
static int64_t
time_read(struct span value)
{
	const unsigned char *p = value.data;
	ASN1_TIME *t = d2i_ASN1_TIME(NULL, &p, (long)value.len);
	int64_t at = 0;
	struct tm tm;

	if (t != NULL && ASN1_TIME_to_tm(t, &tm) == 1)
		at = timegm(&tm);
	ASN1_TIME_free(t);
	return at;
}

/* One that cannot be read matters only where no other is believed first. */
static enum outcome
preferences_read(
    const struct cms *c, struct attributes *out, struct reason *why)
{
	struct preference *p;
	struct span value;
	enum outcome o;
	unsigned i;

	for (i = 0; i < PREFERENCES; i++) {
		o = cms_attribute(c, preferences[i].oid, &value, why);
		if (o == NOTHING)
			continue;
		p = &out->preferences[out->n_preferences];
		p->name = preferences[i].name;
		if (o == DONE && !preferences[i].read(value, &p->identity))
			o = reason_set(why, REASON_CMS_MALFORMED,
			    "%s cannot be read", p->name);
		if (o == DONE)
			out->n_preferences++;
		else if (out->n_preferences == 0)
			return o;
	}
	return DONE;
}

enum outcome
attributes_check_form(const struct cms *c, struct reason *why)
{
	const struct {
		struct span oid;
		bool required;
		const char *name;
	} rows[] = {
	    {oid_content_type, true, "contentType"},
	    {oid_message_digest, true, "messageDigest"},
	    {oid_signing_time, false, "signingTime"},
	};
	struct span value;
	enum outcome o;
	size_t i;

	if (c->attributes.len == 0)
		return DONE;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		o = cms_attribute(c, rows[i].oid, &value, why);
		if (o == NOTHING && rows[i].required)
			return reason_set(why, REASON_CMS_MALFORMED,
			    "signed attributes without %s", rows[i].name);
		if (o != DONE && o != NOTHING)
			return o;
	}
	return DONE;
}

enum outcome
attributes_read(const struct cms *c, struct attributes *out, struct reason *why)
{
	struct span value;
	enum outcome o;

	memset(out, 0, sizeof *out);
	if (c->attributes.len == 0)
		return DONE;
	o = content_type_check(c, why);
	if (o != DONE)
		return o;
	o = cms_attribute(c, oid_signing_time, &value, why);
	if (o == DONE)
		out->signing_time = time_read(value);
	else if (o != NOTHING)
		return o;
	o = cms_attribute(c, oid_capabilities, &value, why);
	if (o == DONE && value.len <= LIMIT_CAPABILITIES)
		out->capabilities = value;
	return preferences_read(c, out, why);
}

/* ESSCertID or ESSCertIDv2 at r: the hash of the signer's certificate. */
static bool
cert_id_matches(struct tlv_reader *r, bool v2, struct span signer)
{
	/* RFC 5035 section 4 has SHA-256 as the default. */
	const EVP_MD *md = v2 ? EVP_sha256() : EVP_sha1();
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct tlv_level id, algorithm;
	unsigned n = 0;
	struct tlv t;

	if (!tlv_enter(r, TLV_SEQUENCE, &id))
		return false;
	if (v2 && tlv_peek_tag(r) == TLV_SEQUENCE) {
		if (!tlv_enter(r, TLV_SEQUENCE, &algorithm) ||
		    !tlv_take(r, TLV_OID, &t) || !tlv_leave(r, &algorithm))
			return false;
		md = sigalg_md(sigalg_hash_of_oid(t.value));
	}
	return md != NULL && tlv_take(r, TLV_OCTETS, &t) &&
	    EVP_Digest(signer.data, signer.len, digest, &n, md, NULL) == 1 &&
	    span_equal(t.value, (struct span){digest, n});
}

static enum outcome
signing_cert_check(const struct cms *c, struct span oid, bool v2,
    struct span signer, struct reason *why)
{
	struct tlv_level value, certs;
	struct tlv_reader r;
	struct span raw;
	enum outcome o;

	o = cms_attribute(c, oid, &raw, why);
	if (o != DONE)
		return o == NOTHING ? DONE : o;
	/* The first one is the signer's: RFC 5035 section 5. */
	tlv_start(&r, raw);
	if (!tlv_enter(&r, TLV_SEQUENCE, &value) ||
	    !tlv_enter(&r, TLV_SEQUENCE, &certs) ||
	    !cert_id_matches(&r, v2, signer))
		return reason_set(why, REASON_SIGNING_CERT,
		    "signingCertificate%s names another certificate",
		    v2 ? "V2" : "");
	return DONE;
}

enum outcome
attributes_check_signer(
    const struct cms *c, struct span signer, struct reason *why)
{
	enum outcome o;

	o = signing_cert_check(c, oid_signing_cert, false, signer, why);
	if (o == DONE)
		o = signing_cert_check(
		    c, oid_signing_cert_v2, true, signer, why);
	return o;
}

/* An attribute that is absent is an empty field: none there is has no tag. */
static bool
field_digest(const struct cms *c, struct span oid, struct digest *d)
{
	struct span value = {NULL, 0};
	struct reason why;
	enum outcome o;

	o = cms_attribute(c, oid, &value, &why);
	digest_add_field(d, value);
	return o == DONE || o == NOTHING;
}

bool
attributes_digest(const struct cms *c, struct digest *d)
{
	size_t i;

	for (i = 0; i < sizeof preferences / sizeof preferences[0]; i++)
		if (!field_digest(c, preferences[i].oid, d))
			return false;
	return field_digest(c, oid_capabilities, d);
}
