#include "tests/fuzz/seal.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "smime/cms.h"
#include "tests/fuzz/der_tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal_key.h"

#define BLOB (256u * 1024)
#define SIGNATURE 128

static EVP_PKEY *
key(void)
{
	static EVP_PKEY *k;
	BIO *bio;

	if (k == NULL) {
		bio = BIO_new_mem_buf(seal_key, -1);
		k = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
		MUST(k != NULL);
	}
	return k;
}

static size_t
sign(const uint8_t *data, size_t len, uint8_t out[SIGNATURE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIGNATURE;

	MUST(ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key()) == 1 &&
	    EVP_DigestSign(ctx, out, &n, data, len) == 1);
	EVP_MD_CTX_free(ctx);
	return n;
}

/* Certificate: three parts, of which the first has a serial number. */
static void
certificate_sign(struct der_node *n)
{
	struct der_node *tbs = der_node_child(n, 0);
	struct der_node *bits = der_node_child(n, 2);
	uint8_t signature[1 + SIGNATURE] = {0};
	static uint8_t der[BLOB];
	size_t len;

	if (n->tag != 0x30 || bits == NULL || bits->next != NULL ||
	    tbs->tag != 0x30 || bits->tag != 0x03 ||
	    der_node_child(tbs, 5) == NULL)
		return;
	len = der_node_write(tbs, der, sizeof der);
	len = sign(der, len, signature + 1);
	der_node_set(bits, signature, 1 + len);
}

static void
certificates_sign(struct der_node *n)
{
	for (; n != NULL; n = n->next) {
		certificates_sign(n->child);
		certificate_sign(n);
	}
}

static bool
holds(const struct der_node *n, const char *oid)
{
	return n != NULL && n->tag == 0x06 && n->len == strlen(oid) &&
	    memcmp(n->data, oid, n->len) == 0;
}

/* messageDigest among the attributes. */
static void
digest_set(struct der_node *attributes, const uint8_t *digest, size_t len)
{
	static const char oid[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
	struct der_node *a, *value;

	for (a = attributes->child; a != NULL; a = a->next) {
		value = der_node_child(der_node_child(a, 1), 0);
		if (holds(a->child, oid) && value != NULL)
			der_node_set(value, digest, len);
	}
}

/* SignerInfo of the blob: ContentInfo, [0], SignedData, its last SET. */
static struct der_node *
signer_find(struct der_node *list)
{
	struct der_node *n =
	    der_node_child(der_node_child(der_node_child(list, 1), 0), 0);

	while (n != NULL && n->next != NULL)
		n = n->next;
	return der_node_child(n, 0);
}

static bool
digest_stretch(void *arg, struct span s)
{
	return EVP_DigestUpdate(arg, s.data, s.len) == 1;
}

/* The attributes get the digest of the content, and a signature. */
static void
signer_sign(struct der_node *signer, const struct content *content)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct der_node *n = der_node_child(signer, 3), *attributes = NULL;
	uint8_t digest[EVP_MAX_MD_SIZE], signature[SIGNATURE];
	static uint8_t der[BLOB];
	unsigned len = 0;
	size_t size;

	MUST(ctx != NULL && EVP_DigestInit(ctx, EVP_sha256()) == 1);
	(void)!content_each(content, digest_stretch, ctx);
	MUST(EVP_DigestFinal(ctx, digest, &len) == 1);
	EVP_MD_CTX_free(ctx);
	if (n != NULL && n->tag == 0xa0) {
		attributes = n;
		digest_set(attributes, digest, len);
	}
	while (n != NULL && n->tag != 0x04)
		n = n->next;
	if (n == NULL || attributes == NULL)
		return;
	size = der_node_write(attributes, der, sizeof der);
	der[0] = 0x31; /* RFC 5652 section 5.4 */
	size = sign(der, size, signature);
	der_node_set(n, signature, size);
}

size_t
seal(uint8_t *data, size_t size, size_t max, const struct content *detached)
{
	struct der_node *list = der_tree_read((struct span){data, size});
	static uint8_t copy[BLOB];
	struct cms cms;
	size_t n;

	certificates_sign(list);
	n = der_tree_write(list, copy, sizeof copy);
	if (n > 0 && detached != NULL &&
	    (cms_read((struct span){copy, n}, true, &cms, NULL) == DONE ||
		cms_read((struct span){copy, n}, false, &cms, NULL) == DONE))
		signer_sign(signer_find(list),
		    cms.has_content ? &cms.content : detached);
	n = der_tree_write(list, data, max);
	der_tree_free(list);
	return n;
}

struct trust *
seal_trust(void)
{
	struct trust *t = trust_new();

	MUST(t != NULL &&
	    trust_add_anchor(t, (struct span){seal_anchor, sizeof seal_anchor},
		&(struct trust_grant){.origin = "seal"}, NULL) == DONE &&
	    trust_add_known(
		t, (struct span){seal_known, sizeof seal_known}, NULL) == DONE);
	return t;
}
