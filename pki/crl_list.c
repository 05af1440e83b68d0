#include "pki/crl_list.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "pki/crypto.h"

/* The point as a whole name; one that is relative is so to the issuer. */
static bool
point_open(struct crl_list *l)
{
	const unsigned char *p = l->crl.point.data;

	if (l->crl.point.len == 0)
		return true;
	l->point = d2i_DIST_POINT_NAME(NULL, &p, (long)l->crl.point.len);
	return l->point != NULL && p == l->crl.point.data + l->crl.point.len &&
	    DIST_POINT_set_dpname(l->point, l->issuer) == 1;
}

bool
crl_list_open(struct crl_list *l, struct span der)
{
	const unsigned char *p;

	memset(l, 0, sizeof *l);
	if (crl_skim(der, &l->crl, NULL) != DONE)
		return false;
	p = l->crl.issuer.data;
	l->issuer = d2i_X509_NAME(NULL, &p, (long)l->crl.issuer.len);
	/* One whose point nobody understands can still revoke. */
	if (l->issuer != NULL && !point_open(l))
		l->crl.critical = true;
	crypto_forget_errors();
	return l->issuer != NULL;
}

void
crl_list_clear(struct crl_list *l)
{
	X509_NAME_free(l->issuer);
	DIST_POINT_NAME_free(l->point);
	free(l->entries);
}

static int
serial_compare(struct span x, struct span y)
{
	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	return memcmp(x.data, y.data, x.len);
}

static int
entry_compare(const void *a, const void *b)
{
	const struct crl_entry *x = a, *y = b;

	return serial_compare(x->serial, y->serial);
}

/* A list that breaks off in the middle or has entries that nobody
 * understands cannot say that anything is good. */
bool
crl_list_index(struct crl_list *l)
{
	struct span rest = l->crl.entries, issuer = {NULL, 0};
	struct crl_entry e;
	size_t n = 0;

	if (l->indexed)
		return true;
	while (crl_next(&rest, &e))
		n++;
	l->entries = calloc(n + 1, sizeof *l->entries);
	if (l->entries == NULL)
		return false;
	l->critical = l->crl.critical || rest.len > 0;
	rest = l->crl.entries;
	while (crl_next(&rest, &e)) {
		l->critical |=
		    e.critical || (e.issuer.len > 0 && !l->crl.indirect);
		/* It counts for what follows too: section 5.3.3. */
		if (e.issuer.len > 0)
			issuer = e.issuer;
		e.issuer = issuer;
		if (!e.removed)
			l->entries[l->n++] = e;
	}
	qsort(l->entries, l->n, sizeof *l->entries, entry_compare);
	l->indexed = true;
	return true;
}

/* Whether the entry is of the issuer of x.  Where only the list's own issuer
 * can be meant, it is. */
static bool
is_of_issuer(const struct crl_list *l, const struct crl_entry *e, const X509 *x)
{
	const X509_NAME *name = X509_get_issuer_name(x);
	const unsigned char *p = e->issuer.data;
	GENERAL_NAMES *names;
	GENERAL_NAME *g;
	bool found = false;
	int i;

	if (!l->crl.indirect)
		return true;
	if (e->issuer.len == 0)
		return X509_NAME_cmp(l->issuer, name) == 0;
	(void)ERR_set_mark();
	names = d2i_GENERAL_NAMES(NULL, &p, (long)e->issuer.len);
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		g = sk_GENERAL_NAME_value(names, i);
		found |= g->type == GEN_DIRNAME &&
		    X509_NAME_cmp(g->d.directoryName, name) == 0;
	}
	GENERAL_NAMES_free(names);
	(void)ERR_pop_to_mark();
	return found;
}

bool
crl_list_has(const struct crl_list *l, const X509 *x)
{
	size_t low = 0, high = l->n, middle;
	unsigned char *der = NULL;
	struct span serial;
	bool found = false;
	int n = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &der);

	if (n < 0)
		return true; /* cannot be; the safe side */
	serial = (struct span){der, (size_t)n};
	/* The first one that is not smaller. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (serial_compare(l->entries[middle].serial, serial) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (;
	     !found && low < l->n && span_equal(l->entries[low].serial, serial);
	     low++)
		found = is_of_issuer(l, &l->entries[low], x);
	OPENSSL_free(der);
	return found;
}

/*
 * The signature, as it is computed over the raw bytes.  What OpenSSL reports
 * of a list is no complaint about the mail: its queue is left as it was.
 */
static bool
signature_holds(const struct crl *c, EVP_PKEY *key)
{
	const unsigned char *p = c->algorithm.data;
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	ASN1_STRING *content = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
	ASN1_TYPE *any = ASN1_TYPE_new();
	bool ok = false;

	(void)ERR_set_mark();
	algorithm = d2i_X509_ALGOR(NULL, &p, (long)c->algorithm.len);
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
	(void)ERR_pop_to_mark();
	return ok;
}

static bool
key_digest(X509 *x, uint8_t out[DIGEST_LEN])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	if (n < 0)
		return false;
	digest_sha256((struct span){der, (size_t)n}, out);
	OPENSSL_free(der);
	return true;
}

static bool
is_bad(const struct crl_list *l, const uint8_t key[DIGEST_LEN])
{
	unsigned i;

	for (i = 0; i < CRL_BAD_KEYS; i++)
		if (memcmp(l->bad_keys[i], key, DIGEST_LEN) == 0)
			return true;
	return false;
}

bool
crl_list_is_not_of(const struct crl_list *l, X509 *signer)
{
	uint8_t key[DIGEST_LEN];

	return !key_digest(signer, key) || is_bad(l, key);
}

bool
crl_list_is_signed_by(struct crl_list *l, X509 *signer)
{
	uint8_t key[DIGEST_LEN];
	bool ok;

	if ((X509_get_key_usage(signer) & X509v3_KU_CRL_SIGN) == 0 ||
	    !key_digest(signer, key) || is_bad(l, key))
		return false;
	if (memcmp(key, l->good_key, DIGEST_LEN) == 0)
		return true;
	ok = signature_holds(&l->crl, X509_get0_pubkey(signer));
	memcpy(ok ? l->good_key : l->bad_keys[l->next_bad++ % CRL_BAD_KEYS],
	    key, DIGEST_LEN);
	return ok;
}
