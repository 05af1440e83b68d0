#include "pki/skim.h"

#include <string.h>

#include "pki/cost.h"
#include "pki/der.h"

/* Larger ones are in nobody's hands; OpenSSL would compute with 10,000. */
#define DSA_MAX 3072

static enum outcome
malformed(struct reason *why, const char *what)
{
	return reason_set(
	    why, REASON_CERT_MALFORMED, "a certificate without %s", what);
}

static enum outcome
costly(struct reason *why, const char *what)
{
	return reason_set(why, REASON_WEAK_KEY, "%s", what);
}

/* RSAPublicKey, RFC 8017 appendix A.1.1. */
static enum outcome
rsa_key(struct span parameters, struct span key, struct skim *out,
    struct reason *why)
{
	struct der seq, n, e;
	unsigned exponent;

	(void)parameters;
	if (!der_expect(&key, DER_SEQUENCE, &seq) || key.len != 0 ||
	    !der_expect(&seq.content, DER_INTEGER, &n) ||
	    !der_expect(&seq.content, DER_INTEGER, &e) || seq.content.len != 0)
		return malformed(why, "a readable RSA key");
	out->bits = der_integer_bits(n.content);
	exponent = der_integer_bits(e.content);
	if (out->bits > LIMIT_RSA_MAX)
		return reason_set(why, REASON_WEAK_KEY,
		    "an RSA key of %u bits, more than %d", out->bits,
		    LIMIT_RSA_MAX);
	if (exponent > LIMIT_RSA_EXPONENT)
		return reason_set(why, REASON_WEAK_KEY,
		    "an RSA exponent of %u bits, more than %d", exponent,
		    LIMIT_RSA_EXPONENT);
	/* Even ones are no RSA, and 1 would sign for everybody. */
	if (out->bits < 512 || exponent < 2 ||
	    (n.content.data[n.content.len - 1] & 1) == 0 ||
	    (e.content.data[e.content.len - 1] & 1) == 0)
		return costly(why, "an RSA key that is none");
	return DONE;
}

/* Dss-Parms, RFC 3279 section 2.3.2. */
static enum outcome
dsa_key(struct span parameters, struct span key, struct skim *out,
    struct reason *why)
{
	struct der seq, p, y;

	if (!der_expect(&key, DER_INTEGER, &y))
		return malformed(why, "a readable DSA key");
	if (der_integer_bits(y.content) > DSA_MAX)
		return costly(why, "a DSA key that is too large");
	/* Inherited from the issuer: such a key cannot be used at all. */
	if (parameters.len == 0)
		return DONE;
	if (!der_expect(&parameters, DER_SEQUENCE, &seq) ||
	    !der_expect(&seq.content, DER_INTEGER, &p))
		return malformed(why, "readable DSA parameters");
	out->bits = der_integer_bits(p.content);
	if (out->bits > DSA_MAX)
		return costly(why, "a DSA key that is too large");
	return DONE;
}

#define OID(s) ((const uint8_t *)(s)), sizeof(s) - 1

/* The curves that we trust: NIST's and Brainpool's (RFC 5639) r1. */
static const struct curve {
	const uint8_t *oid;
	size_t oid_len;
	unsigned bits;
} curves[] = {
    {OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), 256},
    {OID("\x2b\x81\x04\x00\x22"), 384},
    {OID("\x2b\x81\x04\x00\x23"), 521},
    {OID("\x2b\x24\x03\x03\x02\x08\x01\x01\x07"), 256},
    {OID("\x2b\x24\x03\x03\x02\x08\x01\x01\x09"), 320},
    {OID("\x2b\x24\x03\x03\x02\x08\x01\x01\x0b"), 384},
    {OID("\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"), 512},
};

static bool
oid_is(struct span s, const uint8_t *oid, size_t len)
{
	return span_equal(s, (struct span){oid, len});
}

/*
 * RFC 5480 section 2.1.1: namedCurve and nothing else.  Explicit parameters
 * have cost others a fake root (CVE-2020-0601) and an endless loop
 * (CVE-2022-0778).
 */
static enum outcome
ec_key(struct span parameters, struct span key, struct skim *out,
    struct reason *why)
{
	struct der name;
	size_t i;

	(void)key;
	if (!der_expect(&parameters, DER_OID, &name) || parameters.len != 0)
		return costly(why, "a curve that is not a named one");
	for (i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (oid_is(name.content, curves[i].oid, curves[i].oid_len)) {
			out->bits = curves[i].bits;
			return DONE;
		}
	out->kind = KEY_OTHER;
	return DONE;
}

/* The kinds of keys; one that is not here is never computed with. */
static const struct key_row {
	const uint8_t *oid;
	size_t oid_len;
	enum key_kind kind;
	unsigned bits;
	enum outcome (*check)(struct span parameters, struct span key,
	    struct skim *out, struct reason *why);
} keys[] = {
    /* rsaEncryption and id-RSASSA-PSS, RFC 8017 appendix C */
    {OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), KEY_RSA, 0, rsa_key},
    {OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"), KEY_RSA_PSS, 0, rsa_key},
    /* id-RSAES-OAEP, RFC 4055 section 4.1 */
    {OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"), KEY_OTHER, 0, rsa_key},
    /* id-dsa, RFC 3279 section 2.3.2 */
    {OID("\x2a\x86\x48\xce\x38\x04\x01"), KEY_OTHER, 0, dsa_key},
    /* id-ecPublicKey, RFC 5480 section 2.1.1 */
    {OID("\x2a\x86\x48\xce\x3d\x02\x01"), KEY_EC, 0, ec_key},
    /* id-ecDH and id-ecMQV, RFC 5480 section 2.1.2 */
    {OID("\x2b\x81\x04\x01\x0c"), KEY_OTHER, 0, ec_key},
    {OID("\x2b\x81\x04\x01\x0d"), KEY_OTHER, 0, ec_key},
    /* SM2 keys come with id-ecPublicKey; RFC 8410 section 3 */
    {OID("\x2b\x65\x70"), KEY_ED25519, 256, NULL},
    {OID("\x2b\x65\x71"), KEY_ED448, 456, NULL},
};

/* SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7. */
static enum outcome
key_skim(struct span spki, struct skim *out, struct reason *why)
{
	struct der seq, algorithm, oid, bits;
	size_t i;

	if (!der_expect(&spki, DER_SEQUENCE, &seq) ||
	    !der_expect(&seq.content, DER_SEQUENCE, &algorithm) ||
	    !der_expect(&algorithm.content, DER_OID, &oid) ||
	    !der_expect(&seq.content, DER_BIT_STRING, &bits) ||
	    seq.content.len != 0 || bits.content.len < 1 ||
	    bits.content.data[0] != 0)
		return malformed(why, "a public key");
	bits.content.data++;
	bits.content.len--;
	out->kind = KEY_OTHER;
	out->bits = 0;
	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (!oid_is(oid.content, keys[i].oid, keys[i].oid_len))
			continue;
		out->kind = keys[i].kind;
		out->bits = keys[i].bits;
		if (keys[i].check == NULL)
			return DONE;
		return keys[i].check(algorithm.content, bits.content, out, why);
	}
	return DONE;
}

/* TBSCertificate, RFC 5280 section 4.1, up to the key. */
static enum outcome
tbs_skim(
    struct span whole, struct span tbs, struct skim *out, struct reason *why)
{
	struct der version, serial, algorithm, issuer, validity, subject, key;
	enum outcome o;

	/* DEFAULT v1: may be absent. */
	(void)der_expect(&tbs, DER_CONTEXT_0, &version);
	if (!der_expect(&tbs, DER_INTEGER, &serial))
		return malformed(why, "a serial number");
	if (!der_expect(&tbs, DER_SEQUENCE, &algorithm))
		return malformed(why, "a signature algorithm");
	if (!der_expect(&tbs, DER_SEQUENCE, &issuer))
		return malformed(why, "an issuer");
	if (!der_expect(&tbs, DER_SEQUENCE, &validity))
		return malformed(why, "a validity");
	if (!der_expect(&tbs, DER_SEQUENCE, &subject))
		return malformed(why, "a subject");
	if (!der_expect(&tbs, DER_SEQUENCE, &key))
		return malformed(why, "a public key");
	out->serial = serial.content;
	out->issuer = issuer.whole;
	out->subject = subject.whole;
	out->key = key.whole;
	o = key_skim(key.whole, out, why);
	return o == DONE ? cost_check(whole, tbs, why) : o;
}

enum outcome
skim_certificate(struct span der, struct skim *out, struct reason *why)
{
	struct der certificate, tbs, algorithm, signature;

	memset(out, 0, sizeof *out);
	if (der.len > LIMIT_CERTIFICATE)
		return reason_set(why, REASON_CMS_LIMIT,
		    "a certificate of %zu bytes, more than %u", der.len,
		    LIMIT_CERTIFICATE);
	if (!der_expect(&der, DER_SEQUENCE, &certificate))
		return malformed(why, "its DER frame");
	if (der.len != 0)
		return reason_set(why, REASON_CERT_MALFORMED,
		    "%zu bytes behind the certificate", der.len);
	if (!der_expect(&certificate.content, DER_SEQUENCE, &tbs) ||
	    !der_expect(&certificate.content, DER_SEQUENCE, &algorithm) ||
	    !der_expect(&certificate.content, DER_BIT_STRING, &signature) ||
	    certificate.content.len != 0)
		return malformed(why, "its three parts");
	return tbs_skim(certificate.whole, tbs.content, out, why);
}
