/*
 * A PKCS#11 module that stands in for libnssckbi.so: it serves the roots
 * that the file "roots" beside it names, one a line,
 *
 *	FILE.der WORD DATE
 *
 * with a word for how far Mozilla would trust the root for mail, and its
 * distrust-after date, or "-".  A line "!" lets C_Initialize() fail.
 */
#include <dlfcn.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>
#include <openssl/x509.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/pkcs11x.h>

#define ROOTS 32

struct root {
	unsigned char *der, *issuer, *serial;
	int der_len, issuer_len, serial_len;
	unsigned char sha1[SHA_DIGEST_LENGTH];
	CK_TRUST mail;
	char date[32];
	CK_ULONG date_len;
};

static struct root roots[ROOTS];
static CK_ULONG n_roots;
static CK_ATTRIBUTE wanted[8];
static CK_ULONG n_wanted, next;
static char words[8][4096];

static const struct {
	const char *word;
	CK_TRUST trust;
} trusts[] = {
    {"delegator", CKT_NSS_TRUSTED_DELEGATOR},
    {"trusted", CKT_NSS_TRUSTED},
    {"must-verify", CKT_NSS_MUST_VERIFY_TRUST},
    {"distrusted", CKT_NSS_NOT_TRUSTED},
    {"valid-delegator", CKT_NSS_VALID_DELEGATOR},
    {"unknown", CKT_NSS_TRUST_UNKNOWN},
    /* the trust object is of another certificate of that name and number */
    {"other", CKT_NSS_TRUSTED_DELEGATOR},
};

static int
root_read(
    const char *folder, const char *file, const char *word, const char *date)
{
	struct root *r = &roots[n_roots];
	char path[1400];
	X509 *x;
	FILE *f;
	size_t i;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	f = fopen(path, "rb");
	x = f == NULL ? NULL : d2i_X509_fp(f, NULL);
	if (x == NULL)
		return 0;
	fclose(f);
	r->der_len = i2d_X509(x, &r->der);
	r->issuer_len = i2d_X509_NAME(X509_get_issuer_name(x), &r->issuer);
	r->serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &r->serial);
	X509_free(x);
	SHA1(r->der, (size_t)r->der_len, r->sha1);
	if (strcmp(word, "other") == 0)
		r->sha1[0] ^= 1;
	for (i = 0; i < sizeof trusts / sizeof trusts[0]; i++)
		if (strcmp(trusts[i].word, word) == 0)
			r->mail = trusts[i].trust;
	/* Mozilla's has CK_FALSE where there is no date. */
	r->date_len = 1;
	if (strcmp(date, "-") != 0)
		r->date_len =
		    (CK_ULONG)snprintf(r->date, sizeof r->date, "%s", date);
	n_roots++;
	return 1;
}

static CK_RV
initialize(void *args)
{
	char file[256], word[32], date[32], folder[1024], list[1100];
	Dl_info info;
	FILE *f;
	CK_RV rv = CKR_OK;

	(void)args;
	signal(SIGPIPE, SIG_IGN); /* as NSPR does */
	if (dladdr((void *)roots, &info) == 0)
		return CKR_GENERAL_ERROR;
	snprintf(folder, sizeof folder, "%s", info.dli_fname);
	snprintf(list, sizeof list, "%s/roots", dirname(folder));
	f = fopen(list, "r");
	if (f == NULL)
		return CKR_GENERAL_ERROR;
	while (n_roots < ROOTS &&
	    fscanf(f, "%255s %31s %31s", file, word, date) == 3)
		if (file[0] == '!' || !root_read(folder, file, word, date))
			rv = CKR_GENERAL_ERROR;
	fclose(f);
	return rv;
}

static CK_RV
finalize(void *reserved)
{
	(void)reserved;
	for (; n_roots > 0; n_roots--) {
		struct root *r = &roots[n_roots - 1];

		OPENSSL_free(r->der);
		OPENSSL_free(r->issuer);
		OPENSSL_free(r->serial);
		memset(r, 0, sizeof *r);
	}
	return CKR_OK;
}

static CK_RV
get_slot_list(unsigned char present, CK_SLOT_ID *slots, CK_ULONG *n)
{
	(void)present;
	slots[0] = 7;
	*n = 1;
	return CKR_OK;
}

static CK_RV
open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *out)
{
	(void)application;
	(void)notify;
	if (slot != 7 || (flags & CKF_SERIAL_SESSION) == 0)
		return CKR_ARGUMENTS_BAD;
	*out = 1;
	return CKR_OK;
}

static CK_RV
close_session(CK_SESSION_HANDLE session)
{
	(void)session;
	return CKR_OK;
}

/* Handles: 2 * i + 1 is the certificate of root i, 2 * i + 2 its trust. */
static int
value_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, const void **data,
    CK_ULONG *len)
{
	static const CK_OBJECT_CLASS classes[] = {
	    CKO_CERTIFICATE, CKO_NSS_TRUST};
	const struct root *r = &roots[(object - 1) / 2];
	int is_trust = object % 2 == 0;
	const struct {
		CK_ATTRIBUTE_TYPE type;
		int of; /* 0: certificate, 1: trust, 2: both */
		const void *data;
		CK_ULONG len;
	} all[] = {
	    {CKA_CLASS, 2, &classes[is_trust], sizeof classes[0]},
	    {CKA_ISSUER, 2, r->issuer, (CK_ULONG)r->issuer_len},
	    {CKA_SERIAL_NUMBER, 2, r->serial, (CK_ULONG)r->serial_len},
	    {CKA_VALUE, 0, r->der, (CK_ULONG)r->der_len},
	    {CKA_NSS_EMAIL_DISTRUST_AFTER, 0, r->date, r->date_len},
	    {CKA_CERT_SHA1_HASH, 1, r->sha1, sizeof r->sha1},
	    {CKA_TRUST_EMAIL_PROTECTION, 1, &r->mail, sizeof r->mail},
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i].type == type &&
		    (all[i].of == 2 || all[i].of == is_trust)) {
			*data = all[i].data;
			*len = all[i].len;
			return 1;
		}
	return 0;
}

static CK_RV
find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *like, CK_ULONG n)
{
	CK_ULONG i;

	(void)session;
	for (i = 0; i < n; i++) {
		wanted[i] = like[i];
		memcpy(words[i], like[i].pValue, like[i].ulValueLen);
	}
	n_wanted = n;
	next = 1;
	return CKR_OK;
}

static int
is_like(CK_OBJECT_HANDLE object)
{
	const void *data;
	CK_ULONG i, len;

	for (i = 0; i < n_wanted; i++)
		if (!value_of(object, wanted[i].type, &data, &len) ||
		    len != wanted[i].ulValueLen ||
		    memcmp(data, words[i], len) != 0)
			return 0;
	return 1;
}

static CK_RV
find_objects(
    CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *out, CK_ULONG max, CK_ULONG *n)
{
	(void)session;
	for (*n = 0; *n < max && next <= 2 * n_roots; next++)
		if (is_like(next))
			out[(*n)++] = next;
	return CKR_OK;
}

static CK_RV
find_objects_final(CK_SESSION_HANDLE session)
{
	(void)session;
	return CKR_OK;
}

static CK_RV
get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *a, CK_ULONG n)
{
	const void *data;
	CK_ULONG len;

	(void)session;
	if (n != 1)
		return CKR_ARGUMENTS_BAD;
	if (!value_of(object, a->type, &data, &len)) {
		a->ulValueLen = (CK_ULONG)-1;
		return CKR_ATTRIBUTE_TYPE_INVALID;
	}
	if (a->ulValueLen < len)
		return CKR_BUFFER_TOO_SMALL;
	memcpy(a->pValue, data, len);
	a->ulValueLen = len;
	return CKR_OK;
}

static CK_FUNCTION_LIST functions = {
    .version = {2, 40},
    .C_Initialize = initialize,
    .C_Finalize = finalize,
    .C_GetSlotList = get_slot_list,
    .C_OpenSession = open_session,
    .C_CloseSession = close_session,
    .C_FindObjectsInit = find_objects_init,
    .C_FindObjects = find_objects,
    .C_FindObjectsFinal = find_objects_final,
    .C_GetAttributeValue = get_attribute_value,
};

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	*out = &functions;
	return CKR_OK;
}
