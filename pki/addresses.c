#include "pki/addresses.h"

#include <string.h>

#include <openssl/x509v3.h>

/*
 * What some mail program might read in its own way, and no honest CA puts
 * into an address: RFC 5280 section 4.2.1.6 has an IA5String there, RFC 9598
 * section 3 UTF-8, of which address_canonical() says what it may hold.
 */
static bool
has_trick(struct span s, bool utf8)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.data[i] <= ' ' || s.data[i] == 0x7f ||
		    (s.data[i] > 0x7f && !utf8) ||
		    (s.data[i] < 0x7f &&
			strchr("\"\\<>(),;:", s.data[i]) != NULL))
			return true;
	return s.len == 0;
}

/* For people to see why no address is there; the rest is not needed. */
static void
domain_add(struct span raw, struct facts *f)
{
	char domain[ADDRESS_SIZE];
	unsigned i;

	if (f->n_domains == FACTS_DOMAINS ||
	    address_domain(raw, domain, NULL) != DONE)
		return;
	for (i = 0; i < f->n_domains; i++)
		if (strcmp(f->domains[i], domain) == 0)
			return;
	strcpy(f->domains[f->n_domains++], domain);
}

/* "example.org", "@example.org" and "*@example.org" are for the domain. */
static bool
is_domain(struct span raw, struct span *out)
{
	size_t skip = 0;

	if (raw.len >= 2 && raw.data[0] == '*' && raw.data[1] == '@')
		skip = 2;
	else if (raw.data[0] == '@')
		skip = 1;
	else if (memchr(raw.data, '@', raw.len) != NULL)
		return false;
	*out = (struct span){raw.data + skip, raw.len - skip};
	return true;
}

static enum outcome
mailbox_add(struct span raw, bool utf8, struct facts *f, struct reason *why)
{
	char address[ADDRESS_SIZE];
	struct span domain;
	enum outcome o;

	if (has_trick(raw, utf8))
		return reason_set(why, REASON_BAD_ADDRESS,
		    "a %s holds a character that none may",
		    utf8 ? "SmtpUTF8Mailbox" : "rfc822Name");
	if (is_domain(raw, &domain)) {
		domain_add(domain, f);
		return DONE;
	}
	o = address_canonical(raw, address, why);
	if (o != DONE || facts_has_address(f, address))
		return o;
	/* RFC 9598 section 3: one may not stand in the other's place. */
	if (utf8 && !address_is_utf8(address))
		return DONE;
	if (f->n_addresses == FACTS_ADDRESSES)
		return reason_set(why, REASON_CMS_LIMIT,
		    "a certificate for more than %d addresses",
		    FACTS_ADDRESSES);
	strcpy(f->addresses[f->n_addresses++], address);
	return DONE;
}

static struct span
span_of(const ASN1_STRING *s)
{
	return (struct span){
	    ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)};
}

static enum outcome
other_name_add(const OTHERNAME *name, struct facts *f, struct reason *why)
{
	if (OBJ_obj2nid(name->type_id) != NID_id_on_SmtpUTF8Mailbox)
		return DONE;
	if (name->value->type != V_ASN1_UTF8STRING)
		return reason_set(why, REASON_BAD_ADDRESS,
		    "a SmtpUTF8Mailbox that is no UTF8String");
	return mailbox_add(
	    span_of(name->value->value.utf8string), true, f, why);
}

static enum outcome
name_add(const GENERAL_NAME *name, struct facts *f, struct reason *why)
{
	switch (name->type) {
	case GEN_EMAIL:
		return mailbox_add(span_of(name->d.rfc822Name), false, f, why);
	case GEN_OTHERNAME:
		return other_name_add(name->d.otherName, f, why);
	case GEN_DNS:
		domain_add(span_of(name->d.dNSName), f);
		return DONE;
	default:
		return DONE;
	}
}

/* What is signed and what was read of it are the same octets. */
static enum outcome
der_check(const X509 *x, const GENERAL_NAMES *names, struct reason *why)
{
	int at = X509_get_ext_by_NID(x, NID_subject_alt_name, -1);
	unsigned char *again = NULL;
	enum outcome o = DONE;
	int n;

	n = i2d_GENERAL_NAMES(names, &again);
	if (n < 0 ||
	    !span_equal((struct span){again, n < 0 ? 0 : (size_t)n},
		span_of(X509_EXTENSION_get_data(X509_get_ext(x, at)))))
		o = reason_set(why, REASON_CERT_MALFORMED,
		    "a subjectAltName that is not DER");
	OPENSSL_free(again);
	return o;
}

static enum outcome
names_read(const X509 *x, struct facts *f, struct reason *why)
{
	enum outcome o = DONE;
	GENERAL_NAMES *s;
	int crit, i;

	s = X509_get_ext_d2i(x, NID_subject_alt_name, &crit, NULL);
	if (s == NULL && crit != -1)
		o = reason_set(why, REASON_CERT_MALFORMED,
		    crit == -2 ? "subjectAltName is there twice"
			       : "subjectAltName cannot be read");
	if (s != NULL && sk_GENERAL_NAME_num(s) > LIMIT_SANS)
		o = reason_set(why, REASON_CMS_LIMIT,
		    "a certificate with %d names, more than %d",
		    sk_GENERAL_NAME_num(s), LIMIT_SANS);
	if (s != NULL && o == DONE)
		o = der_check(x, s, why);
	for (i = 0; s != NULL && o == DONE && i < sk_GENERAL_NAME_num(s); i++)
		o = name_add(sk_GENERAL_NAME_value(s, i), f, why);
	GENERAL_NAMES_free(s);
	return o;
}

/* The one attribute of that type; more than one: it is not clear whose. */
static bool
attribute_find(const X509_NAME *subject, int nid, struct span *out)
{
	int at = X509_NAME_get_index_by_NID(subject, nid, -1);

	if (at < 0 || X509_NAME_get_index_by_NID(subject, nid, at) >= 0)
		return false;
	*out =
	    span_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	return true;
}

/* Legacy; nothing there is worth a refusal, as it does not count as a rule. */
static void
subject_read(const X509_NAME *subject, struct facts *f)
{
	struct span raw, domain;

	if (attribute_find(subject, NID_pkcs9_emailAddress, &raw) &&
	    !has_trick(raw, false)) {
		if (is_domain(raw, &domain))
			domain_add(domain, f);
		else if (address_canonical(raw, f->subject_address, NULL) !=
		    DONE)
			f->subject_address[0] = '\0';
	}
	if (f->n_addresses == 0 && f->subject_address[0] == '\0' &&
	    attribute_find(subject, NID_commonName, &raw) &&
	    !has_trick(raw, false) && memchr(raw.data, '.', raw.len) != NULL &&
	    is_domain(raw, &domain))
		domain_add(domain, f);
}

enum outcome
addresses_read(const X509 *x, struct facts *f, struct reason *why)
{
	enum outcome o = names_read(x, f, why);

	if (o == DONE)
		subject_read(X509_get_subject_name(x), f);
	return o;
}
