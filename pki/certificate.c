#include "pki/certificate.h"

#include <string.h>
#include <time.h>

#include <openssl/x509v3.h>

#include "base/text.h"
#include "pki/addresses.h"
#include "pki/name.h"
#include "pki/skim.h"
#include "pki/usage.h"
#include "pki/validation.h"

enum outcome
certificate_decode(struct span der, X509 **out, struct reason *why)
{
	const unsigned char *p = der.data;
	unsigned char *again = NULL;
	X509 *x = NULL;
	struct skim skim;
	enum outcome o;
	int n;

	o = skim_certificate(der, &skim, why);
	if (o != DONE)
		return o;
	x = d2i_X509(NULL, &p, (long)der.len);
	if (x == NULL) {
		o = reason_set(why, REASON_CERT_MALFORMED,
		    "a certificate that cannot be decoded");
		goto out;
	}
	/* One certificate, one encoding: its digest is its name. */
	n = i2d_X509(x, &again);
	if (n < 0 ||
	    !span_equal(der, (struct span){again, n < 0 ? 0 : (size_t)n})) {
		o = reason_set(why, REASON_CERT_MALFORMED,
		    "a certificate that is not DER");
		goto out;
	}
	*out = x;
	x = NULL; /* the caller owns it now */
out:
	OPENSSL_free(again);
	X509_free(x);
	return o;
}

/* DONE, or the extension is there twice or cannot be read. */
static enum outcome
extension_check(
    const void *value, int crit, const char *name, struct reason *why)
{
	if (value != NULL || crit == -1)
		return DONE;
	return reason_set(why, REASON_CERT_MALFORMED,
	    crit == -2 ? "%s is there twice" : "%s cannot be read", name);
}

static enum outcome
validity_read(const X509 *x, struct facts *f, struct reason *why)
{
	struct tm from, to;

	memset(&from, 0, sizeof from);
	memset(&to, 0, sizeof to);
	if (ASN1_TIME_to_tm(X509_get0_notBefore(x), &from) != 1 ||
	    ASN1_TIME_to_tm(X509_get0_notAfter(x), &to) != 1)
		return reason_set(
		    why, REASON_CERT_MALFORMED, "a validity that is no time");
	f->not_before = timegm(&from);
	f->not_after = timegm(&to);
	return DONE;
}

/* RFC 5280 section 4.2.1.3; the bits are numbered as in the enum. */
static enum outcome
usage_read(const X509 *x, struct facts *f, struct reason *why)
{
	ASN1_BIT_STRING *s;
	enum outcome o;
	int crit, i;

	s = X509_get_ext_d2i(x, NID_key_usage, &crit, NULL);
	o = extension_check(s, crit, "keyUsage", why);
	if (s == NULL && o == DONE)
		f->usage = USAGE_ABSENT;
	for (i = 0; s != NULL && i <= 8; i++)
		if (ASN1_BIT_STRING_get_bit(s, i))
			f->usage |= 1u << i;
	ASN1_BIT_STRING_free(s);
	return o;
}

static enum outcome
extended_usage_read(const X509 *x, struct facts *f, struct reason *why)
{
	EXTENDED_KEY_USAGE *s;
	enum outcome o;
	int crit, i, nid;

	s = X509_get_ext_d2i(x, NID_ext_key_usage, &crit, NULL);
	o = extension_check(s, crit, "extendedKeyUsage", why);
	if (s == NULL && o == DONE)
		f->extended_usage = EKU_ABSENT;
	for (i = 0; s != NULL && i < sk_ASN1_OBJECT_num(s); i++) {
		nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(s, i));
		f->extended_usage |= nid == NID_email_protect ? EKU_EMAIL
		    : nid == NID_anyExtendedKeyUsage	      ? EKU_ANY
							      : EKU_OTHER;
	}
	EXTENDED_KEY_USAGE_free(s);
	return o;
}

static enum outcome
constraints_read(const X509 *x, struct facts *f, struct reason *why)
{
	BASIC_CONSTRAINTS *s;
	enum outcome o;
	int crit;

	s = X509_get_ext_d2i(x, NID_basic_constraints, &crit, NULL);
	o = extension_check(s, crit, "basicConstraints", why);
	/* Who may sign certificates is a CA, whatever else it says. */
	f->ca =
	    (s != NULL && s->ca != 0) || (f->usage & USAGE_KEY_CERT_SIGN) != 0;
	BASIC_CONSTRAINTS_free(s);
	return o;
}

static void
names_read(const X509 *x, struct facts *f)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	char both[2 * FACTS_TEXT];

	name_show(subject, f->subject, sizeof f->subject);
	name_show(X509_get_issuer_name(x), f->issuer, sizeof f->issuer);
	name_attribute(subject, NID_commonName, f->name, sizeof f->name);
	name_attribute(
	    subject, NID_givenName, f->given_name, sizeof f->given_name);
	name_attribute(subject, NID_surname, f->surname, sizeof f->surname);
	name_attribute(subject, NID_organizationName, f->organization,
	    sizeof f->organization);
	if (f->name[0] == '\0') {
		stpcpy(stpcpy(stpcpy(both, f->given_name), " "), f->surname);
		text_show(span_str(both), f->name, sizeof f->name);
	}
}

/* What the raw bytes tell, without any decoding. */
static enum outcome
skim_read(X509 *x, struct facts *f, struct reason *why)
{
	unsigned char *der = NULL;
	struct skim skim;
	enum outcome o;
	size_t len;
	int n;

	n = i2d_X509(x, &der);
	if (n < 0)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = skim_certificate((struct span){der, (size_t)n}, &skim, why);
	digest_sha256((struct span){der, (size_t)n}, f->sha256);
	if (o != DONE)
		goto out;
	digest_sha256(skim.issuer, f->issuer_sha256);
	digest_sha256(skim.subject, f->subject_sha256);
	digest_sha256(skim.key, f->key_sha256);
	f->key = skim.kind;
	f->bits = skim.bits;
	/* Without the zero that keeps it positive, as people know it. */
	if (skim.serial.len > 1 && skim.serial.data[0] == 0) {
		skim.serial.data++;
		skim.serial.len--;
	}
	len = skim.serial.len;
	if (len > (sizeof f->serial - 1) / 2)
		len = (sizeof f->serial - 1) / 2;
	bytes_hex((struct span){skim.serial.data, len}, f->serial);
out:
	OPENSSL_free(der);
	return o;
}

enum outcome
certificate_facts(X509 *x, struct facts *out, struct reason *why)
{
	enum outcome o;

	memset(out, 0, sizeof *out);
	o = skim_read(x, out, why);
	if (o != DONE)
		return o;
	names_read(x, out);
	out->validation = validation_read(x);
	o = validity_read(x, out, why);
	if (o == DONE)
		o = usage_read(x, out, why);
	if (o == DONE)
		o = extended_usage_read(x, out, why);
	if (o == DONE)
		o = constraints_read(x, out, why);
	if (o == DONE)
		o = addresses_read(x, out, why);
	if (o != DONE)
		return o;
	out->can_sign = usage_sign(out, NULL) == DONE;
	out->can_receive = usage_receive(out, NULL) == DONE;
	return DONE;
}

void
certificate_describe(struct span der, struct facts *out)
{
	X509 *x = NULL;
	enum outcome o;

	o = certificate_decode(der, &x, NULL);
	if (o == DONE)
		o = certificate_facts(x, out, NULL);
	if (o != DONE) {
		memset(out, 0, sizeof *out);
		digest_sha256(der, out->sha256);
		out->malformed = true;
	}
	X509_free(x);
}
