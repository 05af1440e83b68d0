#include "smime/cms.h"

#include <string.h>

#include "smime/tlv.h"

/* An OID's octets as a span. */
#define OID(s)                                                                 \
	{                                                                      \
		(const uint8_t *)(s), sizeof(s) - 1                            \
	}

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define SMIME_CT "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static const struct span oid_data = OID(PKCS7 "\x01");
static const struct span oid_signed_data = OID(PKCS7 "\x02");

/* What is not signed-data, and what that means for us. */
static const struct {
	struct span oid;
	enum reason_code code;
	const char *what;
} others[] = {
    {OID(PKCS7 "\x01"), REASON_UNSIGNED, "plain data"},
    {OID(PKCS7 "\x03"), REASON_ENCRYPTED, "enveloped-data"},
    {OID(PKCS7 "\x04"), REASON_ENCRYPTED, "signed-and-enveloped-data"},
    {OID(PKCS7 "\x05"), REASON_UNSIGNED, "digested-data"},
    {OID(PKCS7 "\x06"), REASON_ENCRYPTED, "encrypted-data"},
    {OID(SMIME_CT "\x02"), REASON_ENCRYPTED, "authenticated-data"},
    {OID(SMIME_CT "\x09"), REASON_COMPRESSED, "compressed-data"},
    {OID(SMIME_CT "\x17"), REASON_ENCRYPTED, "auth-enveloped-data"},
};

static enum outcome
malformed(struct reason *why, const char *where)
{
	return reason_set(
	    why, REASON_CMS_MALFORMED, "the CMS breaks off in %s", where);
}

static enum outcome
content_type_check(struct span oid, struct reason *why)
{
	size_t i;

	if (span_equal(oid, oid_signed_data))
		return DONE;
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		if (span_equal(oid, others[i].oid))
			return reason_set(
			    why, others[i].code, "%s", others[i].what);
	return reason_set(why, REASON_CMS_MALFORMED,
	    "a content type that is no form of S/MIME");
}

/* [0] eContent: an OCTET STRING, whole or in pieces. */
static bool
explicit_read(struct tlv_reader *r, struct content *out)
{
	struct tlv_level explicit, pieces;
	const uint8_t *start;
	struct tlv t;

	if (!tlv_enter(r, TLV_CONTEXT_0, &explicit))
		return false;
	if (tlv_peek_tag(r) == TLV_OCTETS_PIECES) {
		/* Walked over once here, once for the digest. */
		start = r->p;
		if (!tlv_enter(r, TLV_OCTETS_PIECES, &pieces) ||
		    !tlv_leave(r, &pieces))
			return false;
		*out = (struct content){
		    CONTENT_PIECES, {start, (size_t)(r->p - start)}};
	} else {
		if (!tlv_take(r, TLV_OCTETS, &t))
			return false;
		*out = (struct content){CONTENT_PLAIN, t.value};
	}
	return !tlv_more(r) && tlv_leave(r, &explicit);
}

bool
cms_read_content(struct tlv_reader *r, struct span *content_type,
    bool *has_content, struct content *content)
{
	struct tlv_level sequence;
	struct tlv t;

	if (!tlv_enter(r, TLV_SEQUENCE, &sequence) || !tlv_take(r, TLV_OID, &t))
		return false;
	*content_type = t.value;
	*has_content = tlv_more(r);
	if (*has_content && !explicit_read(r, content))
		return false;
	return !tlv_more(r) && tlv_leave(r, &sequence);
}

/* CertificateSet: certificates proper are kept, their elders only counted. */
static enum outcome
certificates_read(struct tlv_reader *r, struct cms *out, struct reason *why)
{
	struct tlv_level set;
	unsigned n = 0;
	struct tlv t;

	if (tlv_peek_tag(r) != TLV_CONTEXT_0)
		return DONE;
	if (!tlv_enter(r, TLV_CONTEXT_0, &set))
		return malformed(why, "the certificates");
	while (tlv_more(r)) {
		if (!tlv_next(r, &t))
			return malformed(why, "a certificate");
		if (n++ == LIMIT_CERTIFICATES)
			return reason_set(why, REASON_CMS_LIMIT,
			    "more than %d certificates", LIMIT_CERTIFICATES);
		if (t.whole.len > LIMIT_CERTIFICATE)
			return reason_set(why, REASON_CMS_LIMIT,
			    "a certificate of %zu bytes", t.whole.len);
		if (t.tag == TLV_SEQUENCE)
			out->certificates[out->n_certificates++] = t.whole;
	}
	if (!tlv_leave(r, &set))
		return malformed(why, "the certificates");
	return DONE;
}

/* signerInfos: exactly one counts, the rest are not even looked at. */
static enum outcome
signers_read(
    struct tlv_reader *r, bool detached, struct cms *out, struct reason *why)
{
	struct tlv_level set;
	struct tlv t;

	if (!tlv_enter(r, TLV_SET, &set))
		return malformed(why, "the signers");
	if (!tlv_more(r) && tlv_ok(r)) {
		if (!detached && !out->has_content)
			return reason_set(why, REASON_CERTS_ONLY,
			    "%u certificates and no signer",
			    out->n_certificates);
		return reason_set(why, REASON_NO_SIGNER, "no SignerInfo");
	}
	if (!tlv_take(r, TLV_SEQUENCE, &t))
		return malformed(why, "the SignerInfo");
	out->signer_info = t.whole;
	if (tlv_more(r))
		return reason_set(
		    why, REASON_MANY_SIGNERS, "more than one SignerInfo");
	if (!tlv_leave(r, &set))
		return malformed(why, "the signers");
	return DONE;
}

/* SignerInfo: version, sid, digestAlgorithm, [0] signedAttrs or not. */
static bool
signer_info_read(struct cms *out)
{
	struct tlv_level sequence, set;
	struct tlv_reader r;
	struct tlv t;

	tlv_start(&r, out->signer_info);
	if (!tlv_enter(&r, TLV_SEQUENCE, &sequence) ||
	    !tlv_take(&r, TLV_INTEGER, &t) || !tlv_next(&r, &t) ||
	    !tlv_take(&r, TLV_SEQUENCE, &t))
		return false;
	if (tlv_peek_tag(&r) == TLV_CONTEXT_0) {
		if (!tlv_next(&r, &t))
			return false;
		out->attributes = t.whole;
		/* Empty ones are not allowed: RFC 5652 section 5.3. */
		tlv_start(&r, t.whole);
		return tlv_enter(&r, TLV_CONTEXT_0, &set) && tlv_more(&r);
	}
	return tlv_ok(&r);
}

/* SignedData, which the reader stands before. */
static enum outcome
signed_data_read(
    struct tlv_reader *r, bool detached, struct cms *out, struct reason *why)
{
	struct tlv_level sequence;
	enum outcome o;
	struct tlv t;

	if (!tlv_enter(r, TLV_SEQUENCE, &sequence) ||
	    !tlv_take(r, TLV_INTEGER, &t) || !tlv_take(r, TLV_SET, &t))
		return malformed(why, "the SignedData");
	if (!cms_read_content(
		r, &out->content_type, &out->has_content, &out->content))
		return malformed(why, "the content");
	o = certificates_read(r, out, why);
	if (o != DONE)
		return o;
	/* Revocation lists from a stranger: stepped over. */
	if (tlv_peek_tag(r) == TLV_CONTEXT_1 && !tlv_next(r, &t))
		return malformed(why, "the revocation lists");
	o = signers_read(r, detached, out, why);
	if (o != DONE)
		return o;
	if (tlv_more(r) || !tlv_leave(r, &sequence) || !signer_info_read(out))
		return malformed(why, "the SignedData");
	return DONE;
}

enum outcome
cms_read(struct span blob, bool detached, struct cms *out, struct reason *why)
{
	struct tlv_level sequence, explicit;
	struct tlv_reader r;
	enum outcome o;
	struct tlv t;

	memset(out, 0, sizeof *out);
	tlv_start(&r, blob);
	if (!tlv_enter(&r, TLV_SEQUENCE, &sequence) ||
	    !tlv_take(&r, TLV_OID, &t))
		return malformed(why, "its first element");
	o = content_type_check(t.value, why);
	if (o != DONE)
		return o;
	if (!tlv_enter(&r, TLV_CONTEXT_0, &explicit))
		return malformed(why, "its content");
	o = signed_data_read(&r, detached, out, why);
	if (o != DONE)
		return o;
	if (tlv_more(&r) || !tlv_leave(&r, &explicit) || tlv_more(&r) ||
	    !tlv_leave(&r, &sequence))
		return malformed(why, "its last element");
	if (!tlv_end(&r))
		return reason_set(why, REASON_CMS_TRAILING,
		    "%zu bytes behind the CMS", (size_t)(r.end - r.p));
	if (blob.len - out->content.bytes.len > LIMIT_CMS)
		return reason_set(why, REASON_CMS_TOO_LARGE,
		    "%zu bytes besides the content",
		    blob.len - out->content.bytes.len);
	if (detached && out->has_content)
		return reason_set(why, REASON_ECONTENT,
		    "content inside a detached signature");
	if (!detached && !out->has_content)
		return reason_set(
		    why, REASON_NO_CONTENT, "an opaque signature of nothing");
	return DONE;
}

/* ContentInfo of signed-data, as far as its certificates. */
static enum outcome
enter_certificates(struct tlv_reader *r, struct tlv_level levels[3],
    struct cms *out, struct reason *why)
{
	enum outcome o;
	struct tlv t;

	if (!tlv_enter(r, TLV_SEQUENCE, &levels[0]) ||
	    !tlv_take(r, TLV_OID, &t))
		return malformed(why, "its first element");
	o = content_type_check(t.value, why);
	if (o != DONE)
		return o;
	if (!tlv_enter(r, TLV_CONTEXT_0, &levels[1]) ||
	    !tlv_enter(r, TLV_SEQUENCE, &levels[2]) ||
	    !tlv_take(r, TLV_INTEGER, &t) || !tlv_take(r, TLV_SET, &t) ||
	    !tlv_take(r, TLV_SEQUENCE, &t))
		return malformed(why, "the SignedData");
	return certificates_read(r, out, why);
}

enum outcome
cms_read_certificates(struct span blob, struct cms *out, struct reason *why)
{
	struct tlv_level levels[3];
	struct tlv_reader r;
	enum outcome o;

	memset(out, 0, sizeof *out);
	if (blob.len > LIMIT_CMS)
		return reason_set(
		    why, REASON_CMS_TOO_LARGE, "%zu bytes", blob.len);
	tlv_start(&r, blob);
	o = enter_certificates(&r, levels, out, why);
	if (o != DONE)
		return o;
	if (!tlv_leave(&r, &levels[2]) || !tlv_leave(&r, &levels[1]) ||
	    !tlv_leave(&r, &levels[0]))
		return malformed(why, "its last element");
	if (!tlv_end(&r))
		return reason_set(
		    why, REASON_CMS_TRAILING, "bytes behind the CMS");
	return DONE;
}

bool
cms_is_data(const struct cms *c)
{
	return span_equal(c->content_type, oid_data);
}

/* Wrap what b holds in one more element. */
static bool
wrap(struct buffer *b, uint8_t tag, struct buffer *scratch)
{
	buffer_reset(scratch);
	if (!buffer_add(scratch, b->data, b->len))
		return false;
	buffer_reset(b);
	return tlv_put(b, tag, span_buffer(scratch));
}

enum outcome
cms_write_signer(const struct cms *c, struct buffer *b, struct reason *why)
{
	static const uint8_t version_and_digests[] = {
	    TLV_INTEGER, 1, 3, TLV_SET, 0};
	struct buffer encapsulated, body, scratch;
	bool ok;

	buffer_init(b, 2 * LIMIT_CMS);
	buffer_init(&encapsulated, 2 * LIMIT_CMS);
	buffer_init(&body, 2 * LIMIT_CMS);
	buffer_init(&scratch, 2 * LIMIT_CMS);
	/* SignedData: version, no digests, the type without content, signer */
	ok = tlv_put(&encapsulated, TLV_OID, c->content_type) &&
	    buffer_add(
		&body, version_and_digests, sizeof version_and_digests) &&
	    tlv_put(&body, TLV_SEQUENCE, span_buffer(&encapsulated)) &&
	    tlv_put(&body, TLV_SET, c->signer_info) &&
	    wrap(&body, TLV_SEQUENCE, &scratch) &&
	    wrap(&body, TLV_CONTEXT_0, &scratch) &&
	    /* ContentInfo */
	    tlv_put(b, TLV_OID, oid_signed_data) &&
	    buffer_add(b, body.data, body.len) &&
	    wrap(b, TLV_SEQUENCE, &scratch);
	buffer_clear(&encapsulated);
	buffer_clear(&body);
	buffer_clear(&scratch);
	if (!ok)
		return reason_set(why, REASON_MEMORY, "out of memory");
	return DONE;
}

/* Attribute: type and SET of values, of which there must be one. */
static bool
attribute_read(struct tlv_reader *r, struct span *oid, struct span *value)
{
	struct tlv_level sequence, set;
	struct tlv t;

	if (!tlv_enter(r, TLV_SEQUENCE, &sequence) || !tlv_take(r, TLV_OID, &t))
		return false;
	*oid = t.value;
	*value = (struct span){NULL, 0};
	if (!tlv_enter(r, TLV_SET, &set))
		return false;
	if (tlv_more(r)) {
		if (!tlv_next(r, &t))
			return false;
		if (!tlv_more(r))
			*value = t.whole;
	}
	return tlv_leave(r, &set) && !tlv_more(r) && tlv_leave(r, &sequence);
}

enum outcome
cms_attribute(
    const struct cms *c, struct span oid, struct span *out, struct reason *why)
{
	struct span type, value, found = {NULL, 0};
	struct tlv_level set;
	struct tlv_reader r;
	unsigned n = 0;

	if (c->attributes.len == 0)
		return NOTHING;
	tlv_start(&r, c->attributes);
	if (!tlv_enter(&r, TLV_CONTEXT_0, &set))
		return malformed(why, "the signed attributes");
	while (tlv_more(&r)) {
		if (!attribute_read(&r, &type, &value))
			return malformed(why, "a signed attribute");
		if (!span_equal(type, oid))
			continue;
		found = value;
		n++;
	}
	if (!tlv_leave(&r, &set))
		return malformed(why, "the signed attributes");
	if (n == 0)
		return NOTHING;
	if (n > 1 || found.data == NULL)
		return reason_set(why, REASON_CMS_MALFORMED,
		    "a signed attribute that must be there once is not");
	*out = found;
	return DONE;
}
