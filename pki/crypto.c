#include "pki/crypto.h"

#include <stdlib.h>

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/judge_end.h"

static void *
memory_new(size_t n, const char *file, int line)
{
	void *p;

	(void)file;
	(void)line;
	if (n == 0)
		return NULL;
	p = malloc(n);
	if (p == NULL)
		judge_end_without_memory();
	return p;
}

static void
memory_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static void *
memory_resize(void *p, size_t n, const char *file, int line)
{
	if (n == 0) {
		memory_free(p, file, line);
		return NULL;
	}
	p = realloc(p, n);
	if (p == NULL)
		judge_end_without_memory();
	return p;
}

bool
crypto_abort_without_memory(void)
{
	return CRYPTO_set_mem_functions(
		   memory_new, memory_resize, memory_free) == 1;
}

/*
 * The libraries inside of OpenSSL that read structures.  What the others
 * report is, as a rule, that a signature does not hold.
 */
static const int readers[] = {ERR_LIB_ASN1, ERR_LIB_X509, ERR_LIB_X509V3,
    ERR_LIB_EC, ERR_LIB_BN, ERR_LIB_OBJ, ERR_LIB_OSSL_DECODER};

/* Since when nobody asked; as OpenSSL's queue, for this thread alone. */
static _Thread_local bool complained;

static bool
is_complaint(unsigned long e)
{
	size_t i;

	/* ASN1_item_verify() reports so that a signature does not hold. */
	if (ERR_GET_REASON(e) == ERR_R_EVP_LIB)
		return false;
	for (i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (ERR_GET_LIB(e) == readers[i])
			return true;
	return ERR_GET_LIB(e) == ERR_LIB_EVP &&
	    ERR_GET_REASON(e) == EVP_R_DECODE_ERROR;
}

void
crypto_forget_errors(void)
{
	unsigned long e;

	while ((e = ERR_get_error()) != 0)
		complained = complained || is_complaint(e);
}

bool
crypto_complained(void)
{
	bool was;

	crypto_forget_errors();
	was = complained;
	complained = false;
	return was;
}

/*
 * Keys that are made for the warm-up; their strength does not matter.  The
 * curves are all one algorithm: nothing is fetched for one more of them.
 */
static const struct warm {
	const char *name;
	const char *type;
	const char *group; /* EC */
	const char *digest;
	bool pss;
	bool cms; /* CMS knows no Edwards curve before OpenSSL 3.2 */
} warms[] = {
    {"RSA", "RSA", NULL, "SHA256", false, true},
    {"RSASSA-PSS", "RSA", NULL, "SHA256", true, false},
    {"P-256", "EC", "P-256", "SHA256", false, true},
    {"brainpoolP256r1", "EC", "brainpoolP256r1", "SHA256", false, false},
    {"Ed25519", "ED25519", NULL, NULL, false, false},
    {"Ed448", "ED448", NULL, NULL, false, false},
};

/* The least that OpenSSL makes, as that is quick. */
#define WARM_RSA_BITS 512

static EVP_PKEY *
warm_key(const struct warm *w)
{
	if (w->group != NULL)
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", w->group);
	if (w->type[0] == 'R')
		return EVP_PKEY_Q_keygen(
		    NULL, NULL, "RSA", (size_t)WARM_RSA_BITS);
	return EVP_PKEY_Q_keygen(NULL, NULL, w->type);
}

/* A certificate that the key signed for itself; NULL when that failed. */
static X509 *
warm_certificate(const struct warm *w, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = NULL;
	X509 *x = X509_new();
	X509_NAME *name;
	bool ok = false;

	if (ctx == NULL || x == NULL)
		goto out;
	name = X509_get_subject_name(x);
	ok = X509_set_version(x, X509_VERSION_3) == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		(const unsigned char *)"warm", -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), 0) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x), 3600) != NULL &&
	    X509_set_pubkey(x, key) == 1 &&
	    EVP_DigestSignInit_ex(
		ctx, &pkey, w->digest, NULL, NULL, key, NULL) == 1 &&
	    (!w->pss ||
		EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) ==
		    1) &&
	    X509_sign_ctx(x, ctx) > 0;
out:
	EVP_MD_CTX_free(ctx);
	if (!ok) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

/* Through the decoders and back, as a stranger's certificate goes. */
static bool
warm_decode(X509 *x, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	X509 *again = NULL;
	bool ok;
	int n;

	n = i2d_X509(x, &der);
	p = der;
	if (n > 0)
		again = d2i_X509(NULL, &p, n);
	ok = again != NULL && X509_verify(again, key) == 1 &&
	    X509_get0_pubkey(again) != NULL;
	X509_free(again);
	OPENSSL_free(der);
	return ok;
}

/* One CMS_sign() and CMS_verify(): the first one reads openssl.cnf. */
static bool
warm_cms(X509 *x, EVP_PKEY *key)
{
	const unsigned flags = CMS_BINARY | CMS_DETACHED;
	BIO *data = BIO_new_mem_buf("warm", 4);
	CMS_ContentInfo *cms = NULL, *again = NULL;
	unsigned char *der = NULL;
	const unsigned char *p;
	bool ok;
	int n = 0;

	if (data != NULL)
		cms = CMS_sign(x, key, NULL, data, flags);
	if (cms != NULL)
		n = i2d_CMS_ContentInfo(cms, &der);
	p = der;
	if (n > 0)
		again = d2i_CMS_ContentInfo(NULL, &p, n);
	ok = again != NULL && BIO_reset(data) == 1 &&
	    CMS_verify(again, NULL, NULL, data, NULL,
		flags | CMS_NO_SIGNER_CERT_VERIFY) == 1;
	CMS_ContentInfo_free(again);
	CMS_ContentInfo_free(cms);
	OPENSSL_free(der);
	BIO_free(data);
	return ok;
}

static enum outcome
warm_up(const struct warm *w, struct reason *why)
{
	EVP_PKEY *key = NULL;
	X509 *x = NULL;
	bool ok = false;

	key = warm_key(w);
	if (key == NULL)
		goto out;
	x = warm_certificate(w, key);
	if (x == NULL)
		goto out;
	ok = warm_decode(x, key) && (!w->cms || warm_cms(x, key));
out:
	X509_free(x);
	EVP_PKEY_free(key);
	return ok ? DONE
		  : reason_set(why, REASON_WORKER_BROKEN,
			"OpenSSL cannot verify %s", w->name);
}

static int
octet_compare(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

/*
 * OpenSSL sorts what it encodes as SET OF.  For more than a kilobyte glibc's
 * qsort() asks once how much memory there is, by a system call that a
 * confined worker must not make: fifty values in one attribute, or one RDN,
 * would end it.
 */
static void
warm_sort(void)
{
	unsigned char many[4096] = {0};

	qsort(many, sizeof many, 1, octet_compare);
}

/* The digests of signatures, those refused too: it is told by name. */
static const char *const digests[] = {"SHA256", "SHA384", "SHA512", "SHA224",
    "SHA3-256", "SHA3-384", "SHA3-512", "SHA1", "MD5"};

enum outcome
crypto_open(struct reason *why)
{
	enum outcome o = DONE;
	unsigned char md[EVP_MAX_MD_SIZE];
	size_t i;

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
		    OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
		    OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
		NULL) != 1)
		return reason_set(
		    why, REASON_WORKER_BROKEN, "OpenSSL does not start");
	for (i = 0; o == DONE && i < sizeof warms / sizeof warms[0]; i++)
		o = warm_up(&warms[i], why);
	for (i = 0; i < sizeof digests / sizeof digests[0]; i++)
		(void)EVP_Q_digest(NULL, digests[i], NULL, "warm", 4, md, NULL);
	warm_sort();
	crypto_forget_errors();
	return o;
}
