#include "pki/revocation.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "pki/crl.h"
#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/name.h"

/* What is known of a CRL so far. */
struct list {
	struct crl crl;
	X509_NAME *issuer;
	bool indexed;
	bool critical;	      /* of the list, or of an entry */
	struct span *serials; /* sorted; of entries that are not removed */
	size_t n;
	/* By the digest of a key: it signed the list, or did not. */
	uint8_t good_key[DIGEST_LEN], bad_key[DIGEST_LEN];
};

struct revocation {
	bool required;
	struct list *lists;
	unsigned n;
};

enum outcome
revocation_new(
    const struct trust *t, struct revocation **out, struct reason *why)
{
	struct revocation *r = calloc(1, sizeof *r);
	const unsigned char *p;
	struct list *l;
	unsigned i;

	if (r != NULL)
		r->lists = calloc(t->n_crls + 1, sizeof *r->lists);
	if (r == NULL || r->lists == NULL) {
		free(r);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	r->required = t->revocation_required;
	for (i = 0; i < t->n_crls; i++) {
		l = &r->lists[r->n];
		/* One that is none was told to the operator before. */
		if (crl_skim(span_bytes(&t->crls[i].der), &l->crl, NULL) !=
		    DONE)
			continue;
		p = l->crl.issuer.data;
		l->issuer = d2i_X509_NAME(NULL, &p, (long)l->crl.issuer.len);
		if (l->issuer != NULL)
			r->n++;
	}
	*out = r;
	return DONE;
}

void
revocation_free(struct revocation *r)
{
	unsigned i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++) {
		X509_NAME_free(r->lists[i].issuer);
		free(r->lists[i].serials);
	}
	free(r->lists);
	free(r);
}

static int
serial_compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->data, y->data, x->len);
}

/* Sort the serial numbers, once.  A list that breaks off in the middle or has
 * entries that nobody understands cannot say that anything is good. */
static bool
list_index(struct list *l)
{
	struct span rest = l->crl.entries;
	struct crl_entry e;
	size_t n = 0;

	if (l->indexed)
		return true;
	while (crl_next(&rest, &e))
		n++;
	l->serials = calloc(n + 1, sizeof *l->serials);
	if (l->serials == NULL)
		return false;
	l->critical = l->crl.critical || rest.len > 0;
	rest = l->crl.entries;
	while (crl_next(&rest, &e)) {
		l->critical |= e.critical;
		if (!e.removed)
			l->serials[l->n++] = e.serial;
	}
	qsort(l->serials, l->n, sizeof *l->serials, serial_compare);
	l->indexed = true;
	return true;
}

/* The signature, as it is computed over the raw bytes. */
static bool
signature_holds(const struct crl *c, EVP_PKEY *key)
{
	const unsigned char *p = c->algorithm.data;
	X509_ALGOR *algorithm =
	    d2i_X509_ALGOR(NULL, &p, (long)c->algorithm.len);
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	ASN1_STRING *content = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
	ASN1_TYPE *any = ASN1_TYPE_new();
	bool ok = false;

	if (algorithm == NULL || bits == NULL || content == NULL ||
	    any == NULL ||
	    ASN1_BIT_STRING_set(bits,
		(unsigned char *)(uintptr_t)c->signature.data,
		(int)c->signature.len) != 1 ||
	    ASN1_STRING_set(
		content, c->signed_part.data, (int)c->signed_part.len) != 1)
		goto out;
	bits->flags = (bits->flags & ~7L) | ASN1_STRING_FLAG_BITS_LEFT;
	ASN1_TYPE_set(any, V_ASN1_SEQUENCE, content);
	content = NULL; /* any owns it now */
	ok = ASN1_item_verify(
		 ASN1_ITEM_rptr(ASN1_ANY), algorithm, bits, any, key) == 1;
out:
	X509_ALGOR_free(algorithm);
	ASN1_BIT_STRING_free(bits);
	ASN1_STRING_free(content);
	ASN1_TYPE_free(any);
	crypto_forget_errors();
	return ok;
}

/* Whether the CA signed the list and may: section 4.2.1.3, cRLSign. */
static bool
is_signed_by(struct list *l, X509 *ca)
{
	const X509_PUBKEY *spki = X509_get_X509_PUBKEY(ca);
	uint8_t digest[DIGEST_LEN];
	unsigned char *der = NULL;
	bool ok;
	int n;

	if ((X509_get_key_usage(ca) & X509v3_KU_CRL_SIGN) == 0)
		return false;
	n = i2d_X509_PUBKEY(spki, &der);
	if (n < 0)
		return false;
	digest_sha256((struct span){der, (size_t)n}, digest);
	OPENSSL_free(der);
	if (memcmp(digest, l->good_key, DIGEST_LEN) == 0)
		return true;
	if (memcmp(digest, l->bad_key, DIGEST_LEN) == 0)
		return false;
	ok = signature_holds(&l->crl, X509_get0_pubkey(ca));
	memcpy(ok ? l->good_key : l->bad_key, digest, DIGEST_LEN);
	return ok;
}

static bool
is_listed(const struct list *l, const X509 *x)
{
	unsigned char *der = NULL;
	struct span serial;
	bool found;
	int n = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &der);

	if (n < 0)
		return true; /* cannot be; the safe side */
	serial = (struct span){der, (size_t)n};
	found = bsearch(&serial, l->serials, l->n, sizeof serial,
		    serial_compare) != NULL;
	OPENSSL_free(der);
	return found;
}

/* Whether one of the names of a (the contents of a DistributionPointName) is
 * one of b's, byte for byte. */
static bool
names_meet(struct span a, struct span b)
{
	struct der x, y, one, other;
	struct span rest;

	if (!der_expect(&a, DER_CONTEXT_0, &x) ||
	    !der_expect(&b, DER_CONTEXT_0, &y))
		return false;
	while (der_next(&x.content, &one))
		for (rest = y.content; der_next(&rest, &other);)
			if (span_equal(one.whole, other.whole))
				return true;
	return false;
}

/* Section 6.3.3 (b) (2) (i): the list's point is one that the certificate's
 * cRLDistributionPoints has. */
static bool
point_matches(const struct list *l, const X509 *x)
{
	int at = X509_get_ext_by_NID(x, NID_crl_distribution_points, -1);
	const ASN1_OCTET_STRING *s;
	struct der list, point, name;
	struct span rest;

	if (l->crl.point.len == 0)
		return true;
	if (at < 0)
		return false;
	s = X509_EXTENSION_get_data(X509_get_ext(x, at));
	rest = (struct span){
	    ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)};
	if (!der_expect(&rest, DER_SEQUENCE, &list))
		return false;
	while (der_expect(&list.content, DER_SEQUENCE, &point))
		if (der_expect(&point.content, DER_CONTEXT_0, &name) &&
		    names_meet(l->crl.point, name.content))
			return true;
	return false;
}

/* Whether the list could say that the certificate is good. */
static bool
speaks_of(const struct list *l, const X509 *x, bool is_ca, int64_t now)
{
	return !l->critical && !l->crl.delta &&
	    !(is_ca ? l->crl.only_users : l->crl.only_cas) &&
	    l->crl.this_update <= now && now <= l->crl.next_update &&
	    point_matches(l, x);
}

/* Whether the issuer of certificate at signed the list, with the key of any
 * of its certificates in the chain: a CA that changes its key certifies
 * itself (RFC 5280 section 3.2) and signs with one of them. */
static bool
is_of_issuer(struct list *l, const STACK_OF(X509) * chain, int at)
{
	int i;

	for (i = at + 1; i < sk_X509_num(chain); i++)
		if (X509_NAME_cmp(l->issuer,
			X509_get_subject_name(sk_X509_value(chain, i))) == 0 &&
		    is_signed_by(l, sk_X509_value(chain, i)))
			return true;
	return false;
}

/* One certificate by what its issuer has signed. */
static enum outcome
certificate_check(struct revocation *r, const STACK_OF(X509) * chain, int at,
    int64_t now, struct reason *why)
{
	X509 *x = sk_X509_value(chain, at);
	char name[LIMIT_NAME / 2];
	unsigned reasons = 0, i;
	struct list *l;

	for (i = 0; i < r->n; i++) {
		l = &r->lists[i];
		if (l->crl.indirect || l->crl.only_attributes ||
		    X509_NAME_cmp(l->issuer, X509_get_issuer_name(x)) != 0 ||
		    !is_of_issuer(l, chain, at))
			continue;
		if (!list_index(l))
			return reason_set(why, REASON_MEMORY, "out of memory");
		name_show(X509_get_subject_name(x), name, sizeof name);
		if (is_listed(l, x))
			return reason_set(
			    why, REASON_REVOKED, "revoked: %s", name);
		if (speaks_of(l, x, at > 0, now))
			reasons |= l->crl.some_reasons == 0
			    ? CRL_ALL_REASONS
			    : l->crl.some_reasons;
	}
	if (!r->required || (reasons & CRL_ALL_REASONS) == CRL_ALL_REASONS)
		return DONE;
	name_show(X509_get_issuer_name(x), name, sizeof name);
	return reason_set(why, REASON_REVOCATION_UNKNOWN,
	    "no current revocation list of %s tells of a certificate", name);
}

enum outcome
revocation_check(struct revocation *r, const STACK_OF(X509) * chain,
    int64_t now, struct reason *why)
{
	int i, n = sk_X509_num(chain);
	enum outcome o = DONE;

	if (r->n == 0 && !r->required)
		return DONE;
	/* From the top: who is revoked revokes nobody. */
	for (i = n - 2; i >= 0 && o == DONE; i--)
		o = certificate_check(r, chain, i, now, why);
	return o;
}
