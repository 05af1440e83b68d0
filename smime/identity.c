#include "smime/identity.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "pki/cost.h"
#include "smime/tlv.h"

/* [n] IMPLICIT of a primitive and of a constructed type. */
#define IMPLICIT_0 0x80
#define IMPLICIT_2 0x82

/* Issuer and serial at r, which stands inside the sequence of both. */
static bool
issuer_serial_read(struct tlv_reader *r, struct identity *out)
{
	struct tlv t;

	if (!tlv_take(r, TLV_SEQUENCE, &t))
		return false;
	/* One that no certificate could have would be compared with each. */
	if (!cost_of_name(t.whole))
		return false;
	out->issuer = t.whole;
	if (!tlv_take(r, TLV_INTEGER, &t) || t.value.len == 0)
		return false;
	out->serial = t.value;
	return !tlv_more(r);
}

/* The element at r, of that tag, is an IssuerAndSerialNumber. */
static bool
issuer_take(struct tlv_reader *r, uint8_t tag, struct identity *out)
{
	struct tlv_level sequence;

	return tlv_enter(r, tag, &sequence) && issuer_serial_read(r, out) &&
	    tlv_leave(r, &sequence);
}

static bool
key_id_take(struct tlv_reader *r, uint8_t tag, struct identity *out)
{
	struct tlv t;

	if (!tlv_take(r, tag, &t) || t.value.len == 0)
		return false;
	out->key_id = t.value;
	return true;
}

bool
identity_of_signer(struct span signer_info, struct identity *out)
{
	struct tlv_level sequence;
	struct tlv_reader r;
	struct tlv t;

	memset(out, 0, sizeof *out);
	tlv_start(&r, signer_info);
	if (!tlv_enter(&r, TLV_SEQUENCE, &sequence) ||
	    !tlv_take(&r, TLV_INTEGER, &t))
		return false;
	if (tlv_peek_tag(&r) == TLV_SEQUENCE)
		return issuer_take(&r, TLV_SEQUENCE, out);
	return key_id_take(&r, IMPLICIT_0, out);
}

bool
identity_of_issuer(struct span element, struct identity *out)
{
	struct tlv_reader r;

	memset(out, 0, sizeof *out);
	tlv_start(&r, element);
	return issuer_take(&r, TLV_SEQUENCE, out) && tlv_end(&r);
}

bool
identity_of_preference(struct span element, struct identity *out)
{
	struct tlv_level key;
	struct tlv_reader r;

	memset(out, 0, sizeof *out);
	tlv_start(&r, element);
	switch (tlv_peek_tag(&r)) {
	case TLV_CONTEXT_0:
		return issuer_take(&r, TLV_CONTEXT_0, out) && tlv_end(&r);
	case TLV_CONTEXT_1:
		/* RecipientKeyIdentifier; date and other are not looked at. */
		return tlv_enter(&r, TLV_CONTEXT_1, &key) &&
		    key_id_take(&r, TLV_OCTETS, out) && tlv_leave(&r, &key) &&
		    tlv_end(&r);
	case IMPLICIT_2:
		return key_id_take(&r, IMPLICIT_2, out) && tlv_end(&r);
	default:
		return false;
	}
}

bool
identity_may_be(
    const struct identity *id, struct span der, const struct skim *skim)
{
	if (id->key_id.len > 0)
		return memmem(der.data, der.len, id->key_id.data,
			   id->key_id.len) != NULL;
	return span_equal(id->serial, skim->serial);
}

/* Names may be equal in other encodings: RFC 5280 section 7.1. */
static bool
name_is(struct span der, const X509_NAME *name)
{
	const unsigned char *p = der.data;
	X509_NAME *n = d2i_X509_NAME(NULL, &p, (long)der.len);
	bool same =
	    n != NULL && p == der.data + der.len && X509_NAME_cmp(n, name) == 0;

	X509_NAME_free(n);
	return same;
}

bool
identity_is(const struct identity *id, const struct skim *skim, X509 *x)
{
	const ASN1_OCTET_STRING *key_id;

	if (id->key_id.len > 0) {
		key_id = X509_get0_subject_key_id(x);
		return key_id != NULL &&
		    span_equal(id->key_id,
			(struct span){ASN1_STRING_get0_data(key_id),
			    (size_t)ASN1_STRING_length(key_id)});
	}
	return span_equal(id->serial, skim->serial) &&
	    (span_equal(id->issuer, skim->issuer) ||
		name_is(id->issuer, X509_get_issuer_name(x)));
}
